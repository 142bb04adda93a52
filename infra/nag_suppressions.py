"""Suppression of cdk-nag findings, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

if TYPE_CHECKING:
    from constructs import IConstruct


def suppress(scope: IConstruct, rule: str, reason: str) -> None:
    """Suppress one finding of cdk-nag's AwsSolutions on a construct and its children.

    Args:
        scope: the construct.
        rule: the rule's name without the pack's; for a rule with several findings, with the finding in
            brackets: `IAM5[Resource::*]`.
        reason: why the finding is accepted; it is part of the template.
    """
    cdk.Validations.of(scope).acknowledge(cdk.Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))
