"""Deletion of the stack. Runs after all other tests of it (conftest.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.settings import STACK

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import DeployedStack


def test_destroy_deletes_all_objects_and_buckets(stack: DeployedStack, photo: bytes) -> None:
    stack.order(photo)
    stack_buckets = {stack.photos, stack.gifs, stack.outputs["SiteBucket"]}
    assert stack_buckets <= _buckets(stack)
    for bucket in (
        stack.photos,
        stack.gifs,
    ):  # in the emulator each of a thousand events would start a process
        stack.aws.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    stack.commands.module("infra.empty_buckets")
    stack.commands.cdk("destroy", "--force")
    assert not stack_buckets & _buckets(stack)
    stacks = stack.aws.cloudformation.list_stacks(StackStatusFilter=["CREATE_COMPLETE", "DELETE_FAILED"])
    assert STACK not in {each["StackName"] for each in stacks["StackSummaries"]}


def _buckets(stack: DeployedStack) -> set[str]:
    return {each["Name"] for each in stack.aws.s3.list_buckets()["Buckets"]}
