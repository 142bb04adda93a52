"""Resource policies: each is needed."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.stack_operations import object_names, upload, wait_until
from tests.http_contract.api_client import receive_message

from gifmill.orders.capabilities import derive_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.deployed_stack import DeployedStack


_UNDELIVERED = b"policy denies delivery"
"""The emulator's log line for each event that a topic or a queue rejected."""


def _without(document: str, service: str) -> str:
    """Return the policy without permissions of a service."""
    policy: Any = json.loads(document)
    left = [
        each for each in policy["Statement"] if each["Principal"] != {"Service": f"{service}.amazonaws.com"}
    ]
    assert len(left) == len(policy["Statement"]) - 1
    return json.dumps({**policy, "Statement": left})


@contextmanager
def _changed(original: str, restricted: str, put: Callable[[str], object]) -> Iterator[None]:
    put(restricted)
    try:
        yield
    finally:
        put(original)


@contextmanager
def _until_undelivered(stack: DeployedStack, denial: Any) -> Iterator[None]:
    """Keep a denial in force until it has rejected an event: the emulator delivers them in threads."""
    start = stack.emulator.log.stat().st_size
    with denial:
        yield
        wait_until(lambda: _UNDELIVERED in stack.emulator.log.read_bytes()[start:])


def _bucket_denies(stack: DeployedStack, bucket: str) -> Any:
    original = stack.aws.s3.get_bucket_policy(Bucket=bucket)["Policy"]

    def put(policy: str) -> None:
        stack.aws.s3.put_bucket_policy(Bucket=bucket, Policy=policy)

    return _changed(original, _without(original, "cloudfront"), put)


def _queue_denies(stack: DeployedStack, name: str, service: str) -> Any:
    url = stack.queue(name)
    original = stack.aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"][
        "Policy"
    ]

    def put(policy: str) -> None:
        stack.aws.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})

    return _until_undelivered(stack, _changed(original, _without(original, service), put))


def _topic_denies(stack: DeployedStack, name: str) -> Any:
    arn = stack.named("SNS::Topic")[name]
    original = stack.aws.sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]

    def put(policy: str) -> None:
        stack.aws.sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)

    return _until_undelivered(stack, _changed(original, _without(original, "s3"), put))


def test_the_distribution_needs_the_gif_buckets_policy(stack: DeployedStack, photo: bytes) -> None:
    [gif] = stack.finished(stack.order(photo, effects="blur")["id"])["gifs"]
    with _bucket_denies(stack, stack.gifs):
        assert stack.client.get(gif["url"]).status_code == 404
        assert stack.get_from_gateway(f"/v1{gif['url']}").status_code == 200
    assert stack.client.get(gif["url"]).status_code == 200


def test_the_distribution_needs_the_site_buckets_policy(stack: DeployedStack) -> None:
    with _bucket_denies(stack, stack.outputs["SiteBucket"]):
        assert stack.client.get("/index.html").status_code == 403
        assert stack.client.get("/v1/effects").status_code == 200
    assert stack.client.get("/index.html").status_code == 200


@pytest.mark.parametrize("denying", ["the queue", "the topic"])
def test_an_order_needs_the_policies_of_topic_and_queue(
    denying: str, stack: DeployedStack, photo: bytes
) -> None:
    refused = (
        _queue_denies(stack, "FanoutblurQueue", "sns")
        if denying == "the queue"
        else _topic_denies(stack, "FanoutOrdered")
    )
    with refused:
        lost = stack.order(photo, effects="blur")["id"]
    later = stack.order(photo, effects="blur")["id"]
    assert stack.finished(later)["gifs"][0]["state"] == "ready"
    wait_until(lambda: stack.message_count(stack.queue("FanoutblurQueue")) == 0)
    assert stack.status(lost)["gifs"][0]["state"] == "pending"


def test_an_upload_needs_the_intake_queues_policy(stack: DeployedStack, photo: bytes) -> None:
    with _queue_denies(stack, "FanoutIntakeQueue", "s3"):
        lost = upload(stack, photo, effects="blur")
    later = upload(stack, photo, effects="blur")
    assert stack.finished(later)["gifs"][0]["state"] == "ready"
    wait_until(lambda: stack.message_count(stack.queue("FanoutIntakeQueue")) == 0)
    assert object_names(stack, stack.photos, f"uploads/{derive_view(lost)}") != set()


def test_a_push_needs_the_policy_of_the_topic_of_changes(stack: DeployedStack, photo: bytes) -> None:
    photo_id = stack.order(photo, effects="blur")["id"]
    stack.finished(photo_id)

    def put(effect: str) -> None:
        name = f"gifs/{derive_view(photo_id)}/default/{effect}.gif"
        stack.aws.s3.put_object(Bucket=stack.gifs, Key=name, Body=b"GIF89a")

    with stack.live(photo_id) as socket:
        receive_message(socket)
        with _topic_denies(stack, "LiveChanged"):
            put("recursive")
        put("cyclic")
        received = [receive_message(socket)["gif"]["effect"]]
        while received[-1] != "cyclic":
            received.append(receive_message(socket)["gif"]["effect"])
    assert "recursive" not in received
