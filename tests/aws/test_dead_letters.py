from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.aws.function_calls import gif_states, store_orders, store_upload
from tests.aws.sqs_records import InvocationContext, sqs_record

from gifmill.aws import dead_letters, telemetry
from gifmill.orders.keys import FailedKey

if TYPE_CHECKING:
    from gifmill.store.store import Store


def test_a_dead_letter_fails_the_effect_of_its_queue(store: Store, photo: bytes) -> None:
    order = store_orders(store, photo)[0]
    dead_letters.handler({"Records": [sqs_record(str(order), source="arn:blur")]}, InvocationContext())
    assert gif_states(store, order.view) == {
        "blur": "failed",
        "recursive": "pending",
        "cyclic": "pending",
    }


def test_a_recorded_failure_is_logged_with_its_effect(
    store: Store, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", log)
    order = store_orders(store, photo)[0]
    dead_letters.handler({"Records": [sqs_record(str(order), source="arn:blur")]}, InvocationContext())
    [event] = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (event["message"], event["effect"]) == ("failure recorded", "blur")


def test_a_dead_letter_fails_an_upload(store: Store, photo: bytes) -> None:
    view = store_upload(store, photo, "classic")
    dead_letters.handler(
        {"Records": [sqs_record(f"uploads/{view}", source="arn:intake")]}, InvocationContext()
    )
    assert set(gif_states(store, view).values()) == {"failed"}


def test_a_dead_letter_keeps_a_finished_gif(store: Store, photo: bytes, render_blur: Any) -> None:
    order = store_orders(store, photo)[0]
    render_blur({"Records": [sqs_record(str(order))]}, InvocationContext())
    dead_letters.handler({"Records": [sqs_record(str(order), source="arn:blur")]}, InvocationContext())
    marker = FailedKey(order.gifs[0])
    assert str(marker) not in {stored.key for stored in store.list("gifs/")}


@pytest.mark.parametrize(
    ("body", "source"),
    [
        ("unreadable", "arn:blur"),
        ('{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "x"}}}]}', "arn:blur"),
        ('{"Records": []}', "arn:unknown"),
    ],
)
def test_unreadable_dead_letters_are_kept_for_an_operator(
    store: Store, early_retries: list[str], body: str, source: str
) -> None:
    record = {"messageId": "m", "body": body, "attributes": {"DeadLetterQueueSourceArn": source}}
    failed = dead_letters.handler({"Records": [record]}, InvocationContext())
    assert failed == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert early_retries == ["m"]
    assert list(store.list("gifs/")) == []
