"""WebSocket connections: acceptance, limits, pushes and removal from the table."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from tests.e2e.stack_operations import wait_until
from tests.emulator.clients import web_socket
from tests.http_contract.api_client import receive_message
from websockets.exceptions import InvalidStatus

from gifmill.orders.capabilities import derive_view, new_photo_id
from gifmill.settings import Settings

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import DeployedStack


def _rows(stack: DeployedStack, photo_id: str) -> list[dict[str, str]]:
    """Return the table's connections of a photo."""
    found = stack.aws.dynamodb.query(
        TableName=stack.outputs["Connections"],
        KeyConditionExpression="photo = :photo",
        ExpressionAttributeValues={":photo": {"S": derive_view(photo_id)}},
    )
    return [
        {name: str(next(iter(value.values()))) for name, value in item.items()} for item in found["Items"]
    ]


def test_another_sites_origin_is_rejected(stack: DeployedStack, photo: bytes) -> None:
    photo_id = stack.order(photo, effects="blur")["id"]
    with pytest.raises(InvalidStatus) as refused, stack.live(photo_id, origin="https://evil.example"):
        pass
    assert refused.value.response.status_code == 403
    assert _rows(stack, photo_id) == []


def test_a_client_without_origin_is_accepted(stack: DeployedStack, photo: bytes) -> None:
    photo_id = stack.order(photo, effects="blur")["id"]
    with web_socket(stack.emulator, f"{stack.live_address}?photo={photo_id}") as socket:
        assert receive_message(socket)["id"] == photo_id


@pytest.mark.parametrize("query", ["", "?photo=", "?photo=x", "?photo=../uploads"])
def test_an_invalid_photo_id_is_rejected(stack: DeployedStack, query: str) -> None:
    with pytest.raises(InvalidStatus), web_socket(stack.emulator, f"{stack.live_address}{query}"):
        pass


def test_a_photo_at_its_connection_limit_rejects_more(stack: DeployedStack, photo: bytes) -> None:
    photo_id = stack.order(photo, effects="blur")["id"]
    stack.finished(photo_id)
    most = Settings().photo_sockets
    for number in range(most):
        _add_connection(
            stack, photo_id, f"listener{number}", int(time.time()) + 7_800
        )  # recent, so none counts as stale
    with pytest.raises(InvalidStatus), stack.live(photo_id):
        pass
    assert len(_rows(stack, photo_id)) == most


def test_a_connection_is_stored_with_a_ttl_and_deleted_when_it_closes(
    stack: DeployedStack, photo: bytes
) -> None:
    photo_id = stack.order(photo, effects="blur")["id"]
    with stack.live(photo_id) as socket:
        receive_message(socket)
        [row] = _rows(stack, photo_id)
        assert time.time() + 3600 < int(row["expires"]) < time.time() + 86_400
    wait_until(lambda: _rows(stack, photo_id) == [])


def _push(stack: DeployedStack, photo_id: str) -> None:
    """Cause a push to all connections of a photo."""
    with stack.live(photo_id) as socket:
        receive_message(socket)
        stack.client.post(f"/v1/photos/{photo_id}/gifs", json={"effect": "cyclic"})
        receive_message(socket, "cyclic")  # other connections may be stale


def _add_connection(stack: DeployedStack, photo_id: str, connection: str, expires: int) -> None:
    item = {
        "photo": {"S": derive_view(photo_id)},
        "connection": {"S": connection},
        "expires": {"N": str(expires)},
    }
    stack.aws.dynamodb.put_item(TableName=stack.outputs["Connections"], Item=item)


def test_a_stale_connection_is_deleted_at_the_next_push(stack: DeployedStack, photo: bytes) -> None:
    photo_id = stack.order(photo, effects="blur")["id"]
    stack.finished(photo_id)
    _add_connection(stack, photo_id, "gone", int(time.time()) + 3600)
    _push(stack, photo_id)
    wait_until(lambda: _rows(stack, photo_id) == [])


def test_a_connection_that_is_still_opening_survives_a_push(stack: DeployedStack, photo: bytes) -> None:
    photo_id = stack.order(photo, effects="blur")["id"]
    stack.finished(photo_id)
    with stack.live(photo_id):
        [row] = _rows(stack, photo_id)
    _add_connection(stack, photo_id, "opening", int(row["expires"]))
    _push(stack, photo_id)
    stack.finished(photo_id)
    wait_until(lambda: [row["connection"] for row in _rows(stack, photo_id)] == ["opening"])


def test_a_connection_to_a_missing_photo_is_notified_and_closed(stack: DeployedStack) -> None:
    photo_id = new_photo_id()
    with stack.live(photo_id) as socket:
        assert receive_message(socket) == {"view": derive_view(photo_id), "deleted": True}
    wait_until(lambda: _rows(stack, photo_id) == [])
