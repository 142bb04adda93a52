"""What cdk-nag and CloudFormation's linter find and we leave as it is, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

if TYPE_CHECKING:
    from constructs import IConstruct


def accept(scope: IConstruct, rule: str, reason: str) -> None:
    """Leave one finding of cdk-nag's AwsSolutions on a construct and what is inside it.

    Args:
        scope: the construct.
        rule: without the pack's name; where a rule reports several things, with the one that is meant:
            `IAM5[Resource::*]`.
        reason: for whoever reads the template.
    """
    cdk.Validations.of(scope).acknowledge(cdk.Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))
