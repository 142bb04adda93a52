"""Deletion of the stack. Runs after all other tests of it (conftest.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.settings import STACK

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import DeployedStack


def test_destroy_deletes_all_objects_and_buckets(cloud: DeployedStack, photo: bytes) -> None:
    cloud.order(photo)
    stack_buckets = {cloud.photos, cloud.gifs, cloud.outputs["SiteBucket"]}
    assert stack_buckets <= _buckets(cloud)
    for bucket in (
        cloud.photos,
        cloud.gifs,
    ):  # in the emulator each of a thousand events would start a process
        cloud.aws.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    cloud.commands.module("infra.empty_buckets")
    cloud.commands.cdk("destroy", "--force")
    assert not stack_buckets & _buckets(cloud)
    stacks = cloud.aws.cloudformation.list_stacks(StackStatusFilter=["CREATE_COMPLETE", "DELETE_FAILED"])
    assert STACK not in {each["StackName"] for each in stacks["StackSummaries"]}


def _buckets(cloud: DeployedStack) -> set[str]:
    return {each["Name"] for each in cloud.aws.s3.list_buckets()["Buckets"]}
