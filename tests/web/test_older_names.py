"""Photos that were stored before photos had views: their names hold the id, which keeps every right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.http_contract.api_client import receive_message
from tests.servers import serving

from gifmill.orders import pipeline
from gifmill.orders.capabilities import derive_view, new_photo_id
from gifmill.settings import Settings
from gifmill.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers import Server

pytestmark = pytest.mark.slow


class OlderPhoto(NamedTuple):
    """A server, and the id of a photo that an older version stored for it."""

    server: Server
    photo_id: str


@pytest.fixture(scope="module")
def folder_and_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Server]]:
    """Run a server; yields the folder of its store, and it."""
    folder = tmp_path_factory.mktemp("data")
    with serving(folder, environ={"GIFMILL_SWEEP_INTERVAL_S": "1"}) as server:
        yield folder, server


@pytest.fixture
def older(folder_and_server: tuple[Path, Server], photo: bytes) -> OlderPhoto:
    """A photo with one GIF in the server's store."""
    folder, server = folder_and_server
    photo_id = new_photo_id()
    orders = pipeline.new_orders(photo_id, "blur", {"size": 16})
    pipeline.intake_photo(open_store(str(folder)), Settings(), orders, photo)
    server.finished(photo_id)  # the server finds the unfinished order
    return OlderPhoto(server, photo_id)


def test_an_older_photo_is_readable(older: OlderPhoto) -> None:
    document = older.server.status(older.photo_id)
    [gif] = document["gifs"]
    assert (document["id"], document["view"]) == (older.photo_id, older.photo_id)
    assert gif["url"] == f"/gifs/{older.photo_id}/size=16/blur.gif"
    assert older.server.client.get(gif["url"]).content.startswith(b"GIF89a")


def test_another_gif_of_an_older_photo_can_be_ordered_and_is_pushed(older: OlderPhoto) -> None:
    with older.server.live(older.photo_id) as socket:
        receive_message(socket)
        body = {"effect": "cyclic", "size": 16}
        response = older.server.client.post(f"/v1/photos/{older.photo_id}/gifs", json=body)
        assert response.status_code == 202
        while (message := receive_message(socket, "cyclic"))["gif"]["state"] == "pending":
            pass
    assert message["view"] == older.photo_id
    assert message["gif"]["url"] == f"/gifs/{older.photo_id}/size=16/cyclic.gif"


def test_an_older_photo_can_be_deleted(older: OlderPhoto) -> None:
    address = f"/v1/photos/{older.photo_id}"
    with older.server.live(older.photo_id) as socket:
        receive_message(socket)
        assert older.server.client.delete(address).status_code == 204
        assert "deleted" in receive_message(socket)
    assert older.server.client.get(address).status_code == 404
    assert older.server.client.delete(address).status_code == 404


def test_the_view_of_an_older_photo_gives_no_right(older: OlderPhoto) -> None:
    address = f"/v1/photos/{derive_view(older.photo_id)}"
    for response in (
        older.server.client.get(address),
        older.server.client.delete(address),
        older.server.client.post(f"{address}/gifs", json={"effect": "spin"}),
    ):
        assert response.status_code == 404
    assert older.server.status(older.photo_id)
