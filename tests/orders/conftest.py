"""Fixtures: a store in memory, and orders in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.orders.stored_orders import SETTINGS
from tests.views import new_view

from gifmill.orders import pipeline
from gifmill.store.store import Store, open_store

if TYPE_CHECKING:
    from gifmill.orders.keys import OrderKey


@pytest.fixture
def store() -> Store:
    """An empty store in memory."""
    return open_store("memory://")


@pytest.fixture
def orders(store: Store, photo: bytes) -> tuple[OrderKey, ...]:
    """The order of the classic pack, with its photo in the store."""
    orders = pipeline.new_orders(new_view(), "classic", {})
    pipeline.intake_photo(store, SETTINGS, orders, photo)
    return orders


@pytest.fixture
def flashing_order(store: Store, stripes: bytes) -> OrderKey:
    """An order whose GIF would flash, with its photo in the store."""
    [order] = pipeline.new_orders(new_view(), "shake", {"strength": 100, "duration": 0.5})
    pipeline.intake_photo(store, SETTINGS, (order,), stripes)
    return order
