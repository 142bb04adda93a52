from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.aws.function_calls import gif_states, invoke, store_upload
from tests.aws.sqs_records import InvocationContext, sqs_record
from tests.orders import stored_orders
from tests.transparent_logo import assert_cut_out

from gifmill.aws import intake
from gifmill.errors import InvalidKey
from gifmill.orders.status import photo_status
from gifmill.settings import Settings

if TYPE_CHECKING:
    from gifmill.store.store import Store


def test_an_upload_becomes_a_photo(store: Store, photo: bytes) -> None:
    view = store_upload(store, photo, "classic")
    assert intake.handler({"Records": [sqs_record(f"uploads/{view}")]}, InvocationContext()) == {
        "batchItemFailures": []
    }
    assert set(gif_states(store, view).values()) == {"pending"}
    assert [stored.key for stored in store.list("uploads/")] == []


def test_an_upload_is_transparent_up_to_its_gif(
    store: Store, logo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = stored_orders.store_upload(store, logo, "party")
    assert invoke("intake", [sqs_record(f"uploads/{view}")], monkeypatch) == set()
    assert invoke("party", [sqs_record(f"photos/{view}/default/party.png")], monkeypatch) == set()
    assert_cut_out(store.get(f"photos/{view}/default/party.png"))
    assert_cut_out(store.get(f"gifs/{view}/default/party.gif"))


def test_an_unreadable_upload_fails_each_gif(store: Store) -> None:
    view = store_upload(store, b"no photo", "blur,cyclic")
    intake.handler({"Records": [sqs_record(f"uploads/{view}")]}, InvocationContext())
    document: Any = photo_status(store, Settings(), view)
    assert document["photo"] is None
    assert {gif["problem"]["code"] for gif in document["gifs"]} == {"not_a_photo"}


def test_an_invalid_upload_name_is_an_error(early_retries: list[str]) -> None:
    with pytest.raises(InvalidKey):
        intake._intake_all(sqs_record("uploads/x"))
    assert intake.handler({"Records": [sqs_record("uploads/x")]}, InvocationContext())["batchItemFailures"]
    assert early_retries == ["m1"]
