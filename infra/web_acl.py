"""The web ACL that the deploy option `waf` adds to the distribution."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from aws_cdk import aws_wafv2 as waf

from infra import problem_documents as problems

if TYPE_CHECKING:
    from constructs import Construct

REQUESTS_PER_5_MINUTES = 1_000
"""Limit of one client address. A page that shows a photo's GIFs sends about thirty."""

_BODY = "overrun"


def web_acl(scope: Construct) -> waf.CfnWebACL:
    """Return a web ACL with a rate limit for each address and a block list of known attackers.

    No rule inspects bodies: AWS's common rules reject those over 8 KB, and every photo is larger.
    """
    document = problems.document(problems.RATE_LIMITED, HTTPStatus.TOO_MANY_REQUESTS)
    headers = {
        "Cache-Control": problems.NO_STORE,
        "Retry-After": str(problems.RATE_LIMITED.retry_after_s),
    }
    # 429, not 403: the distribution turns a 403 into a 404.
    response = waf.CfnWebACL.CustomResponseProperty(
        response_code=HTTPStatus.TOO_MANY_REQUESTS.value,
        custom_response_body_key=_BODY,
        response_headers=[
            waf.CfnWebACL.CustomHTTPHeaderProperty(name=name, value=value) for name, value in headers.items()
        ],
    )
    rate = waf.CfnWebACL.RateBasedStatementProperty(limit=REQUESTS_PER_5_MINUTES, aggregate_key_type="IP")
    known_attackers = waf.CfnWebACL.ManagedRuleGroupStatementProperty(
        vendor_name="AWS", name="AWSManagedRulesAmazonIpReputationList"
    )
    return waf.CfnWebACL(
        scope,
        "WebAcl",
        scope="CLOUDFRONT",
        default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
        visibility_config=_visibility("gifmill"),
        custom_response_bodies={
            _BODY: waf.CfnWebACL.CustomResponseBodyProperty(content=document, content_type="APPLICATION_JSON")
        },
        rules=[
            waf.CfnWebACL.RuleProperty(
                name="too-many-requests",
                priority=0,
                action=waf.CfnWebACL.RuleActionProperty(
                    block=waf.CfnWebACL.BlockActionProperty(custom_response=response)
                ),
                statement=waf.CfnWebACL.StatementProperty(rate_based_statement=rate),
                visibility_config=_visibility("too-many-requests"),
            ),
            waf.CfnWebACL.RuleProperty(
                name="known-attackers",
                priority=1,
                override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
                statement=waf.CfnWebACL.StatementProperty(managed_rule_group_statement=known_attackers),
                visibility_config=_visibility("known-attackers"),
            ),
        ],
    )


def _visibility(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
