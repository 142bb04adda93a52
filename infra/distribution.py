"""The CloudFront distribution that serves the site, the GIFs and the API."""

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

from gifmill.web import SECURITY_HEADERS
from infra.cors import cors_behavior
from infra.file_methods import file_methods
from infra.nag_suppressions import suppress
from infra.storage import FINISHED
from infra.web_acl import web_acl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_s3 as s3

    from infra.deploy_options import DeployOptions
    from infra.storage import Storage

_GIF_AGE = cdk.Duration.minutes(10)
"""Lifetime of a GIF in edge caches. A deleted GIF stays visible until then, and in browsers' caches."""

_HSTS_AGE = cdk.Duration.days(365)
_ERRORS = (400, 404, 405, 414, 416, 500, 501, 502, 503, 504)
"""Errors other than 403 that CloudFront caches, by default for ten seconds. A GIF requested too early would
stay missing. Source: CloudFront Developer Guide, "How CloudFront caches HTTP 4xx and 5xx status codes"."""


class Distribution(Construct):
    """The distribution, with DNS records and a certificate if the deploy has a domain.

    Attributes:
        distribution_id: its id.
        origin: the site's origin as browsers name it: `https://...`, without a path.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        storage: Storage,
        api_origin: origins.HttpOrigin,
        websocket_origin: str,
        options: DeployOptions,
    ) -> None:
        super().__init__(scope, construct_id)
        self._control = cloudfront.S3OriginAccessControl(self, "Control")
        self._cors_origins = options.cors.split(",") if options.cors else []
        self._headers = self._site_headers(storage.photos, websocket_origin)
        self._file_methods = file_methods(self, self._cors_origins)
        zone = self._zone(options) if options.domain else None
        certificate = (
            acm.Certificate(
                self,
                "Certificate",
                domain_name=options.domain,
                validation=acm.CertificateValidation.from_dns(zone),
            )
            if zone
            else None
        )
        self._distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment="gifmill",
            default_root_object="index.html",
            domain_names=[options.domain] if options.domain else None,
            certificate=certificate,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021 if certificate else None,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            web_acl_id=web_acl(self).attr_arn if options.waf else None,
            default_behavior=self._from_bucket(storage.site, cloudfront.CachePolicy.CACHING_OPTIMIZED),
            additional_behaviors={
                "/gifs/*": self._from_bucket(storage.gifs, self._gif_cache()),
                "/v1/*": self._from_api(api_origin),
            },
            error_responses=_error_responses(),
        )
        self._grant_read(storage.site, ["*"])
        self._grant_read(storage.gifs, FINISHED)
        if zone:
            alias = dns.RecordTarget.from_alias(targets.CloudFrontTarget(self._distribution))
            dns.ARecord(self, "Ipv4", zone=zone, record_name=options.domain, target=alias)
            dns.AaaaRecord(self, "Ipv6", zone=zone, record_name=options.domain, target=alias)
        self.origin = f"https://{options.domain or self._distribution.distribution_domain_name}"
        self.distribution_id = self._distribution.distribution_id
        self._suppress_findings(options)

    def _from_bucket(self, bucket: s3.Bucket, cache: cloudfront.ICachePolicy) -> cloudfront.BehaviorOptions:
        # Not with_origin_access_control: it would let the distribution read the whole bucket.
        origin = origins.S3BucketOrigin.with_bucket_defaults(
            bucket, origin_access_control_id=self._control.origin_access_control_id
        )
        return cloudfront.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,  # the function answers those of no file
            cache_policy=cache,
            function_associations=self._file_methods,
            response_headers_policy=self._headers,
            compress=True,
        )

    def _gif_cache(self) -> cloudfront.CachePolicy:
        """Return a cache policy whose key is the path alone: a GIF is the same for every client."""
        return cloudfront.CachePolicy(
            self, "GifCache", min_ttl=cdk.Duration.seconds(0), default_ttl=_GIF_AGE, max_ttl=_GIF_AGE
        )

    def _from_api(self, origin: origins.HttpOrigin) -> cloudfront.BehaviorOptions:
        only_hsts = cloudfront.ResponseHeadersPolicy(
            self,
            "ApiHeaders",
            comment="The application sets all other headers",
            cors_behavior=cors_behavior(self._cors_origins),
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                strict_transport_security=_hsts()
            ),
        )
        return cloudfront.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,  # no unencrypted photos
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            response_headers_policy=only_hsts,
            compress=True,
        )

    def _grant_read(self, bucket: s3.Bucket, names: Sequence[str]) -> None:
        arn = cdk.Stack.of(self).format_arn(
            service="cloudfront",
            region="",
            resource="distribution",
            resource_name=self._distribution.distribution_id,
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject"],
                resources=[bucket.arn_for_objects(name) for name in names],
                principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                conditions={"StringEquals": {"AWS:SourceArn": arn}},
            )
        )

    def _site_headers(self, photos: s3.Bucket, websocket_origin: str) -> cloudfront.ResponseHeadersPolicy:
        """Return the local server's headers, with two more origins that the page may connect to."""
        stack = cdk.Stack.of(self)
        forms = f"https://{photos.bucket_name}.s3.{stack.region}.{stack.url_suffix}"
        others = dict(SECURITY_HEADERS)
        policy = others.pop("Content-Security-Policy")
        referrer = others.pop("Referrer-Policy").replace("-", "_").upper()
        assert "connect-src 'self';" in policy
        assert others.pop("X-Content-Type-Options") == "nosniff"
        behavior = cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=policy.replace(
                    "connect-src 'self'", f"connect-src 'self' {websocket_origin} {forms}"
                ),
                override=True,
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy[referrer], override=True
            ),
            strict_transport_security=_hsts(),
        )
        if self._cors_origins:  # a browser may have got a GIF for an <img>, without CORS headers
            others["Vary"] = "Accept-Encoding, Origin"
        custom = cloudfront.ResponseCustomHeadersBehavior(
            custom_headers=[
                cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                for name, value in others.items()
            ]
        )
        return cloudfront.ResponseHeadersPolicy(
            self,
            "SiteHeaders",
            cors_behavior=cors_behavior(self._cors_origins),
            security_headers_behavior=behavior,
            custom_headers_behavior=custom,
        )

    def _zone(self, options: DeployOptions) -> dns.IHostedZone:
        if not options.zone:
            return dns.PublicHostedZone(self, "Zone", zone_name=options.domain)
        # The zone may be that of a parent domain; the records need only its id.
        return dns.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=options.zone, zone_name=options.domain
        )

    def _suppress_findings(self, options: DeployOptions) -> None:
        suppress(self._distribution, "CFR1", "The service is open to every country.")
        if not options.waf:
            suppress(
                self._distribution,
                "CFR2",
                "A web ACL costs at least 5 USD a month: the deploy option `waf` adds it.",
            )
        suppress(
            self._distribution, "CFR3", "An access log would keep the photos' ids, which give access to them."
        )
        if not options.domain:
            suppress(
                self._distribution,
                "CFR4",
                "Only a custom certificate can require TLS 1.2: see the deploy option `domain`.",
            )


def _hsts() -> cloudfront.ResponseHeadersStrictTransportSecurity:
    return cloudfront.ResponseHeadersStrictTransportSecurity(
        access_control_max_age=_HSTS_AGE, include_subdomains=False, override=True
    )


def _error_responses() -> list[cloudfront.ErrorResponse]:
    no_cache = cdk.Duration.seconds(0)
    # S3 answers 403 for a missing object to clients that may not list the bucket. No other origin of the
    # distribution answers 403.
    missing = cloudfront.ErrorResponse(
        http_status=403, response_http_status=404, response_page_path="/not-found.json", ttl=no_cache
    )
    return [missing, *(cloudfront.ErrorResponse(http_status=status, ttl=no_cache) for status in _ERRORS)]
