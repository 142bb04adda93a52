"""Failed jobs, dead letters and duplicate events."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.grants import Grant, without_grant
from tests.e2e.stack_operations import (
    object_created_event,
    object_names,
    receive_outcomes,
    upload,
    wait_until,
)

from gifmill.orders.capabilities import derive_view

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import DeployedStack


def _objects(stack: DeployedStack, photo_id: str) -> list[tuple[str, str, object]]:
    """Return all objects of a photo, with properties that change when one is written again."""
    objects: list[tuple[str, str, object]] = [
        (each["Key"], each["ETag"], each["LastModified"])
        for bucket in (stack.photos, stack.gifs)
        for each in stack.aws.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        if derive_view(photo_id) in each["Key"]
    ]
    assert objects
    return objects


def test_a_duplicate_order_event_changes_nothing(stack: DeployedStack, photo: bytes) -> None:
    photo_id = stack.order(photo, effects="blur")["id"]
    stack.finished(photo_id)
    before = _objects(stack, photo_id)
    queue = stack.queue("FanoutblurQueue")
    stack.aws.sqs.send_message(
        QueueUrl=queue, MessageBody=object_created_event(f"photos/{derive_view(photo_id)}/default/blur.png")
    )
    wait_until(lambda: stack.message_count(queue) == 0)
    assert _objects(stack, photo_id) == before


def test_a_duplicate_upload_event_changes_nothing(stack: DeployedStack, photo: bytes) -> None:
    photo_id = upload(stack, photo, effects="blur")
    stack.finished(photo_id)
    wait_until(lambda: object_names(stack, stack.photos, f"uploads/{derive_view(photo_id)}") == set())
    before = _objects(stack, photo_id)
    queue = stack.queue("FanoutIntakeQueue")
    stack.aws.sqs.send_message(
        QueueUrl=queue, MessageBody=object_created_event(f"uploads/{derive_view(photo_id)}")
    )
    wait_until(lambda: stack.message_count(queue) == 0)
    assert _objects(stack, photo_id) == before


@pytest.fixture(scope="module")
def failing_jobs(stack: DeployedStack, photo: bytes) -> Any:
    """Return an order and an upload that fail at every try, with their pushes. Both run at once."""
    with (
        without_grant(stack, Grant("render-blur", "s3:PutObject", "StorageGifs/gifs/*")),
        without_grant(stack, Grant("intake", "s3:PutObject", "StoragePhotos/photos/*")),
        ExitStack() as sockets,
    ):
        ordered = stack.order(photo, effects="blur,cyclic")["id"]
        uploaded = upload(stack, photo, effects="blur")
        listening = [sockets.enter_context(stack.live(photo_id)) for photo_id in (ordered, uploaded)]
        return {
            "order": (ordered, receive_outcomes(listening[0], {"blur", "cyclic"})),
            "upload": (uploaded, receive_outcomes(listening[1], {"blur"})),
        }


def test_a_failing_render_is_reported_as_failed(failing_jobs: Any) -> None:
    _, gifs = failing_jobs["order"]
    assert gifs["blur"]["problem"]["code"] == "render_failed"
    assert "blur" in gifs["blur"]["problem"]["detail"]


def test_other_effects_of_the_order_succeed(failing_jobs: Any) -> None:
    _, gifs = failing_jobs["order"]
    assert gifs["cyclic"]["state"] == "ready"


def test_a_failing_upload_is_reported_and_deleted(failing_jobs: Any, stack: DeployedStack) -> None:
    photo_id, gifs = failing_jobs["upload"]
    assert gifs["blur"]["state"] == "failed"
    wait_until(lambda: object_names(stack, stack.photos, f"uploads/{derive_view(photo_id)}") == set())


def test_a_failed_gif_can_be_ordered_again(failing_jobs: Any, stack: DeployedStack) -> None:
    photo_id, _ = failing_jobs["order"]
    stack.client.post(f"/v1/photos/{photo_id}/gifs", json={"effect": "blur"})
    assert {gif["state"] for gif in stack.finished(photo_id)["gifs"]} == {"ready"}


def test_an_unreadable_message_is_kept_for_an_operator(stack: DeployedStack) -> None:
    dead, undeliverable = stack.queue("FanoutDead"), stack.queue("FanoutUndeliverable")
    policy = stack.aws.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["RedrivePolicy"])
    original = policy["Attributes"]["RedrivePolicy"]
    # Each retry waits twice as long as the one before: two are enough to move the message.
    two_receives = json.dumps({**json.loads(original), "maxReceiveCount": 2})
    stack.aws.sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedrivePolicy": two_receives})
    try:
        stack.aws.sqs.send_message(QueueUrl=dead, MessageBody="not an S3 event")
        wait_until(lambda: stack.message_count(undeliverable) == 1)
    finally:
        stack.aws.sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedrivePolicy": original})
    [kept] = stack.aws.sqs.receive_message(QueueUrl=undeliverable)["Messages"]
    assert kept["Body"] == "not an S3 event"
    stack.aws.sqs.delete_message(QueueUrl=undeliverable, ReceiptHandle=kept["ReceiptHandle"])
