"""What both gateways, REST and WebSocket, need to write their logs, and what REST says by itself."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra import problem_documents as problems
from infra.nag_suppressions import accept

if TYPE_CHECKING:
    from collections.abc import Mapping

_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"  # pragma: allowlist secret


class GatewayLogs(Construct):
    """The role with which API Gateway writes logs. A region of an account has one such setting."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(_POLICY)],
        )
        accept(
            role,
            f"IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{_POLICY}]",
            "API Gateway asks for all that this policy allows before it takes the role.",
        )
        self._account = rest.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
        # Another stack of this account may rely on it by the time that ours goes.
        self._account.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        role.apply_removal_policy(cdk.RemovalPolicy.RETAIN)

    def after(self, api: rest.RestApi) -> None:
        """Have the setting wait for an API: an account that never had one refuses it.

        Source: AWS CloudFormation User Guide, "AWS::ApiGateway::Account".
        """
        self._account.node.add_dependency(api.node.default_child)

    def before(self, stage: Construct) -> None:
        """Have a stage wait for the setting: without it a stage that logs is refused."""
        stage.node.add_dependency(self._account)


def log_format(*fields: str) -> str:
    """A line of an access log, as JSON: the same few fields of every request, and more.

    Never $context.path, which holds the ids of photos, and no address of a client.

    Args:
        fields: further names of $context.
    """
    names = ("requestId", "requestTime", "status", "error.responseType", "integrationLatency", *fields)
    return json.dumps({name: f"$context.{name}" for name in names})


def quoted(values: Mapping[str, str]) -> dict[str, str]:
    """Fixed texts as API Gateway takes them, between quotes; what has none is looked up in the request."""
    return {name: f"'{value}'" for name, value in values.items()}


def add_gateway_responses(api: rest.RestApi) -> None:
    """Have the gateway's own refusals look like all our others."""
    kinds = rest.ResponseType
    table = {
        "Throttled": (kinds.THROTTLED, problems.OVERRUN, HTTPStatus.TOO_MANY_REQUESTS),
        "QuotaExceeded": (kinds.QUOTA_EXCEEDED, problems.SPENT, HTTPStatus.TOO_MANY_REQUESTS),
        "TooLarge": (
            kinds.REQUEST_TOO_LARGE,
            problems.TOO_LARGE,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ),
        "BadBody": (kinds.BAD_REQUEST_BODY, problems.WRONG_FORM, HTTPStatus.BAD_REQUEST),
        "BadParameters": (kinds.BAD_REQUEST_PARAMETERS, problems.WRONG_FORM, HTTPStatus.BAD_REQUEST),
        "InvalidKey": (kinds.INVALID_API_KEY, problems.NO_KEY, HTTPStatus.FORBIDDEN),
        # What the gateway says to a path or method that it does not know.
        "NoRoute": (kinds.MISSING_AUTHENTICATION_TOKEN, problems.NOT_FOUND, HTTPStatus.NOT_FOUND),
        "NoResource": (kinds.RESOURCE_NOT_FOUND, problems.NOT_FOUND, HTTPStatus.NOT_FOUND),
        "Other4xx": (kinds.DEFAULT_4_XX, problems.REFUSED, HTTPStatus.BAD_REQUEST),
        "Other5xx": (kinds.DEFAULT_5_XX, problems.FAILING, HTTPStatus.SERVICE_UNAVAILABLE),
    }
    for name, (kind, error, status) in table.items():
        api.add_gateway_response(
            name,
            type=kind,
            status_code=str(status.value),
            response_headers=quoted(problems.headers(error)),
            templates={"application/json": problems.document(error, status)},
        )
