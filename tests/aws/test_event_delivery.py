"""Lambda functions with events that arrive repeatedly, in batches and in any order."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from tests.aws.function_calls import (
    distinct_states,
    invoke,
    object_names,
    rendered_gif,
    store_orders,
    store_upload,
)
from tests.aws.sqs_records import sqs_record

from gifmill.effects import select_effects
from gifmill.orders import pipeline
from gifmill.orders.keys import parse_order

if TYPE_CHECKING:
    from gifmill.store.store import Store


pytestmark = pytest.mark.slow

DELIVERIES = 3


class Deliveries:
    """At-least-once delivery by S3, SNS and SQS: each event arrives three times, batched, in any order."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch, rng: random.Random) -> None:
        self.store = store
        self.gifs: dict[str, bytes] = {}
        self._monkeypatch = monkeypatch
        self._rng = rng
        self._announced: set[tuple[str, object]] = set()
        self._queued: dict[str, list[dict[str, Any]]] = {}
        self._sent = 0

    def send(self, function: str, key: str, source: str = "") -> None:
        """Send an event to a function, three times."""
        for _ in range(DELIVERIES):
            self._sent += 1
            record = sqs_record(key, message_id=f"m{self._sent}", source=source)
            self._queued.setdefault(function, []).append(record)

    def run(self) -> None:
        """Send events of written objects and deliver them, until no event is left."""
        self._send_events()
        while self._queued:
            function = self._rng.choice(sorted(self._queued))
            records = self._queued.pop(function)
            self._rng.shuffle(records)
            size = self._rng.randint(1, 5)
            if records[size:]:
                self._queued[function] = records[size:]
            failed = invoke(function, records[:size], self._monkeypatch)
            assert failed == set()
            self._send_events()
            self._check_gifs()

    def _send_events(self) -> None:
        for prefix in ("uploads/", "photos/"):
            for stored in self.store.list(prefix):
                if (stored.key, stored.modified) in self._announced:
                    continue
                self._announced.add((stored.key, stored.modified))
                if prefix == "uploads/":
                    self.send("intake", stored.key)
                    continue
                order = parse_order(stored.key)
                assert order is not None
                for effect in select_effects(order.audience):
                    self.send(effect.name, stored.key)

    def _check_gifs(self) -> None:
        """Check that each GIF written before still exists, with the same bytes."""
        for name in object_names(self.store, "gifs/"):
            if name.endswith(".gif"):
                data = self.store.get(name)
                assert self.gifs.setdefault(name, data) == data
        assert set(self.gifs) <= object_names(self.store, "gifs/")


@pytest.fixture
def deliveries(store: Store, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Deliveries:
    return Deliveries(store, monkeypatch, random.Random(request.param))


@pytest.mark.parametrize("deliveries", range(6), indirect=True)
def test_repeated_unordered_events_make_each_gif_once(
    deliveries: Deliveries, store: Store, photo: bytes
) -> None:
    direct = [
        order for effects in ("classic", "blur,cyclic") for order in store_orders(store, photo, effects)
    ]
    uploads = [store_upload(store, photo, effects) for effects in ("classic", "blur,cyclic")]
    broken = store_upload(store, b"no photo")
    deliveries.run()
    assert all(distinct_states(store, order.view) == {"ready"} for order in direct)
    assert all(distinct_states(store, view) == {"ready"} for view in uploads)
    assert distinct_states(store, broken) == {"failed"}
    assert object_names(store, "uploads/") == set()
    assert len(deliveries.gifs) == 10
    for order in direct:
        for gif in order.gifs:
            assert store.get(str(gif)) == rendered_gif(photo, gif)


@pytest.mark.parametrize("deliveries", range(6), indirect=True)
def test_an_order_that_is_both_rendered_and_dead_lettered_ends_in_one_state(
    deliveries: Deliveries, store: Store, photo: bytes
) -> None:
    orders = [order for _ in range(3) for order in store_orders(store, photo)]
    uploads = [store_upload(store, photo, "blur") for _ in range(3)]
    for order in orders:
        deliveries.send("dead_letters", str(order), source="arn:blur")
    for view in uploads:
        deliveries.send("dead_letters", f"uploads/{view}", source="arn:intake")
    deliveries.run()
    for order in orders:
        assert distinct_states(store, order.view) == {"ready"}  # the effect's own queue delivered it, too
    for view in uploads:
        assert distinct_states(store, view) in ({"ready"}, {"failed"})
    assert object_names(store, "uploads/") == set()


@pytest.mark.parametrize("deliveries", range(6), indirect=True)
def test_late_events_do_not_restore_a_deleted_photo(
    deliveries: Deliveries, store: Store, photo: bytes
) -> None:
    [order] = store_orders(store, photo)
    upload, kept = store_upload(store, photo), store_upload(store, photo)
    deliveries.run()
    for view in (order.view, upload):
        pipeline.delete_photo(store, view)
    deliveries.gifs.clear()
    for effect in ("blur", "recursive", "cyclic"):
        deliveries.send(effect, str(order))
        deliveries.send("dead_letters", str(order), source=f"arn:{effect}")
    deliveries.send("intake", f"uploads/{upload}")
    deliveries.send("dead_letters", f"uploads/{upload}", source="arn:intake")
    deliveries.run()
    remaining = set().union(*(object_names(store, prefix) for prefix in ("uploads/", "photos/", "gifs/")))
    assert {name.split("/")[1] for name in remaining} == {kept}
