from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from tests.aws.sqs_records import InvocationContext, s3_event, sqs_record
from tests.views import new_view

from gifmill.aws import intake, telemetry
from gifmill.aws.event_batches import ObjectChange, for_each, for_each_change, process_batch
from gifmill.errors import NotFound, StoreFailed
from gifmill.orders.keys import UploadKey

if TYPE_CHECKING:
    from gifmill.store.store import Store


def changes(message: str) -> list[ObjectChange]:
    found: list[ObjectChange] = []
    for_each_change(message, found.append)
    return found


@pytest.mark.parametrize(
    ("name", "deleted"),
    [
        ("ObjectCreated:Put", False),
        ("s3:ObjectCreated:CompleteMultipartUpload", False),
        ("ObjectRemoved:Delete", True),
        ("LifecycleExpiration:Delete", True),
    ],
)
def test_deletions_are_distinguished_from_writes(name: str, deleted: bool) -> None:
    assert changes(s3_event("gifs/a", name=name)) == [ObjectChange("gifs/a", deleted)]


def test_object_names_are_url_decoded() -> None:
    [change] = changes(s3_event("photos/a/size%3D64%2Cturns%3D2/all.png"))
    assert change.key == "photos/a/size=64,turns=2/all.png"


def test_every_record_of_a_message_is_processed() -> None:
    assert [change.key for change in changes(s3_event("gifs/a", "gifs/b"))] == ["gifs/a", "gifs/b"]


def test_the_test_event_of_s3_is_ignored() -> None:
    assert changes('{"Service": "Amazon S3", "Event": "s3:TestEvent"}') == []


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '{"Records": [{}]}', "3"])
def test_messages_that_are_no_events_are_errors(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        changes(text)


def test_a_failure_does_not_stop_other_items() -> None:
    done = []

    def work(item: str) -> None:
        if item.startswith("bad"):
            raise StoreFailed(item)
        done.append(item)

    with pytest.raises(StoreFailed, match="bad 1"):
        for_each(["a", "bad 1", "b", "bad 2", "c"], work)
    assert done == ["a", "b", "c"]


def test_a_deleted_photo_is_no_failure() -> None:
    done = []

    def work(item: str) -> None:
        if item == "deleted":
            raise NotFound(item)
        done.append(item)

    for_each(["deleted", "a"], work)
    assert done == ["a"]


def test_only_failed_messages_are_retried(early_retries: list[str]) -> None:
    def work(record: dict[str, Any]) -> None:
        if record["messageId"] == "bad":
            raise StoreFailed("no answer")

    records = [{"messageId": name} for name in ("a", "bad", "c")]
    assert process_batch({"Records": records}, InvocationContext(), work) == {
        "batchItemFailures": [{"itemIdentifier": "bad"}]
    }
    assert early_retries == ["bad"]


def test_the_log_contains_no_whole_photo_id(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", log)
    view = new_view()
    store.put(str(UploadKey(view)), b"no photo")
    intake.handler({"Records": [sqs_record(str(UploadKey(view)))]}, InvocationContext())
    assert view[:6] in log.getvalue()
    assert view not in log.getvalue()


def test_invalid_object_names_are_not_logged(
    monkeypatch: pytest.MonkeyPatch, early_retries: list[str]
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", log)
    view = new_view()
    intake.handler({"Records": [sqs_record(f"photos/{view}/default/withdrawn.png")]}, InvocationContext())
    assert early_retries == ["m1"]
    assert "invalid object name" in log.getvalue()
    assert view not in log.getvalue()


def test_messages_without_enough_time_left_are_retried(early_retries: list[str]) -> None:
    context, done = InvocationContext(), []

    def work(record: dict[str, Any]) -> None:
        done.append(record["messageId"])
        context.left_ms -= 13_000

    records = [{"messageId": name} for name in ("a", "b", "c")]
    assert process_batch({"Records": records}, context, work) == {
        "batchItemFailures": [{"itemIdentifier": "b"}, {"itemIdentifier": "c"}]
    }
    assert (done, early_retries) == (["a"], ["b", "c"])


def test_the_first_message_is_always_tried() -> None:
    done = []
    process_batch(
        {"Records": [{"messageId": "a"}]},
        InvocationContext(1),
        lambda record: done.append(record["messageId"]),
    )
    assert done == ["a"]
