"""Permissions of the stack's roles, and the temporary removal of one."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.deployed_stack import DeployedStack

GATEWAY = "gateway"
"""The REST gateway, which reads GIFs from their bucket without a function."""

_KINDS = ("S3::Bucket", "SQS::Queue", "DynamoDB::Table", "Lambda::Function", "ApiGatewayV2::Api")


class Grant(NamedTuple):
    """Permission of a role for one action on one resource.

    Attributes:
        service: the role's service: a function's service name, or GATEWAY.
        action: such as s3:GetObject.
        resource: the last part of its ARN, with logical names: StoragePhotos/photos/*.
    """

    service: str
    action: str
    resource: str


def granted(stack: DeployedStack, service: str) -> set[Grant]:
    """Return all permissions of a service's role."""
    role, policy = _policy(stack, service)
    document = stack.aws.iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    return {_grant(stack, service, statement) for statement in _single(document)}


@contextmanager
def without_grant(stack: DeployedStack, grant: Grant) -> Iterator[None]:
    """Remove one permission for the time of the block; all others stay."""
    role, policy = _policy(stack, grant.service)
    original = stack.aws.iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    statements = list(_single(original))
    left = [each for each in statements if _grant(stack, grant.service, each) != grant]
    assert len(left) == len(statements) - 1, f"{grant} is not one of {granted(stack, grant.service)}"

    def put(statements: list[Any]) -> None:
        document = {"Version": "2012-10-17", "Statement": statements}
        stack.aws.iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))

    # A policy needs at least one statement.
    put(left or [{"Effect": "Deny", "Action": grant.action, "Resource": "*"}])
    try:
        yield
    finally:
        put(statements)


def _policy(stack: DeployedStack, service: str) -> tuple[str, str]:
    """Return the names of a role and of its only policy."""
    if service == GATEWAY:
        role = stack.named("IAM::Role")["ApiGifsRole"]
    else:
        function = stack.aws.lambda_.get_function(FunctionName=stack.functions[service])
        role = function["Configuration"]["Role"].rpartition("/")[2]
    [policy] = stack.aws.iam.list_role_policies(RoleName=role)["PolicyNames"]
    return role, policy


def _single(document: Any) -> Iterator[dict[str, Any]]:
    """Split statements into statements with one action and one resource each."""
    for statement in document["Statement"]:
        for action in _listed(statement["Action"]):
            for resource in _listed(statement["Resource"]):
                yield {**statement, "Action": action, "Resource": resource}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _grant(stack: DeployedStack, service: str, statement: dict[str, Any]) -> Grant:
    logical_names = {
        physical.rpartition("/")[2]: name for kind in _KINDS for name, physical in stack.named(kind).items()
    }
    resource = statement["Resource"].split(":", 5)[-1]
    for physical_name, name in logical_names.items():
        resource = resource.replace(physical_name, name)
    return Grant(service, statement["Action"], re.sub("^(table/|function:)", "", resource))
