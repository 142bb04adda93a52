"""What worker processes are asked to do. Their arguments are pickled, their results are JSON."""

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
    """Answer."""


def warm() -> None:
    """Import what every GIF needs."""
    import_module("gifmill.rendering.renderer")
    for effect in all_effects():
        with suppress(PluginFailed):  # whoever orders it hears of it
            effect.load()


def intake(location: str, settings: Settings, upload: str, orders: tuple[str, ...]) -> None:
    """Decode an upload and keep it as a photo under the name of each order.

    Raises:
        PhotoError: it is no photo that we can work with.
        NotFound, StoreFailed: it cannot be read or written.
    """
    store = _store(location)
    intake_photo(store, settings, tuple(_order(name) for name in orders), store.get(upload))


def render(location: str, order: str, effect: str) -> str:
    """Make one GIF.

    Returns:
        What became of it, as `pipeline.RenderOutcome` says.

    Raises:
        NotFound: the photo has been deleted.
        StoreFailed: try again later.
    """
    return render_order(_store(location), _order(order), find_effect(effect)).outcome


def _order(name: str) -> OrderKey:
    key = parse_order(name)
    assert key is not None  # the worker pool wrote it
    return key


@cache
def _store(location: str) -> Store:
    """One store a worker: opening one reads the environment anew."""
    return open_store(location)
