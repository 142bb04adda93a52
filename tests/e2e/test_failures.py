"""What goes wrong, or comes twice."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.grants import Grant, without_grant
from tests.e2e.stack_operations import created, names, receive_outcomes, upload, wait_until

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import DeployedStack


def _made(cloud: DeployedStack, photo_id: str) -> list[tuple[str, str, object]]:
    """All objects of a photo, with what tells whether one was written again."""
    objects: list[tuple[str, str, object]] = [
        (each["Key"], each["ETag"], each["LastModified"])
        for bucket in (cloud.photos, cloud.gifs)
        for each in cloud.aws.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        if photo_id in each["Key"]
    ]
    assert objects
    return objects


def test_an_order_that_is_announced_twice_changes_nothing(cloud: DeployedStack, photo: bytes) -> None:
    photo_id = cloud.order(photo, effects="blur")["id"]
    cloud.finished(photo_id)
    before = _made(cloud, photo_id)
    queue = cloud.queue("FanoutblurQueue")
    cloud.aws.sqs.send_message(QueueUrl=queue, MessageBody=created(f"photos/{photo_id}/default/blur.png"))
    wait_until(lambda: cloud.message_count(queue) == 0)
    assert _made(cloud, photo_id) == before


def test_an_upload_that_is_announced_twice_changes_nothing(cloud: DeployedStack, photo: bytes) -> None:
    photo_id = upload(cloud, photo, effects="blur")
    cloud.finished(photo_id)
    wait_until(lambda: names(cloud, cloud.photos, f"uploads/{photo_id}") == set())
    before = _made(cloud, photo_id)
    queue = cloud.queue("FanoutIntakeQueue")
    cloud.aws.sqs.send_message(QueueUrl=queue, MessageBody=created(f"uploads/{photo_id}"))
    wait_until(lambda: cloud.message_count(queue) == 0)
    assert _made(cloud, photo_id) == before


@pytest.fixture(scope="module")
def failing_jobs(cloud: DeployedStack, photo: bytes) -> Any:
    """An order and an upload that fail at every try, and what is heard of them. At once: it takes long."""
    with (
        without_grant(cloud, Grant("render-blur", "s3:PutObject", "StorageGifs/gifs/*")),
        without_grant(cloud, Grant("intake", "s3:PutObject", "StoragePhotos/photos/*")),
        ExitStack() as sockets,
    ):
        ordered = cloud.order(photo, effects="blur,cyclic")["id"]
        uploaded = upload(cloud, photo, effects="blur")
        listening = [sockets.enter_context(cloud.live(photo_id)) for photo_id in (ordered, uploaded)]
        return {
            "order": (ordered, receive_outcomes(listening[0], {"blur", "cyclic"})),
            "upload": (uploaded, receive_outcomes(listening[1], {"blur"})),
        }


def test_what_cannot_be_made_is_given_up_and_told(failing_jobs: Any) -> None:
    _, gifs = failing_jobs["order"]
    assert gifs["blur"]["problem"]["code"] == "render_failed"
    assert "blur" in gifs["blur"]["problem"]["detail"]


def test_what_can_be_made_is_made_all_the_same(failing_jobs: Any) -> None:
    _, gifs = failing_jobs["order"]
    assert gifs["cyclic"]["state"] == "ready"


def test_an_upload_that_cannot_be_taken_in_is_given_up_and_told(
    failing_jobs: Any, cloud: DeployedStack
) -> None:
    photo_id, gifs = failing_jobs["upload"]
    assert gifs["blur"]["state"] == "failed"
    wait_until(lambda: names(cloud, cloud.photos, f"uploads/{photo_id}") == set())


def test_what_was_given_up_can_be_ordered_again(failing_jobs: Any, cloud: DeployedStack) -> None:
    photo_id, _ = failing_jobs["order"]
    cloud.client.post(f"/v1/photos/{photo_id}/gifs", json={"effect": "blur"})
    assert {gif["state"] for gif in cloud.finished(photo_id)["gifs"]} == {"ready"}


def test_what_nobody_can_read_is_kept_for_an_operator(cloud: DeployedStack) -> None:
    dead, undeliverable = cloud.queue("FanoutDead"), cloud.queue("FanoutUnburied")
    policy = cloud.aws.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["RedrivePolicy"])
    original = policy["Attributes"]["RedrivePolicy"]
    # Each try waits twice as long as the one before: two are enough to see where it goes.
    hasty = json.dumps({**json.loads(original), "maxReceiveCount": 2})
    cloud.aws.sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedrivePolicy": hasty})
    try:
        cloud.aws.sqs.send_message(QueueUrl=dead, MessageBody="no event of S3")
        wait_until(lambda: cloud.message_count(undeliverable) == 1)
    finally:
        cloud.aws.sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedrivePolicy": original})
    [kept] = cloud.aws.sqs.receive_message(QueueUrl=undeliverable)["Messages"]
    assert kept["Body"] == "no event of S3"
    cloud.aws.sqs.delete_message(QueueUrl=undeliverable, ReceiptHandle=kept["ReceiptHandle"])
