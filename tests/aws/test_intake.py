from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.aws.conftest import InvocationContext
from tests.aws.function_calls import gif_states, store_upload

from gifmill.aws import intake
from gifmill.errors import InvalidKey
from gifmill.orders.status import photo_status
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.store.store import Store

    type Message = Callable[..., dict[str, Any]]


def test_an_upload_becomes_a_photo(store: Store, photo: bytes, message: Message) -> None:
    photo_id = store_upload(store, photo, "classic")
    assert intake.handler({"Records": [message(f"uploads/{photo_id}")]}, InvocationContext()) == {
        "batchItemFailures": []
    }
    assert set(gif_states(store, photo_id).values()) == {"pending"}
    assert [stored.key for stored in store.list("uploads/")] == []


def test_an_unreadable_upload_fails_each_gif(store: Store, message: Message) -> None:
    photo_id = store_upload(store, b"no photo", "blur,cyclic")
    intake.handler({"Records": [message(f"uploads/{photo_id}")]}, InvocationContext())
    document: Any = photo_status(store, Settings(), photo_id)
    assert document["photo"] is None
    assert {gif["problem"]["code"] for gif in document["gifs"]} == {"not_a_photo"}


def test_an_invalid_upload_name_is_an_error(message: Message, early_retries: list[str]) -> None:
    with pytest.raises(InvalidKey):
        intake._intake_all(message("uploads/x"))
    assert intake.handler({"Records": [message("uploads/x")]}, InvocationContext())["batchItemFailures"]
    assert early_retries == ["m1"]
