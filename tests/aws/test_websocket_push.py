"""WebSocket messages to pages, from S3 events that arrive three times, in any order, beside malformed ones.

The connection table is in the emulator. A server in place of API Gateway records the messages.
"""

from __future__ import annotations

import json
import random
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from tests.aws.http_servers import NoRequestLog, serving_in_thread
from tests.aws.sqs_records import InvocationContext, s3_event
from tests.emulator.clients import Aws
from tests.emulator.process import ACCOUNT, REGION, SECRET, emulator, require_emulator
from tests.views import new_view

from gifmill.aws import websocket_push
from gifmill.aws.connection_table import connection_table
from gifmill.effects import find_effect
from gifmill.errors import RenderFailed
from gifmill.orders import pipeline
from gifmill.orders.capabilities import derive_view, new_photo_id
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.emulator.process import Emulator

    from gifmill.orders.keys import OrderKey
    from gifmill.store.store import Store

pytestmark = pytest.mark.emulator

TABLE = "connections"
CONNECTION = "page="
DELIVERIES = 3


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    """The emulator with a connection table."""
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


class Gateway:
    """The messages sent to connections, and the closed connections."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, Any]] = []
        self.closed: list[str] = []

    def last_state(self, effect: str) -> str:
        """Return the state of a GIF in the last message about it."""
        gifs = [message["gif"] for _, message in self.messages if "gif" in message]
        return str([gif["state"] for gif in gifs if gif["effect"] == effect][-1])


@pytest.fixture
def gateway(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """The recorded messages of the functions' API Gateway."""
    recorded = Gateway()

    class Handler(NoRequestLog, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            recorded.messages.append((self._connection(), json.loads(data)))
            self._answer(HTTPStatus.OK)

        def do_DELETE(self) -> None:
            recorded.closed.append(self._connection())
            self._answer(HTTPStatus.NO_CONTENT)

        def _connection(self) -> str:
            return unquote(self.path.rpartition("/")[2])

        def _answer(self, status: HTTPStatus) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving_in_thread(Handler) as address:
        environ = {
            "CONNECTIONS": TABLE,
            "SOCKETS_URL": address,
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_CA_BUNDLE": str(aws.authority),
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        for cached in (connection_table, websocket_push._gateway_client):
            cached.cache_clear()
        try:
            yield recorded
        finally:
            for client in (connection_table()._client, websocket_push._gateway_client()):
                client.close()
            for cached in (connection_table, websocket_push._gateway_client):
                cached.cache_clear()


@pytest.fixture
def order(store: Store, photo: bytes, gateway: Gateway) -> OrderKey:  # noqa: ARG001  # sets the environment
    """An order with an open connection."""
    [order] = pipeline.new_orders(new_view(), "classic", {"size": 16})
    pipeline.intake_photo(store, Settings(), (order,), photo)
    connection_table().add(order.view, CONNECTION)
    return order


def push_events(*messages: str) -> None:
    """Send S3 events through SNS to the function."""
    websocket_push.handler(
        {"Records": [{"Sns": {"Message": message}} for message in messages]}, InvocationContext()
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_last_message_has_the_final_state_for_repeated_late_events(
    store: Store, order: OrderKey, gateway: Gateway, seed: int
) -> None:
    rng = random.Random(seed)
    queued = [s3_event(str(order))] * DELIVERIES

    def render(effect: str) -> None:
        pipeline.render_order(store, order, find_effect(effect))
        queued.extend([s3_event(str(order.gif(find_effect(effect))))] * DELIVERIES)

    def fail(effect: str) -> None:
        pipeline.record_failure(store, order, find_effect(effect), RenderFailed("It got stuck."))
        queued.extend([s3_event(f"gifs/{order.view}/size=16/{effect}.failed.json")] * DELIVERIES)

    steps: list[tuple[Callable[[str], None], str]] = [
        (fail, "blur"),
        (render, "recursive"),
        (render, "cyclic"),
    ]
    rng.shuffle(steps)
    while queued or steps:
        if steps and rng.random() < 0.3:
            step, effect = steps.pop()
            step(effect)
        elif queued:
            push_events(queued.pop(rng.randrange(len(queued))))
    assert {effect: gateway.last_state(effect) for effect in ("blur", "recursive", "cyclic")} == {
        "blur": "failed",
        "recursive": "ready",
        "cyclic": "ready",
    }
    assert {connection for connection, _ in gateway.messages} == {CONNECTION}


def test_a_deletion_is_reported_for_events_in_any_order(
    store: Store, order: OrderKey, gateway: Gateway
) -> None:
    pipeline.render_order(store, order, find_effect("blur"))
    deletions = [s3_event(name, name="ObjectRemoved:Delete") for name in (str(order), str(order.gifs[0]))]
    late = [s3_event(str(order)), s3_event(str(order.gifs[0]))]
    pipeline.delete_photo(store, order.view)
    messages = [*deletions, *late] * DELIVERIES
    random.Random(1).shuffle(messages)
    for message in messages:
        push_events(message)
    assert [message for _, message in gateway.messages][-1] == {"view": order.view, "deleted": True}
    assert gateway.closed == [CONNECTION]


def test_the_gifs_of_a_photo_from_before_views_are_pushed(
    store: Store, photo: bytes, gateway: Gateway
) -> None:
    photo_id = new_photo_id()
    [older] = pipeline.new_orders(photo_id, "blur", {"size": 16})
    pipeline.intake_photo(store, Settings(), (older,), photo)
    connection_table().add(derive_view(photo_id), CONNECTION)  # the function does not know which kind it is
    pipeline.render_order(store, older, find_effect("blur"))
    push_events(s3_event(str(older.gifs[0])))
    assert gateway.last_state("blur") == "ready"


@pytest.mark.parametrize("capability", ["id", "view"])
def test_a_new_connection_receives_the_status(
    store: Store, photo: bytes, gateway: Gateway, capability: str
) -> None:
    photo_id = new_photo_id()
    view = derive_view(photo_id)
    orders = pipeline.new_orders(view, "blur", {"size": 16})
    pipeline.intake_photo(store, Settings(), orders, photo)
    pipeline.render_order(store, orders[0], find_effect("blur"))
    greeting = {"photo": photo_id if capability == "id" else view, "connection": CONNECTION}
    websocket_push.handler({"greet": greeting}, InvocationContext())
    [(_, status)] = gateway.messages
    assert status.get("id") == (photo_id if capability == "id" else None)
    assert status["view"] == view


def test_malformed_events_are_reported_and_the_others_pushed(
    store: Store, order: OrderKey, gateway: Gateway
) -> None:
    valid = []
    for effect in ("blur", "recursive"):
        pipeline.render_order(store, order, find_effect(effect))
        valid.append(s3_event(str(order.gif(find_effect(effect)))))
    mixed = json.dumps({"Records": [{}, *json.loads(valid[1])["Records"]]})
    with pytest.raises(ValueError, match="Expecting"):
        push_events("no JSON", valid[0], mixed)
    assert [gateway.last_state(effect) for effect in ("blur", "recursive")] == ["ready", "ready"]
