"""What must hold although events come several times, in any order, with poison, and S3 fails for a while."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import obstore
import pytest
from tests.aws.conftest import Call
from tests.aws.faulty import proxied
from tests.emulator.clients import Aws
from tests.emulator.process import ACCOUNT, REGION, SECRET, emulator, require_emulator

from gifmill import open_photo
from gifmill.aws import dead_letters, intake, render
from gifmill.aws.buckets import buckets
from gifmill.effects import find_effect, select_effects
from gifmill.errors import StoreFailed
from gifmill.orders import pipeline
from gifmill.orders.keys import OrderKey, UploadKey, format_orders, new_photo_id, parse_order
from gifmill.orders.status import ORDERS, photo_status
from gifmill.rendering.renderer import render_options
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.aws.faulty import Faults
    from tests.emulator.process import Emulator

    from gifmill.orders.keys import GifKey
    from gifmill.store.store import Store

    type Message = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.slow

TIMES = 3
QUEUES = {"arn:blur": "blur", "arn:recursive": "recursive", "arn:cyclic": "cyclic", "arn:intake": "intake"}


@pytest.fixture(autouse=True)
def _queues(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUEUES", json.dumps(QUEUES))


def call(function: str, records: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Have a function work on a batch; returns the messages that are to come again."""
    event = {"Records": records}
    if function == "intake":
        answer = intake.handler(event, Call())
    elif function == "bury":
        answer = dead_letters.handler(event, Call())
    else:
        monkeypatch.setenv("EFFECT", function)
        answer = render.handler(event, Call())
    return {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}


def ordered(store: Store, photo: bytes, effects: str = "classic", size: int = 16) -> list[OrderKey]:
    orders = pipeline.new_orders(new_photo_id(), effects, {"size": size})
    pipeline.intake_photo(store, Settings(), orders, photo)
    return list(orders)


def uploaded(store: Store, data: bytes, effects: str = "classic") -> str:
    photo_id = new_photo_id()
    note = format_orders(pipeline.new_orders(photo_id, effects, {"size": 16}))
    obstore.put(store._backend, str(UploadKey(photo_id)), data, attributes={ORDERS: note})
    return photo_id


def states(store: Store, photo_id: str) -> set[str]:
    document: Any = photo_status(store, Settings(), photo_id)
    return {gif["state"] for gif in document["gifs"]}


def names(store: Store, prefix: str) -> set[str]:
    return {stored.key for stored in store.list(prefix)}


def made_of(photo: bytes, gif: GifKey) -> bytes:
    return render_options(open_photo(photo), find_effect(gif.effect), gif.options).data


class Deliveries:
    """S3, SNS and SQS as they may be: each event comes three times, in batches and in any order."""

    def __init__(
        self, store: Store, message: Message, monkeypatch: pytest.MonkeyPatch, chance: random.Random
    ) -> None:
        self.store = store
        self.gifs: dict[str, bytes] = {}
        self._message = message
        self._monkeypatch = monkeypatch
        self._chance = chance
        self._announced: set[tuple[str, object]] = set()
        self._waiting: dict[str, list[dict[str, Any]]] = {}
        self._sent = 0

    def send(self, function: str, key: str, source: str = "") -> None:
        """Send an event to a function, three times."""
        for _ in range(TIMES):
            self._sent += 1
            record = self._message(key, name=f"m{self._sent}", source=source)
            self._waiting.setdefault(function, []).append(record)

    def run(self) -> None:
        """Announce what is written and deliver what is announced, until nothing is left of either."""
        self._announce()
        while self._waiting:
            function = self._chance.choice(sorted(self._waiting))
            records = self._waiting.pop(function)
            self._chance.shuffle(records)
            size = self._chance.randint(1, 5)
            if records[size:]:
                self._waiting[function] = records[size:]
            failed = call(function, records[:size], self._monkeypatch)
            assert failed == set()
            self._announce()
            self._check()

    def _announce(self) -> None:
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

    def _check(self) -> None:
        """A GIF that was there once is there still, with the same bytes."""
        for name in names(self.store, "gifs/"):
            if name.endswith(".gif"):
                data = self.store.get(name)
                assert self.gifs.setdefault(name, data) == data
        assert set(self.gifs) <= names(self.store, "gifs/")


@pytest.fixture
def deliveries(
    store: Store, message: Message, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Deliveries:
    return Deliveries(store, message, monkeypatch, random.Random(request.param))


@pytest.mark.parametrize("deliveries", range(6), indirect=True)
def test_repeated_unordered_events_make_each_gif_once(
    deliveries: Deliveries, store: Store, photo: bytes
) -> None:
    direct = [order for effects in ("classic", "blur,cyclic") for order in ordered(store, photo, effects)]
    sent = [uploaded(store, photo, effects) for effects in ("classic", "blur,cyclic")]
    broken = uploaded(store, b"no photo")
    deliveries.run()
    assert all(states(store, order.photo_id) == {"ready"} for order in direct)
    assert all(states(store, photo_id) == {"ready"} for photo_id in sent)
    assert states(store, broken) == {"failed"}
    assert names(store, "uploads/") == set()
    assert len(deliveries.gifs) == 10
    for order in direct:
        for gif in order.gifs:
            assert store.get(str(gif)) == made_of(photo, gif)


@pytest.mark.parametrize("deliveries", range(6), indirect=True)
def test_work_that_is_both_done_and_dead_lettered_ends_in_one_state(
    deliveries: Deliveries, store: Store, photo: bytes
) -> None:
    orders = [order for _ in range(3) for order in ordered(store, photo)]
    sent = [uploaded(store, photo, "blur") for _ in range(3)]
    for order in orders:
        deliveries.send("bury", str(order), source="arn:blur")
    for photo_id in sent:
        deliveries.send("bury", f"uploads/{photo_id}", source="arn:intake")
    deliveries.run()
    for order in orders:
        assert states(store, order.photo_id) == {"ready"}  # its queue had it as well
    for photo_id in sent:
        assert states(store, photo_id) in ({"ready"}, {"failed"})
    assert names(store, "uploads/") == set()


@pytest.mark.parametrize("deliveries", range(6), indirect=True)
def test_late_events_do_not_restore_a_deleted_photo(
    deliveries: Deliveries, store: Store, photo: bytes
) -> None:
    [order] = ordered(store, photo)
    upload, kept = uploaded(store, photo), uploaded(store, photo)
    deliveries.run()
    for photo_id in (order.photo_id, upload):
        pipeline.delete_photo(store, photo_id)
    deliveries.gifs.clear()
    for effect in ("blur", "recursive", "cyclic"):
        deliveries.send(effect, str(order))
        deliveries.send("bury", str(order), source=f"arn:{effect}")
    deliveries.send("intake", f"uploads/{upload}")
    deliveries.send("bury", f"uploads/{upload}", source="arn:intake")
    deliveries.run()
    left = names(store, "uploads/") | names(store, "photos/") | names(store, "gifs/")
    assert {name.split("/")[1] for name in left} == {kept}


CREATED = "ObjectCreated:Put"
POISON: dict[str, Any] = {
    "empty": "",
    "no JSON": "{",
    "no event": "{}",
    "null": "null",
    "a number": "3",
    "a list": "[]",
    "records of another kind": '{"Records": 3}',
    "an empty record": '{"Records": [{}]}',
    "a name that is no text": json.dumps({"Records": [{"eventName": CREATED, "s3": {"object": {"key": 7}}}]}),
    "no event's name": '{"Records": [{"s3": {"object": {"key": "photos/a"}}}]}',
    "deeper than a parser goes": "[" * 100_000,
    "no text": None,
}
FOREIGN = ["uploads/../x", "photos/x", "x", "", "uploads/", "gifs/a/b/c.gif", "%00%ff", "a" * 2000]


@pytest.mark.parametrize("function", ["intake", "blur", "bury"])
def test_malformed_messages_are_reported_and_the_others_processed(
    store: Store,
    photo: bytes,
    message: Message,
    monkeypatch: pytest.MonkeyPatch,
    hurried: list[str],
    function: str,
) -> None:
    poison = [
        {"messageId": name, "body": body, "attributes": {"DeadLetterQueueSourceArn": "arn:blur"}}
        for name, body in POISON.items()
    ]
    if function != "blur":  # a topic tells render of much that is none of its business
        poison += [message(key, name=f"foreign {key[:20]}", source="arn:blur") for key in FOREIGN]
    photos, good = [], []
    for number in range(4):
        if function == "intake":
            photos.append(uploaded(store, photo, "blur"))
            key = f"uploads/{photos[-1]}"
        else:
            [order] = ordered(store, photo, "blur")
            photos.append(order.photo_id)
            key = str(order)
        good.append(message(key, name=f"good {number}", source="arn:blur"))
    records = [*poison, *good]
    random.Random(function).shuffle(records)
    failed = call(function, records, monkeypatch)
    assert failed == {each["messageId"] for each in poison}
    assert set(hurried) == failed
    outcome = {"intake": {"pending"}, "blur": {"ready"}, "bury": {"failed"}}[function]
    assert all(states(store, photo_id) == outcome for photo_id in photos)


def test_render_ignores_foreign_object_names(
    store: Store, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("blur", [message(*FOREIGN)], monkeypatch) == set()
    assert names(store, "gifs/") == set()


def test_malformed_records_do_not_stop_the_others_in_their_message(
    store: Store, photo: bytes, message: Message, monkeypatch: pytest.MonkeyPatch, hurried: list[str]
) -> None:
    orders = [ordered(store, photo, "blur")[0] for _ in range(2)]
    records = [json.loads(message(str(order))["body"])["Records"][0] for order in orders]
    mixed = {
        "messageId": "mixed",
        "body": json.dumps({"Records": [{}, records[0], {"s3": None}, records[1]]}),
    }
    assert call("blur", [mixed], monkeypatch) == {"mixed"} == set(hurried)
    assert all(states(store, order.photo_id) == {"ready"} for order in orders)


def test_a_deleted_photo_does_not_stop_the_others_in_its_message(
    store: Store, photo: bytes, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, order = (ordered(store, photo, "blur")[0] for _ in range(2))
    pipeline.delete_photo(store, gone.photo_id)
    assert call("blur", [message(str(gone), str(order))], monkeypatch) == set()
    assert states(store, order.photo_id) == {"ready"}


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    require_emulator()
    with emulator() as running, Aws(running) as clients:
        for bucket in ("photos", "gifs"):
            clients.s3.create_bucket(Bucket=bucket)
        yield running


@pytest.fixture
def faults(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    """The functions' store is in S3, behind a proxy that can fail."""
    with proxied(aws) as found:
        for name, value in {
            "PHOTO_STORE": "s3://photos",
            "GIF_STORE": "s3://gifs",
            "AWS_ENDPOINT_URL": found.address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }.items():
            monkeypatch.setenv(name, value)
        buckets.cache_clear()
        yield found
        buckets.cache_clear()


LONG = 1_000
"""More writes than anybody tries."""


@pytest.mark.emulator
@pytest.mark.parametrize("cut", [False, True], ids=["refused", "broken off"])
def test_a_write_that_fails_twice_is_retried_at_once(
    faults: Faults, photo: bytes, message: Message, monkeypatch: pytest.MonkeyPatch, cut: bool
) -> None:
    [order] = ordered(buckets(), photo, "blur")
    faults.failing, faults.cut = 2, cut
    assert call("blur", [message(str(order))], monkeypatch) == set()
    assert faults.failed == 2
    [gif] = order.gifs
    assert buckets().get(str(gif)) == made_of(photo, gif)


@pytest.mark.emulator
@pytest.mark.parametrize("cut", [False, True], ids=["refused", "broken off"])
def test_a_gif_that_cannot_be_written_is_retried_and_never_partial(
    faults: Faults,
    photo: bytes,
    message: Message,
    monkeypatch: pytest.MonkeyPatch,
    hurried: list[str],
    cut: bool,
) -> None:
    [order] = ordered(buckets(), photo, "blur")
    [gif] = order.gifs
    faults.failing, faults.of, faults.cut = LONG, ".gif", cut
    assert call("blur", [message(str(order))], monkeypatch) == {"m1"}
    assert hurried == ["m1"]
    assert states(buckets(), order.photo_id) == {"pending"}
    assert names(buckets(), f"gifs/{order.photo_id}/") == set()
    faults.failing = 0
    assert call("blur", [message(str(order))], monkeypatch) == set()
    assert buckets().get(str(gif)) == made_of(photo, gif)


@pytest.mark.emulator
def test_a_half_stored_upload_is_completed_by_the_retry(
    faults: Faults, photo: bytes, message: Message, monkeypatch: pytest.MonkeyPatch, hurried: list[str]
) -> None:
    photo_id = uploaded(buckets(), photo, "blur,cyclic")
    faults.failing, faults.of = LONG, "cyclic.png"
    assert call("intake", [message(f"uploads/{photo_id}")], monkeypatch) == {"m1"} == set(hurried)
    assert names(buckets(), "uploads/") == {f"uploads/{photo_id}"}
    faults.failing = 0
    assert call("intake", [message(f"uploads/{photo_id}")], monkeypatch) == set()
    assert len(names(buckets(), f"photos/{photo_id}/")) == 2
    assert names(buckets(), "uploads/") == set()


@pytest.mark.emulator
def test_a_half_stored_photo_is_rejected_and_leaves_nothing(faults: Faults, photo: bytes) -> None:
    photo_id = new_photo_id()
    orders = pipeline.new_orders(photo_id, "blur,cyclic", {"size": 16})
    faults.failing, faults.of = LONG, "cyclic.png"
    with pytest.raises(StoreFailed):
        pipeline.intake_photo(buckets(), Settings(), orders, photo)
    assert names(buckets(), f"photos/{photo_id}/") == set()


@pytest.mark.emulator
def test_a_failure_marker_that_cannot_be_written_is_retried(
    faults: Faults, photo: bytes, message: Message, monkeypatch: pytest.MonkeyPatch, hurried: list[str]
) -> None:
    [order] = ordered(buckets(), photo, "blur")
    letter = message(str(order), source="arn:blur")
    faults.failing = LONG
    assert call("bury", [letter], monkeypatch) == {"m1"} == set(hurried)
    assert states(buckets(), order.photo_id) == {"pending"}
    faults.failing = 0
    assert call("bury", [letter], monkeypatch) == set()
    assert states(buckets(), order.photo_id) == {"failed"}


@pytest.mark.emulator
def test_a_gif_never_exists_without_its_note(
    faults: Faults, stripes: bytes, message: Message, monkeypatch: pytest.MonkeyPatch, hurried: list[str]
) -> None:
    [order] = pipeline.new_orders(new_photo_id(), "shake", {"strength": 100, "duration": 0.5, "size": 64})
    pipeline.intake_photo(buckets(), Settings(), (order,), stripes)
    faults.failing, faults.of = LONG, ".note.json"
    assert call("shake", [message(str(order))], monkeypatch) == {"m1"} == set(hurried)
    assert names(buckets(), f"gifs/{order.photo_id}/") == set()
    faults.failing = 0
    assert call("shake", [message(str(order))], monkeypatch) == set()
    assert len(names(buckets(), f"gifs/{order.photo_id}/")) == 2
