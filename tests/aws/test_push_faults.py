"""What pages hear although every event comes three times, in any order, beside poison.

The table is one of the emulator's. Where API Gateway would be, a server writes down what it is sent.
"""

from __future__ import annotations

import json
import random
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from tests.aws.conftest import Call
from tests.emulator.clients import Aws
from tests.emulator.process import ACCOUNT, REGION, SECRET, emulator, require_emulator

from gifmill.aws import push
from gifmill.aws.connection_table import connection_table
from gifmill.effects import find_effect
from gifmill.errors import RenderFailed
from gifmill.orders import pipeline
from gifmill.orders.keys import new_photo_id
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.emulator.process import Emulator

    from gifmill.orders.keys import OrderKey
    from gifmill.store.store import Store

pytestmark = pytest.mark.emulator

TABLE = "connections"
PAGE = "page="
TIMES = 3


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    require_emulator()
    with emulator() as running, Aws(running) as clients:
        clients.dynamodb.create_table(
            TableName=TABLE,
            KeySchema=[
                {"AttributeName": "photo", "KeyType": "HASH"},
                {"AttributeName": "connection", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "photo", "AttributeType": "S"},
                {"AttributeName": "connection", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield running


class Heard:
    """What was sent to pages, and which of them were closed."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, Any]] = []
        self.closed: list[str] = []

    def last(self, effect: str) -> str:
        """The state of a GIF that a page was told last."""
        gifs = [message["gif"] for _, message in self.messages if "gif" in message]
        return str([gif["state"] for gif in gifs if gif["effect"] == effect][-1])


@pytest.fixture
def heard(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    found = Heard()

    class Gateway(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
            pass

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            found.messages.append((self._connection(), json.loads(data)))
            self._answer(HTTPStatus.OK)

        def do_DELETE(self) -> None:
            found.closed.append(self._connection())
            self._answer(HTTPStatus.NO_CONTENT)

        def _connection(self) -> str:
            return unquote(self.path.rpartition("/")[2])

        def _answer(self, status: HTTPStatus) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    for name, value in {
        "CONNECTIONS": TABLE,
        "SOCKETS_URL": f"http://127.0.0.1:{server.server_address[1]}",
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_CA_BUNDLE": str(aws.authority),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }.items():
        monkeypatch.setenv(name, value)
    for cached in (connection_table, push._gateway_client):
        cached.cache_clear()
    try:
        yield found
    finally:
        for client in (connection_table()._client, push._gateway_client()):
            client.close()
        for cached in (connection_table, push._gateway_client):
            cached.cache_clear()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def order(store: Store, photo: bytes, heard: Heard) -> OrderKey:  # noqa: ARG001  # somebody listens
    """An order, and a page that waits for it."""
    [made] = pipeline.new_orders(new_photo_id(), "classic", {"size": 16})
    pipeline.intake_photo(store, Settings(), (made,), photo)
    connection_table().add(made.photo_id, PAGE)
    return made


def event(key: str, name: str = "ObjectCreated:Put") -> str:
    return json.dumps({"Records": [{"eventName": name, "s3": {"object": {"key": key}}}]})


def tell(*messages: str) -> None:
    push.handler({"Records": [{"Sns": {"Message": message}} for message in messages]}, Call())


@pytest.mark.parametrize("seed", range(6))
def test_the_last_message_has_the_final_state_for_repeated_late_events(
    store: Store, order: OrderKey, heard: Heard, seed: int
) -> None:
    chance = random.Random(seed)
    waiting = [event(str(order))] * TIMES

    def made(effect: str) -> None:
        pipeline.render_order(store, order, find_effect(effect))
        waiting.extend([event(str(order.gif(find_effect(effect))))] * TIMES)

    def given_up(effect: str) -> None:
        pipeline.record_failure(store, order, find_effect(effect), RenderFailed("It got stuck."))
        waiting.extend([event(f"gifs/{order.photo_id}/size=16/{effect}.failed.json")] * TIMES)

    steps: list[tuple[Callable[[str], None], str]] = [
        (given_up, "blur"),
        (made, "recursive"),
        (made, "cyclic"),
    ]
    chance.shuffle(steps)
    while waiting or steps:
        if steps and chance.random() < 0.3:
            step, effect = steps.pop()
            step(effect)
        elif waiting:
            tell(waiting.pop(chance.randrange(len(waiting))))
    assert {effect: heard.last(effect) for effect in ("blur", "recursive", "cyclic")} == {
        "blur": "failed",
        "recursive": "ready",
        "cyclic": "ready",
    }
    assert {connection for connection, _ in heard.messages} == {PAGE}


def test_a_deletion_is_reported_for_events_in_any_order(store: Store, order: OrderKey, heard: Heard) -> None:
    pipeline.render_order(store, order, find_effect("blur"))
    gone = [event(name, "ObjectRemoved:Delete") for name in (str(order), str(order.gifs[0]))]
    late = [event(str(order)), event(str(order.gifs[0]))]
    pipeline.delete_photo(store, order.photo_id)
    messages = [*gone, *late] * TIMES
    random.Random(1).shuffle(messages)
    for message in messages:
        tell(message)
    assert [message for _, message in heard.messages][-1] == {"id": order.photo_id, "deleted": True}
    assert heard.closed == [PAGE]


def test_malformed_events_are_reported_and_the_others_pushed(
    store: Store, order: OrderKey, heard: Heard
) -> None:
    good = []
    for effect in ("blur", "recursive"):
        pipeline.render_order(store, order, find_effect(effect))
        good.append(event(str(order.gif(find_effect(effect)))))
    mixed = json.dumps({"Records": [{}, *json.loads(good[1])["Records"]]})
    with pytest.raises(ValueError, match="Expecting"):
        tell("no JSON", good[0], mixed)
    assert [heard.last(effect) for effect in ("blur", "recursive")] == ["ready", "ready"]
