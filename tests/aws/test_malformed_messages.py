"""Lambda functions with malformed messages, foreign object names and deleted photos beside valid orders."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from tests.aws.function_calls import distinct_states, invoke, object_names, store_orders, store_upload
from tests.aws.sqs_records import s3_event, sqs_record

from gifmill.orders import pipeline

if TYPE_CHECKING:
    from gifmill.store.store import Store


pytestmark = pytest.mark.slow


MALFORMED: dict[str, Any] = {
    "empty": "",
    "no JSON": "{",
    "no event": "{}",
    "null": "null",
    "a number": "3",
    "a list": "[]",
    "numeric records": '{"Records": 3}',
    "an empty record": '{"Records": [{}]}',
    "a numeric name": '{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": 7}}}]}',
    "no event name": '{"Records": [{"s3": {"object": {"key": "photos/a"}}}]}',
    "nested deeper than a parser allows": "[" * 100_000,
    "no body": None,
}


FOREIGN_NAMES = ["uploads/../x", "photos/x", "x", "", "uploads/", "gifs/a/b/c.gif", "%00%ff", "a" * 2000]


@pytest.mark.parametrize("function", ["intake", "blur", "dead_letters"])
def test_malformed_messages_are_reported_and_the_others_processed(
    store: Store,
    photo: bytes,
    monkeypatch: pytest.MonkeyPatch,
    early_retries: list[str],
    function: str,
) -> None:
    malformed = [
        {"messageId": name, "body": body, "attributes": {"DeadLetterQueueSourceArn": "arn:blur"}}
        for name, body in MALFORMED.items()
    ]
    if function != "blur":  # which ignores foreign names: the topic also sends it orders of other effects
        malformed += [
            sqs_record(key, message_id=f"foreign {key[:20]}", source="arn:blur") for key in FOREIGN_NAMES
        ]
    photos, valid = [], []
    for number in range(4):
        if function == "intake":
            photos.append(store_upload(store, photo, "blur"))
            key = f"uploads/{photos[-1]}"
        else:
            [order] = store_orders(store, photo, "blur")
            photos.append(order.view)
            key = str(order)
        valid.append(sqs_record(key, message_id=f"valid {number}", source="arn:blur"))
    records = [*malformed, *valid]
    random.Random(function).shuffle(records)
    failed = invoke(function, records, monkeypatch)
    assert failed == {each["messageId"] for each in malformed}
    assert set(early_retries) == failed
    outcome = {"intake": {"pending"}, "blur": {"ready"}, "dead_letters": {"failed"}}[function]
    assert all(distinct_states(store, view) == outcome for view in photos)


def test_render_ignores_foreign_object_names(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert invoke("blur", [sqs_record(*FOREIGN_NAMES)], monkeypatch) == set()
    assert object_names(store, "gifs/") == set()


def test_malformed_records_do_not_stop_the_others_in_their_message(
    store: Store, photo: bytes, monkeypatch: pytest.MonkeyPatch, early_retries: list[str]
) -> None:
    orders = [store_orders(store, photo, "blur")[0] for _ in range(2)]
    first, second = json.loads(s3_event(*map(str, orders)))["Records"]
    mixed = {
        "messageId": "mixed",
        "body": json.dumps({"Records": [{}, first, {"s3": None}, second]}),
    }
    assert invoke("blur", [mixed], monkeypatch) == {"mixed"} == set(early_retries)
    assert all(distinct_states(store, order.view) == {"ready"} for order in orders)


def test_a_deleted_photo_does_not_stop_the_others_in_its_message(
    store: Store, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted, order = (store_orders(store, photo, "blur")[0] for _ in range(2))
    pipeline.delete_photo(store, deleted.view)
    assert invoke("blur", [sqs_record(str(deleted), str(order))], monkeypatch) == set()
    assert distinct_states(store, order.view) == {"ready"}
