"""render, intake and bury, each over the whole pipeline."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import obstore
import pytest
from tests.aws.conftest import Call

from gifmill.aws import dead_letters, intake, render
from gifmill.errors import InvalidKey
from gifmill.orders import pipeline
from gifmill.orders.keys import FailedKey, OrderKey, UploadKey, format_orders, new_photo_id
from gifmill.orders.status import ORDERS, photo_status
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.store.store import Store

    type Message = Callable[..., dict[str, Any]]

QUEUES = {"arn:blur": "blur", "arn:intake": "intake"}


@pytest.fixture
def blur(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The function that makes blur."""
    monkeypatch.setenv("EFFECT", "blur")
    return render.handler


@pytest.fixture(autouse=True)
def _queues(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUEUES", json.dumps(QUEUES))


def ordered(store: Store, photo: bytes, effects: str = "classic") -> OrderKey:
    [order] = pipeline.new_orders(new_photo_id(), effects, {})
    pipeline.intake_photo(store, Settings(), (order,), photo)
    return order


def upload(store: Store, data: bytes, effects: str = "blur") -> str:
    photo_id = new_photo_id()
    note = format_orders(pipeline.new_orders(photo_id, effects, {}))
    obstore.put(store._backend, str(UploadKey(photo_id)), data, attributes={ORDERS: note})
    return photo_id


def states(store: Store, photo_id: str) -> dict[str, str]:
    document: Any = photo_status(store, Settings(), photo_id)
    return {gif["effect"]: gif["state"] for gif in document["gifs"]}


def test_render_starts_no_gif_without_enough_time_left(
    store: Store, photo: bytes, message: Message, blur: Any, hurried: list[str]
) -> None:
    orders = [ordered(store, photo, "blur") for _ in range(2)]
    records = [{**message(str(order)), "messageId": order.photo_id} for order in orders]
    blur({"Records": records}, Call(17_000))
    assert hurried == [orders[1].photo_id]
    assert [states(store, order.photo_id)["blur"] for order in orders] == ["ready", "pending"]


def test_render_makes_only_its_own_effect_of_a_pack(
    store: Store, photo: bytes, message: Message, blur: Any
) -> None:
    order = ordered(store, photo)
    assert blur({"Records": [message(str(order))]}, Call()) == {"batchItemFailures": []}
    assert states(store, order.photo_id) == {"blur": "ready", "recursive": "pending", "cyclic": "pending"}


def test_render_ignores_orders_of_other_effects(
    store: Store, photo: bytes, message: Message, blur: Any
) -> None:
    order = ordered(store, photo, "cyclic")
    names = (str(order), "photos/nothing/of/ours.png", "gifs/x")
    assert blur({"Records": [message(*names)]}, Call()) == {"batchItemFailures": []}
    assert states(store, order.photo_id) == {"cyclic": "pending"}


def test_render_counts_finished_gifs(
    store: Store, photo: bytes, message: Message, blur: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    blur({"Records": [message(str(ordered(store, photo)))]}, Call())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [counted] = [line for line in lines if "_aws" in line]
    assert (counted["gifmill_renders_total"], counted["outcome"]) == ([1.0], "made")
    assert counted["gifmill_render_seconds"][0] > 0
    assert counted["gifmill_gif_bytes"][0] > 1_000


def test_render_counts_an_unmet_byte_limit_as_unfit(
    store: Store, photo: bytes, message: Message, blur: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    [order] = pipeline.new_orders(new_photo_id(), "blur", {"max_bytes": 100})
    pipeline.intake_photo(store, Settings(), (order,), photo)
    blur({"Records": [message(str(order))]}, Call())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [counted] = [line for line in lines if "_aws" in line]
    assert (counted["gifmill_renders_total"], counted["outcome"]) == ([1.0], "unfit")


def test_an_upload_becomes_a_photo(store: Store, photo: bytes, message: Message) -> None:
    photo_id = upload(store, photo, "classic")
    assert intake.handler({"Records": [message(f"uploads/{photo_id}")]}, Call()) == {"batchItemFailures": []}
    assert set(states(store, photo_id).values()) == {"pending"}
    assert [stored.key for stored in store.list("uploads/")] == []


def test_an_unreadable_upload_fails_each_gif(store: Store, message: Message) -> None:
    photo_id = upload(store, b"no photo", "blur,cyclic")
    intake.handler({"Records": [message(f"uploads/{photo_id}")]}, Call())
    document: Any = photo_status(store, Settings(), photo_id)
    assert document["photo"] is None
    assert {gif["problem"]["code"] for gif in document["gifs"]} == {"not_a_photo"}


def test_a_dead_letter_fails_the_effect_of_its_queue(store: Store, photo: bytes, message: Message) -> None:
    order = ordered(store, photo)
    dead_letters.handler({"Records": [message(str(order), source="arn:blur")]}, Call())
    assert states(store, order.photo_id) == {"blur": "failed", "recursive": "pending", "cyclic": "pending"}


def test_a_dead_letter_fails_an_upload(store: Store, photo: bytes, message: Message) -> None:
    photo_id = upload(store, photo, "classic")
    dead_letters.handler({"Records": [message(f"uploads/{photo_id}", source="arn:intake")]}, Call())
    assert set(states(store, photo_id).values()) == {"failed"}


def test_a_dead_letter_keeps_a_finished_gif(store: Store, photo: bytes, message: Message, blur: Any) -> None:
    order = ordered(store, photo)
    blur({"Records": [message(str(order))]}, Call())
    dead_letters.handler({"Records": [message(str(order), source="arn:blur")]}, Call())
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
    store: Store, hurried: list[str], body: str, source: str
) -> None:
    record = {"messageId": "m", "body": body, "attributes": {"DeadLetterQueueSourceArn": source}}
    failed = dead_letters.handler({"Records": [record]}, Call())
    assert failed == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert hurried == ["m"]
    assert list(store.list("gifs/")) == []


def test_an_invalid_upload_name_is_an_error(message: Message, hurried: list[str]) -> None:
    with pytest.raises(InvalidKey):
        intake._intake_all(message("uploads/x"))
    assert intake.handler({"Records": [message("uploads/x")]}, Call())["batchItemFailures"]
    assert hurried == ["m1"]
