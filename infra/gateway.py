"""What both gateways, REST and WebSocket, need to write their logs, and what those logs say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.findings import accept

if TYPE_CHECKING:
    from constructs import IDependable

_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class GatewayLogs(Construct):
    """The role with which API Gateway writes logs. It is the account's: the region has one such setting."""

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
            "API Gateway checks that its role may do all that this policy allows, and AWS keeps it up to date.",
        )
        self._account = rest.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
        self._account.apply_removal_policy(cdk.RemovalPolicy.DESTROY)

    def before(self, stage: Construct) -> None:
        """Have a stage wait for the setting: without it a stage that logs is refused."""
        dependency: IDependable = self._account
        stage.node.add_dependency(dependency)


def log_format(*fields: str) -> str:
    """An access log's line, as JSON: the same few fields of every request, and more.

    Never $context.path, which holds the ids of photos, and no address of a client.

    Args:
        fields: further names of $context.
    """
    names = ("requestId", "requestTime", "status", "responseLatency", "error.message", *fields)
    return json.dumps({name: f"$context.{name}" for name in names})
