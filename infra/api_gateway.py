"""Access logs of both gateways (REST and WebSocket), and the error responses of the REST gateway."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra import problem_documents as problems
from infra.nag_suppressions import suppress

if TYPE_CHECKING:
    from collections.abc import Mapping

_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"  # pragma: allowlist secret


class GatewayLogs(Construct):
    """The role that API Gateway uses to write logs. It is one setting for a whole region of an account."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(_POLICY)],
        )
        suppress(
            role,
            f"IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{_POLICY}]",
            "API Gateway rejects a role that lacks any permission of this policy.",
        )
        self._account = rest.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
        # When this stack is deleted, another stack of the account may already rely on the setting.
        self._account.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        role.apply_removal_policy(cdk.RemovalPolicy.RETAIN)

    def wait_for(self, api: rest.RestApi) -> None:
        """Create the setting after an API: CloudFormation rejects it in an account that never had one.

        Source: AWS CloudFormation User Guide, "AWS::ApiGateway::Account".
        """
        self._account.node.add_dependency(api.node.default_child)

    def required_by(self, stage: Construct) -> None:
        """Create a stage after the setting: without it API Gateway rejects a stage that logs."""
        stage.node.add_dependency(self._account)


def log_format(*fields: str) -> str:
    """Return the format of an access log's lines, as JSON: common fields and further ones.

    It never contains $context.path, which holds the ids of photos, nor a client's address.

    Args:
        fields: names of further fields of $context.
    """
    names = ("requestId", "requestTime", "status", "error.responseType", "integrationLatency", *fields)
    return json.dumps({name: f"$context.{name}" for name in names})


def quoted(values: Mapping[str, str]) -> dict[str, str]:
    """Quote constant values for a mapping. API Gateway reads a value without quotes as a reference."""
    return {name: f"'{value}'" for name, value in values.items()}


def add_gateway_responses(api: rest.RestApi) -> None:
    """Return problem documents for the errors that the gateway itself detects."""
    kinds = rest.ResponseType
    table = {
        "Throttled": (kinds.THROTTLED, problems.RATE_LIMITED, HTTPStatus.TOO_MANY_REQUESTS),
        "QuotaExceeded": (kinds.QUOTA_EXCEEDED, problems.QUOTA_EXCEEDED, HTTPStatus.TOO_MANY_REQUESTS),
        "TooLarge": (
            kinds.REQUEST_TOO_LARGE,
            problems.TOO_LARGE,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ),
        "BadBody": (kinds.BAD_REQUEST_BODY, problems.INVALID_FORMAT, HTTPStatus.BAD_REQUEST),
        "BadParameters": (kinds.BAD_REQUEST_PARAMETERS, problems.INVALID_FORMAT, HTTPStatus.BAD_REQUEST),
        "InvalidKey": (kinds.INVALID_API_KEY, problems.INVALID_KEY, HTTPStatus.FORBIDDEN),
        # The gateway's response to an unknown path or method.
        "NoRoute": (kinds.MISSING_AUTHENTICATION_TOKEN, problems.NOT_FOUND, HTTPStatus.NOT_FOUND),
        "NoResource": (kinds.RESOURCE_NOT_FOUND, problems.NOT_FOUND, HTTPStatus.NOT_FOUND),
        "Other4xx": (kinds.DEFAULT_4_XX, problems.BAD_REQUEST, HTTPStatus.BAD_REQUEST),
        "Other5xx": (kinds.DEFAULT_5_XX, problems.UNAVAILABLE, HTTPStatus.SERVICE_UNAVAILABLE),
    }
    for name, (kind, error, status) in table.items():
        api.add_gateway_response(
            name,
            type=kind,
            status_code=str(status.value),
            response_headers=quoted(problems.headers(error)),
            templates={"application/json": problems.document(error, status)},
        )
