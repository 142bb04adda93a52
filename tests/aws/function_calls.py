"""Stored orders and uploads, calls of the Lambda functions, and the resulting state of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.aws.sqs_records import InvocationContext
from tests.orders import stored_orders
from tests.views import new_view

from gifmill import open_photo
from gifmill.aws import dead_letters, intake, render
from gifmill.effects import find_effect
from gifmill.orders import pipeline
from gifmill.orders.status import photo_status
from gifmill.rendering.renderer import render_options
from gifmill.settings import Settings

if TYPE_CHECKING:
    import pytest

    from gifmill.orders.keys import GifKey, OrderKey
    from gifmill.store.store import Store


def invoke(function: str, records: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Call a function with a batch of SQS records; return the ids of messages to retry.

    Args:
        function: "intake", "dead_letters", or the effect of a render function.
        records: the batch.
        monkeypatch: sets the effect in the environment.
    """
    event = {"Records": records}
    if function == "intake":
        response = intake.handler(event, InvocationContext())
    elif function == "dead_letters":
        response = dead_letters.handler(event, InvocationContext())
    else:
        monkeypatch.setenv("EFFECT", function)
        response = render.handler(event, InvocationContext())
    return {failure["itemIdentifier"] for failure in response["batchItemFailures"]}


def store_orders(store: Store, photo: bytes, effects: str = "classic", size: int = 16) -> list[OrderKey]:
    """Store a photo under new orders, and return them."""
    orders = pipeline.new_orders(new_view(), effects, {"size": size})
    pipeline.intake_photo(store, Settings(), orders, photo)
    return list(orders)


def store_upload(store: Store, data: bytes, effects: str = "classic") -> str:
    """Store an upload of small GIFs, and return its id."""
    return stored_orders.store_upload(store, data, effects, size=16)


def gif_states(store: Store, view: str) -> dict[str, str]:
    """Return the state of each GIF of a photo, by effect."""
    document: Any = photo_status(store, Settings(), view)
    return {gif["effect"]: gif["state"] for gif in document["gifs"]}


def distinct_states(store: Store, view: str) -> set[str]:
    """Return the distinct states of a photo's GIFs."""
    return set(gif_states(store, view).values())


def object_names(store: Store, prefix: str) -> set[str]:
    """Return the names of all objects below a prefix."""
    return {stored.key for stored in store.list(prefix)}


def rendered_gif(photo: bytes, gif: GifKey) -> bytes:
    """Render the expected bytes of a GIF."""
    return render_options(open_photo(photo), find_effect(gif.effect), gif.options).data
