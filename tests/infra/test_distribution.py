from __future__ import annotations

from typing import TYPE_CHECKING

from tests.infra.conftest import ALL_OPTIONS
from tests.infra.templates import statements, text

from gifmill.web.security_headers import SECURITY_HEADERS

if TYPE_CHECKING:
    from tests.infra.templates import Json, Template

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""Source: CloudFront Developer Guide, "Use managed cache policies" and "... origin request policies"."""


def config(template: Template) -> Json:
    return dict(template.only("CloudFront::Distribution")["DistributionConfig"])


def behaviors(template: Template) -> dict[str, Json]:
    found = config(template)
    return {
        "*": found["DefaultCacheBehavior"],
        **{one["PathPattern"]: one for one in found["CacheBehaviors"]},
    }


def origin(template: Template, pattern: str) -> Json:
    wanted = behaviors(template)[pattern]["TargetOriginId"]
    (found,) = (one for one in config(template)["Origins"] if one["Id"] == wanted)
    return dict(found)


def headers(template: Template, pattern: str) -> Json:
    policies = template.resources("CloudFront::ResponseHeadersPolicy")
    policy = policies[behaviors(template)[pattern]["ResponseHeadersPolicyId"]["Ref"]]
    return dict(policy["ResponseHeadersPolicyConfig"])


def bucket(template: Template, output: str) -> str:
    return text(template.document["Outputs"][output]["Value"]).strip("<>")


def test_each_path_has_its_origin(either: Template) -> None:
    assert set(behaviors(either)) == {"*", "/gifs/*", "/v1/*"}
    (api,) = either.resources("ApiGateway::RestApi")
    assert text(origin(either, "*")["DomainName"]) == f"<{bucket(either, 'SiteBucket')}.RegionalDomainName>"
    assert (
        text(origin(either, "/gifs/*")["DomainName"]) == f"<{bucket(either, 'GifBucket')}.RegionalDomainName>"
    )
    gateway = origin(either, "/v1/*")
    assert text(gateway["DomainName"]) == f"<{api}>.execute-api.<AWS::Region>.<AWS::URLSuffix>"
    assert gateway["OriginPath"] == "/prod"


def test_only_the_distribution_reads_site_and_gifs(either: Template) -> None:
    (control,) = either.resources("CloudFront::OriginAccessControl")
    signing = either.only("CloudFront::OriginAccessControl")["OriginAccessControlConfig"]
    assert (signing["SigningBehavior"], signing["SigningProtocol"]) == ("always", "sigv4")
    (distribution,) = either.resources("CloudFront::Distribution")
    arn = f"arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<{distribution}>"
    allowed = {}
    for policy in either.resources("S3::BucketPolicy").values():
        for one in statements(policy):
            if one["Effect"] == "Allow":
                assert (one["Action"], one["Principal"]["Service"]) == (
                    ["s3:GetObject"],
                    "cloudfront.amazonaws.com",
                )
                assert text(one["Condition"]["StringEquals"]["AWS:SourceArn"]) == arn
                allowed[text(policy["Bucket"]).strip("<>")] = one["Resource"]
    site, gifs = bucket(either, "SiteBucket"), bucket(either, "GifBucket")
    assert allowed == {
        site: [f"<{site}.Arn>/*"],
        gifs: [f"<{gifs}.Arn>/gifs/*.{ending}" for ending in ("gif", "webp")],
    }
    for pattern in ("*", "/gifs/*"):
        assert text(origin(either, pattern)["OriginAccessControlId"]) == f"<{control}.Id>"


def test_every_behaviour_requires_https(either: Template) -> None:
    policies = {pattern: one["ViewerProtocolPolicy"] for pattern, one in behaviors(either).items()}
    assert policies == {"*": "redirect-to-https", "/gifs/*": "redirect-to-https", "/v1/*": "https-only"}
    gateway = origin(either, "/v1/*")["CustomOriginConfig"]
    assert gateway == {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]}


def test_a_domain_requires_tls_1_2(all_options: Template) -> None:
    (certificate,) = all_options.resources("CertificateManager::Certificate")
    viewer = config(all_options)["ViewerCertificate"]
    assert viewer["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert viewer["AcmCertificateArn"] == {"Ref": certificate}
    assert config(all_options)["Aliases"] == ["gif.example.com"]


def test_a_domain_has_ipv4_and_ipv6_records_in_its_zone(template: Template, all_options: Template) -> None:
    assert not template.resources("Route53::RecordSet")
    (zone,) = all_options.resources("Route53::HostedZone")
    records = all_options.resources("Route53::RecordSet").values()
    assert {(one["Type"], one["Name"]) for one in records} == {
        ("A", "gif.example.com."),
        ("AAAA", "gif.example.com."),
    }
    assert all(one["HostedZoneId"] == {"Ref": zone} for one in records)
    assert all_options.document["Outputs"]["Address"]["Value"] == "https://gif.example.com"


def test_the_api_is_not_cached_and_the_site_is(either: Template) -> None:
    api = behaviors(either)["/v1/*"]
    assert api["CachePolicyId"] == CACHING_DISABLED
    assert api["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST_HEADER
    assert behaviors(either)["*"]["CachePolicyId"] == CACHING_OPTIMIZED
    assert all(one["Compress"] for one in behaviors(either).values())


ORIGINS = ALL_OPTIONS["cors"].split(",")


def test_pages_of_configured_origins_may_read_every_response(
    template: Template, all_options: Template
) -> None:
    for pattern in behaviors(all_options):
        assert "CorsConfig" not in headers(template, pattern)
        cors = headers(all_options, pattern)["CorsConfig"]
        assert cors["AccessControlAllowOrigins"]["Items"] == ORIGINS
        assert (cors["AccessControlAllowCredentials"], cors["OriginOverride"]) == (False, True)
        assert {"ETag", "Location", "Retry-After"} <= set(cors["AccessControlExposeHeaders"]["Items"])
        assert "If-None-Match" in cors["AccessControlAllowHeaders"]["Items"]


def test_functions_allow_the_same_origins(template: Template, all_options: Template) -> None:
    for stack, expected in ((template, ""), (all_options, ALL_OPTIONS["cors"])):
        environments = [
            one["Environment"]["Variables"]
            for one in stack.resources("Lambda::Function").values()
            if "Environment" in one
        ]
        given = [each["GIFMILL_CORS_ORIGINS"] for each in environments if "GIFMILL_CORS_ORIGINS" in each]
        assert given == [expected, expected]  # of the API and of the WebSockets


def test_edge_locations_cache_gifs_for_minutes(either: Template) -> None:
    (policy,) = either.resources("CloudFront::CachePolicy")
    assert behaviors(either)["/gifs/*"]["CachePolicyId"] == {"Ref": policy}
    cache = either.only("CloudFront::CachePolicy")["CachePolicyConfig"]
    assert (cache["MinTTL"], cache["DefaultTTL"], cache["MaxTTL"]) == (0, 600, 600)
    key = cache["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    assert key["HeadersConfig"] == {"HeaderBehavior": "none"}
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "none"}


def test_a_missing_object_is_an_uncached_problem_document(either: Template) -> None:
    errors = {one["ErrorCode"]: one for one in config(either)["CustomErrorResponses"]}
    assert {one["ErrorCachingMinTTL"] for one in errors.values()} == {0}
    assert errors.keys() == {400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}
    missing = errors[403]
    assert (missing["ResponseCode"], missing["ResponsePagePath"]) == (404, "/not-found.json")
    assert not any("ResponsePagePath" in one for code, one in errors.items() if code != 403)


def test_the_site_has_the_local_servers_headers(either: Template) -> None:
    for pattern in ("*", "/gifs/*"):
        security = headers(either, pattern)["SecurityHeadersConfig"]
        custom = headers(either, pattern)["CustomHeadersConfig"]["Items"]
        given = {one["Header"]: one["Value"] for one in custom}
        assert security["ContentTypeOptions"]["Override"] is True
        vary = given.pop("Vary", "")
        assert vary == ("Accept-Encoding, Origin" if "CorsConfig" in headers(either, pattern) else "")
        given["X-Content-Type-Options"] = "nosniff"
        given["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
        (api,) = either.resources("ApiGatewayV2::Api")
        aws = "<AWS::Region>.<AWS::URLSuffix>"
        others = f" wss://<{api}>.execute-api.{aws} https://<{bucket(either, 'PhotoBucket')}>.s3.{aws}"
        policy = text(security["ContentSecurityPolicy"]["ContentSecurityPolicy"])
        assert others in policy
        given["Content-Security-Policy"] = policy.replace(others, "")
        assert given == SECURITY_HEADERS


def test_hsts_excludes_subdomains(either: Template) -> None:
    for pattern in behaviors(either):
        hsts = headers(either, pattern)["SecurityHeadersConfig"]["StrictTransportSecurity"]
        assert hsts == {"AccessControlMaxAgeSec": 31_536_000, "IncludeSubdomains": False, "Override": True}
