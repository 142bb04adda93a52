"""The contract of ids and views: an id gives every right to a photo, a view the right to read."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from tests.http_contract.api_client import read_problem, receive_message, request_form
from websockets.exceptions import ConnectionClosed

from gifmill.orders.capabilities import derive_view

if TYPE_CHECKING:
    from tests.servers import Service

UNKNOWN_VIEW = derive_view("bqfjt5xmszodl4qupy4tklof5a")
"""A view that no photo has."""


@pytest.fixture
def finished(service: Service, photo: bytes) -> dict[str, Any]:
    """The status of a photo with one finished GIF, read with its id."""
    return service.finished(service.order(photo, effects="blur", size=64)["id"])


def test_the_status_of_an_id_has_the_id_and_its_view(service: Service, photo: bytes) -> None:
    accepted = service.order(photo, effects="blur")
    assert accepted["view"] == derive_view(accepted["id"])
    read = service.status(accepted["id"])
    assert (read["id"], read["view"]) == (accepted["id"], accepted["view"])


def test_the_status_of_a_view_does_not_have_the_id(service: Service, finished: dict[str, Any]) -> None:
    response = service.client.get(f"/v1/photos/{finished['view']}")
    assert response.json() == {name: value for name, value in finished.items() if name != "id"}
    assert finished["id"] not in response.text
    assert finished["id"] not in str(response.headers)


def test_the_address_of_a_gif_has_the_view(service: Service, finished: dict[str, Any]) -> None:
    [gif] = finished["gifs"]
    assert gif["url"] == f"/gifs/{finished['view']}/size=64/blur.gif"
    by_id = gif["url"].replace(finished["view"], finished["id"])
    for prefix in ("", "/v1"):
        assert service.client.get(prefix + gif["url"]).status_code == 200
        assert service.client.get(prefix + by_id).status_code == 404


def test_a_redirect_to_a_gif_has_the_view_and_its_link_the_id(service: Service, photo: bytes) -> None:
    response = service.client.post("/v1/gifs?effect=blur&size=64", content=photo)
    document = response.json()
    assert document["view"] == derive_view(document["id"])
    assert f"/{document['view']}/size=64/blur.gif" in response.headers["Location"]
    assert response.links["status"]["url"] == f"photos/{document['id']}"


def test_a_view_cannot_delete_a_photo(service: Service, finished: dict[str, Any]) -> None:
    response = service.client.delete(f"/v1/photos/{finished['view']}")
    unknown = service.client.delete(f"/v1/photos/{UNKNOWN_VIEW}")
    assert response.status_code == 404
    assert without_instance(response) == without_instance(unknown)
    assert service.status(finished["id"]) == finished


def test_a_view_cannot_order_a_gif(service: Service, finished: dict[str, Any]) -> None:
    body = {"effect": "cyclic"}
    response = service.client.post(f"/v1/photos/{finished['view']}/gifs", json=body)
    unknown = service.client.post(f"/v1/photos/{UNKNOWN_VIEW}/gifs", json=body)
    assert response.status_code == 404
    assert without_instance(response) == without_instance(unknown)
    assert service.status(finished["id"]) == finished


def test_an_invalid_order_with_a_view_is_rejected_like_any_other(
    service: Service, finished: dict[str, Any]
) -> None:
    response = service.client.post(f"/v1/photos/{finished['view']}/gifs", json={"effect": "nope"})
    assert (response.status_code, read_problem(response)["code"]) == (400, "unknown_effect")


def test_a_form_has_the_view_in_the_name_of_the_upload(service: Service, photo: bytes) -> None:
    upload_form = request_form(service, photo)
    assert upload_form["view"] == derive_view(upload_form["id"])
    assert upload_form["fields"]["key"] == f"uploads/{upload_form['view']}"
    assert upload_form["id"] not in str({**upload_form, "id": ""})


def test_a_websocket_of_a_view_sends_the_status_and_changes_without_the_id(
    service: Service, finished: dict[str, Any]
) -> None:
    with service.live(finished["view"]) as socket:
        while "gifs" not in (status := receive_message(socket)):  # on AWS, a push may arrive late
            pass
        assert status == {name: value for name, value in finished.items() if name != "id"}
        service.client.post(f"/v1/photos/{finished['id']}/gifs", json={"effect": "cyclic", "size": 64})
        change = receive_message(socket, "cyclic")
        assert change.keys() == {"view", "gif"}
        assert change["view"] == finished["view"]
        service.client.delete(f"/v1/photos/{finished['id']}")
        received = []
        with suppress(ConnectionClosed):
            while True:
                received.append(receive_message(socket))
    assert received[-1] == {"view": finished["view"], "deleted": True}


def without_instance(response: Any) -> dict[str, object]:
    """Return a problem document without the id of its request."""
    return {name: value for name, value in read_problem(response).items() if name != "instance"}
