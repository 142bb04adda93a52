"""The end of the stack. Comes after all other tests of it (conftest.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.settings import STACK

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import DeployedStack


def test_destroyed_it_leaves_no_object_and_no_bucket(cloud: DeployedStack, photo: bytes) -> None:
    cloud.order(photo)
    ours = {cloud.photos, cloud.gifs, cloud.outputs["SiteBucket"]}
    assert ours <= _buckets(cloud)
    for bucket in (cloud.photos, cloud.gifs):  # here each of a thousand events would start a process
        cloud.aws.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    cloud.commands.module("infra.empty_buckets")
    cloud.commands.cdk("destroy", "--force")
    assert not ours & _buckets(cloud)
    stacks = cloud.aws.cloudformation.list_stacks(StackStatusFilter=["CREATE_COMPLETE", "DELETE_FAILED"])
    assert STACK not in {each["StackName"] for each in stacks["StackSummaries"]}


def _buckets(cloud: DeployedStack) -> set[str]:
    return {each["Name"] for each in cloud.aws.s3.list_buckets()["Buckets"]}
