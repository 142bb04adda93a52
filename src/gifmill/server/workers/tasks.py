"""The functions that run in worker processes. Their arguments are pickled, their results are JSON."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from gifmill.effects import all_effects, find_effect
from gifmill.errors import PluginFailed
from gifmill.orders import OrderKey, intake_photo, parse_order, render_order
from gifmill.store import Store, open_store

if TYPE_CHECKING:
    from gifmill.settings import Settings


def ping() -> None:
    """Do nothing: shows that the worker responds."""


def warm() -> None:
    """Import everything that rendering needs."""
    import_module("gifmill.rendering.renderer")
    for effect in all_effects():
        with suppress(PluginFailed):  # an order of it reports the error
            effect.load()


def intake(location: str, settings: Settings, upload: str, orders: tuple[str, ...]) -> None:
    """Decode an upload and store it as a photo under the name of each order.

    Raises:
        PhotoError: the upload cannot be read as a photo.
        NotFound, StoreFailed: it cannot be read or written.
    """
    store = _store(location)
    intake_photo(store, settings, tuple(_order(name) for name in orders), store.get(upload))


def render(location: str, order: str, effect: str) -> str:
    """Render one GIF.

    Returns:
        The outcome, as `orders.render_order` defines it.

    Raises:
        NotFound: the photo was deleted.
        StoreFailed: the store failed; try again later.
    """
    return render_order(_store(location), _order(order), find_effect(effect)).outcome


def _order(name: str) -> OrderKey:
    key = parse_order(name)
    assert key is not None  # the worker pool wrote it
    return key


@cache
def _store(location: str) -> Store:
    """Return this worker's store, opened once: opening reads the environment."""
    return open_store(location)
