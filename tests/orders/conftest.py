"""Fixtures: a store in memory, and orders in it."""

from __future__ import annotations

import pytest
from tests.orders.stored_orders import SETTINGS

from gifmill.orders import pipeline
from gifmill.orders.keys import OrderKey, new_photo_id
from gifmill.store.store import Store, open_store


@pytest.fixture
def store() -> Store:
    """An empty store in memory."""
    return open_store("memory://")


@pytest.fixture
def orders(store: Store, photo: bytes) -> tuple[OrderKey, ...]:
    """The order of the classic pack, with its photo in the store."""
    orders = pipeline.new_orders(new_photo_id(), "classic", {})
    pipeline.intake_photo(store, SETTINGS, orders, photo)
    return orders


@pytest.fixture
def flashing_order(store: Store, stripes: bytes) -> OrderKey:
    """An order whose GIF would flash, with its photo in the store."""
    [order] = pipeline.new_orders(new_photo_id(), "shake", {"strength": 100, "duration": 0.5})
    pipeline.intake_photo(store, SETTINGS, (order,), stripes)
    return order
