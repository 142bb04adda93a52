"""What the world sees: one distribution before the site, the GIFs and the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_iam as iam
from aws_cdk import aws_route53 as dns
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from gifmill.web.security_headers import HEADERS
from infra.nag_suppressions import accept
from infra.storage import FINISHED
from infra.web_acl import web_acl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_s3 as s3

    from infra.deploy_options import Switches
    from infra.storage import Storage

_GIF_AGE = cdk.Duration.minutes(10)
"""How long the edges keep a GIF, whatever browsers may do: so long may a deleted one be seen."""

_HSTS_AGE = cdk.Duration.days(365)
_ERRORS = (400, 404, 405, 414, 416, 500, 501, 502, 503, 504)
"""Besides 403, the errors that CloudFront may keep, by itself for ten seconds: what is not there yet would
stay missing. Source: CloudFront Developer Guide, "How CloudFront caches HTTP 4xx and 5xx status codes"."""


class Edge(Construct):
    """The distribution, and a name for it where there is a domain.

    Attributes:
        distribution: the distribution.
        origin: the site's own, as browsers name it: `https://...`, without a path.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        storage: Storage,
        api_origin: origins.HttpOrigin,
        sockets_origin: str,
        switches: Switches,
    ) -> None:
        super().__init__(scope, construct_id)
        self._control = cloudfront.S3OriginAccessControl(self, "Control")
        self._headers = self._site_headers(storage.photos, sockets_origin)
        zone = self._zone(switches) if switches.domain else None
        certificate = (
            acm.Certificate(
                self,
                "Certificate",
                domain_name=switches.domain,
                validation=acm.CertificateValidation.from_dns(zone),
            )
            if zone
            else None
        )
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment="gifmill",
            default_root_object="index.html",
            domain_names=[switches.domain] if switches.domain else None,
            certificate=certificate,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021 if certificate else None,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            web_acl_id=web_acl(self).attr_arn if switches.waf else None,
            default_behavior=self._from_bucket(storage.site, cloudfront.CachePolicy.CACHING_OPTIMIZED),
            additional_behaviors={
                "/gifs/*": self._from_bucket(storage.gifs, self._gif_cache()),
                "/v1/*": self._from_api(api_origin),
            },
            error_responses=_error_responses(),
        )
        self._let_read(storage.site, ["*"])
        self._let_read(storage.gifs, FINISHED)
        if zone:
            alias = dns.RecordTarget.from_alias(targets.CloudFrontTarget(self.distribution))
            dns.ARecord(self, "Ipv4", zone=zone, record_name=switches.domain, target=alias)
            dns.AaaaRecord(self, "Ipv6", zone=zone, record_name=switches.domain, target=alias)
        self.origin = f"https://{switches.domain or self.distribution.distribution_domain_name}"
        self._accept_findings(switches)

    def _from_bucket(self, bucket: s3.Bucket, cache: cloudfront.ICachePolicy) -> cloudfront.BehaviorOptions:
        # Not with_origin_access_control: it would let the distribution read the whole bucket.
        origin = origins.S3BucketOrigin.with_bucket_defaults(
            bucket, origin_access_control_id=self._control.origin_access_control_id
        )
        return cloudfront.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cache,
            response_headers_policy=self._headers,
            compress=True,
        )

    def _gif_cache(self) -> cloudfront.CachePolicy:
        """GIFs are the same for everybody: nothing of a request but its path counts."""
        return cloudfront.CachePolicy(
            self, "GifCache", min_ttl=cdk.Duration.seconds(0), default_ttl=_GIF_AGE, max_ttl=_GIF_AGE
        )

    def _from_api(self, origin: origins.HttpOrigin) -> cloudfront.BehaviorOptions:
        only_hsts = cloudfront.ResponseHeadersPolicy(
            self,
            "ApiHeaders",
            comment="The application sets the others itself",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                strict_transport_security=_hsts()
            ),
        )
        return cloudfront.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,  # no photo in the clear
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            response_headers_policy=only_hsts,
            compress=True,
        )

    def _let_read(self, bucket: s3.Bucket, names: Sequence[str]) -> None:
        arn = cdk.Stack.of(self).format_arn(
            service="cloudfront",
            region="",
            resource="distribution",
            resource_name=self.distribution.distribution_id,
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject"],
                resources=[bucket.arn_for_objects(name) for name in names],
                principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                conditions={"StringEquals": {"AWS:SourceArn": arn}},
            )
        )

    def _site_headers(self, photos: s3.Bucket, sockets_origin: str) -> cloudfront.ResponseHeadersPolicy:
        """The same headers as the local server's, and two more places that the page talks to."""
        stack = cdk.Stack.of(self)
        forms = f"https://{photos.bucket_name}.s3.{stack.region}.{stack.url_suffix}"
        others = dict(HEADERS)
        policy = others.pop("Content-Security-Policy")
        referrer = others.pop("Referrer-Policy").replace("-", "_").upper()
        assert "connect-src 'self';" in policy
        assert others.pop("X-Content-Type-Options") == "nosniff"
        behavior = cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=policy.replace(
                    "connect-src 'self'", f"connect-src 'self' {sockets_origin} {forms}"
                ),
                override=True,
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy[referrer], override=True
            ),
            strict_transport_security=_hsts(),
        )
        custom = cloudfront.ResponseCustomHeadersBehavior(
            custom_headers=[
                cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                for name, value in others.items()
            ]
        )
        return cloudfront.ResponseHeadersPolicy(
            self, "SiteHeaders", security_headers_behavior=behavior, custom_headers_behavior=custom
        )

    def _zone(self, switches: Switches) -> dns.IHostedZone:
        if not switches.zone:
            return dns.PublicHostedZone(self, "Zone", zone_name=switches.domain)
        # Its own name may be a parent's of the domain; the records need its id only.
        return dns.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=switches.zone, zone_name=switches.domain
        )

    def _accept_findings(self, switches: Switches) -> None:
        accept(self.distribution, "CFR1", "Photos are welcome from everywhere.")
        if not switches.waf:
            accept(self.distribution, "CFR2", "A web ACL costs from 5 USD a month: it is a switch.")
        accept(
            self.distribution, "CFR3", "An access log would keep the photos' ids, which are the keys to them."
        )
        if not switches.domain:
            accept(
                self.distribution,
                "CFR4",
                "Only a certificate of one's own can ask for TLS 1.2: see `domain`.",
            )


def _hsts() -> cloudfront.ResponseHeadersStrictTransportSecurity:
    return cloudfront.ResponseHeadersStrictTransportSecurity(
        access_control_max_age=_HSTS_AGE, include_subdomains=False, override=True
    )


def _error_responses() -> list[cloudfront.ErrorResponse]:
    at_once = cdk.Duration.seconds(0)
    # S3 says 403 of an object that is not there to whoever may not list the bucket; nothing else behind the
    # distribution says 403.
    missing = cloudfront.ErrorResponse(
        http_status=403, response_http_status=404, response_page_path="/not-found.json", ttl=at_once
    )
    return [missing, *(cloudfront.ErrorResponse(http_status=status, ttl=at_once) for status in _ERRORS)]
