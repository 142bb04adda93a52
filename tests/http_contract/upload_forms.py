"""The contract of upload forms: signed forms for uploads past the API."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.http_contract.api_client import post_form, read_problem, request_form
from tests.transparent_logo import assert_cut_out

if TYPE_CHECKING:
    from tests.servers import Service


def test_an_upload_form_has_the_address_of_the_status(service: Service, photo: bytes) -> None:
    body = {"size": len(photo), "type": "image/jpeg", "effects": "blur", "preset": "fast"}
    response = service.client.post("/v1/uploads", json=body)
    assert response.status_code == 201
    document = response.json()
    assert document.keys() == {"id", "view", "url", "fields", "expires"}
    assert response.headers["Location"] == f"/v1/photos/{document['id']}"
    assert response.headers["Cache-Control"] == "no-store"
    left = datetime.fromisoformat(document["expires"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


def test_posting_a_form_with_its_file_orders_gifs(service: Service, photo: bytes) -> None:
    upload_form = request_form(service, photo, effects="blur,cyclic", preset="fast")
    assert post_form(service, upload_form, photo).status_code == 204
    document = service.finished(upload_form["id"])
    assert document["photo"] == {"width": 120, "height": 80}
    assert [(gif["effect"], gif["options"], gif["state"]) for gif in document["gifs"]] == [
        ("blur", "preset=fast", "ready"),
        ("cyclic", "preset=fast", "ready"),
    ]


def test_a_transparent_photo_posted_by_form_gives_a_transparent_gif(service: Service, logo: bytes) -> None:
    upload_form = request_form(service, logo, type="image/png", effects="party")
    assert post_form(service, upload_form, logo).status_code == 204
    document = service.finished(upload_form["id"])
    assert document["photo"] == {"width": 120, "height": 120}
    assert_cut_out(service.client.get(document["gifs"][0]["url"]).content)


def test_the_gif_size_is_in_the_query_of_a_form_request(service: Service, photo: bytes) -> None:
    body = {"size": len(photo), "type": "image/jpeg", "effects": "blur"}
    upload_form = service.client.post("/v1/uploads?size=64", json=body).json()
    post_form(service, upload_form, photo)
    assert service.finished(upload_form["id"])["gifs"][0]["options"] == "size=64"


def test_an_integer_may_have_a_zero_fraction(service: Service, photo: bytes) -> None:
    """In JSON Schema 1797.0 is an integer, and some languages write every number so."""
    body = {"size": float(len(photo)), "type": "image/jpeg", "effects": "reveal", "blocks": 4.0}
    assert ".0" in json.dumps(body)
    upload_form = service.client.post("/v1/uploads", json=body).json()
    assert post_form(service, upload_form, photo).status_code == 204
    photo_id = upload_form["id"]
    service.finished(photo_id)
    service.client.post(f"/v1/photos/{photo_id}/gifs", json={"effect": "blur", "size": 64.0})
    gifs = service.finished(photo_id)["gifs"]
    assert {gif["effect"]: gif["options"] for gif in gifs} == {"blur": "size=64", "reveal": "blocks=4"}


def test_an_option_in_query_and_body_is_rejected_unless_one_is_a_default(
    service: Service, photo: bytes
) -> None:
    body = {"size": len(photo), "type": "image/jpeg", "effects": "blur", "preset": "fast"}
    assert service.client.post("/v1/uploads?preset=balanced", json=body).status_code == 201
    response = service.client.post("/v1/uploads?preset=small", json=body)
    assert "Option 'preset' is given twice" in read_problem(response)["detail"]


def test_a_form_rejects_a_file_of_another_size(service: Service, photo: bytes) -> None:
    for file in (photo + b"x", photo[:-1]):
        upload_form = request_form(service, photo)
        assert 400 <= post_form(service, upload_form, file).status_code < 500
        assert service.client.get(f"/v1/photos/{upload_form['id']}").status_code == 404


def test_a_changed_form_is_rejected(service: Service, photo: bytes) -> None:
    upload_form = request_form(service, photo)
    other = request_form(service, photo)
    for name in ("policy", "key"):
        fields = {**upload_form["fields"], name: other["fields"][name]}
        response = post_form(service, {"url": upload_form["url"], "fields": fields}, photo)
        assert response.status_code == 403 or name == "key"  # S3 uses the key, a local server the address
        assert service.client.get(f"/v1/photos/{other['id']}").status_code == 404


def test_a_file_that_is_not_a_photo_is_reported_at_every_stage(service: Service) -> None:
    file = b"%PDF-1.7 is no photo"
    upload_form = request_form(service, file, effects="blur,cyclic")
    response = post_form(service, upload_form, file)
    if response.status_code == 204:  # S3 takes anything
        document = service.finished(upload_form["id"])
        assert document["photo"] is None
        assert {gif["effect"] for gif in document["gifs"]} == {"blur", "cyclic"}
        codes = {gif["problem"]["code"] for gif in document["gifs"]}
    else:
        codes = {read_problem(response)["code"]}
    assert codes == {"not_a_photo"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid_request"),
        ({"size": 100}, 400, "invalid_request"),
        ({"size": 0, "type": "image/png"}, 400, "invalid_request"),
        ({"size": True, "type": "image/png"}, 400, "invalid_request"),
        ({"size": "100", "type": "image/png"}, 400, "invalid_request"),
        ({"size": 100.5, "type": "image/png"}, 400, "invalid_request"),
        ({"size": 100, "type": "image/png\r\nX: y"}, 400, "invalid_request"),
        ({"size": 100, "type": "image/png", "effects": ["blur"]}, 400, "invalid_request"),
        ({"size": 100, "type": "image/png", "effects": "nope"}, 400, "unknown_effect"),
        ({"size": 100, "type": "image/png", "turns": 2}, 400, "unknown_option"),
        ({"size": 100, "type": "image/png", "preset": "best"}, 400, "invalid_option"),
        ({"size": 25_000_001, "type": "image/png"}, 413, "photo_too_large"),
    ],
)
def test_an_invalid_form_request_is_rejected(
    service: Service, body: dict[str, object], status: int, code: str
) -> None:
    document = read_problem(service.client.post("/v1/uploads", json=body))
    assert (document["status"], document["code"]) == (status, code)
