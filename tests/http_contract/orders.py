"""The contract of orders: photos that are accepted, their GIFs, and their deletion."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.http_contract.api_client import JPEG, read_problem

from gifmill.rendering.catalogue import describe_effects

if TYPE_CHECKING:
    from tests.servers import Service


def test_an_accepted_photo_has_the_address_of_its_status(service: Service, photo: bytes) -> None:
    response = service.client.post("/v1/photos?effects=blur", content=photo, headers=JPEG)
    document = response.json()
    assert response.status_code == 202
    assert response.headers["Location"] == f"/v1/photos/{document['id']}"
    assert document.keys() == {"id", "view", "expires", "photo", "gifs"}
    assert document["photo"] == {"width": 120, "height": 80}
    assert [gif["effect"] for gif in document["gifs"]] == ["blur"]


def test_the_classic_pack_is_the_default(service: Service, photo: bytes) -> None:
    document = service.finished(service.order(photo)["id"])
    assert [(gif["effect"], gif["state"]) for gif in document["gifs"]] == [
        ("blur", "ready"),
        ("recursive", "ready"),
        ("cyclic", "ready"),
    ]


def test_a_multipart_form_is_accepted(service: Service, photo: bytes) -> None:
    response = service.client.post(
        "/v1/photos?effects=blur", files={"photo": ("../..\\x.txt", photo, "text/x")}
    )
    assert response.status_code == 202


def test_another_gif_of_a_photo_can_be_ordered(service: Service, photo: bytes) -> None:
    photo_id = service.order(photo, effects="blur")["id"]
    response = service.client.post(f"/v1/photos/{photo_id}/gifs", json={"effect": "cyclic", "size": 64})
    assert response.status_code == 202
    states = {(gif["effect"], gif["options"]): gif["state"] for gif in service.finished(photo_id)["gifs"]}
    assert states == {("blur", "default"): "ready", ("cyclic", "size=64"): "ready"}


def test_a_caption_is_encoded_in_the_options_and_drawn(service: Service, photo: bytes) -> None:
    text = "Sí & <b>ok</b>, 100 %/…"
    photo_id = service.order(photo, effects="blur", size=64, caption=text)["id"]
    body = {"effect": "blur", "size": 64, "caption": text, "caption_style": "bar"}
    assert service.client.post(f"/v1/photos/{photo_id}/gifs", json=body).status_code == 202
    gifs = service.finished(photo_id)["gifs"]
    encoded = "caption=kpb22ibgea6geptpnm6c6yr6fqqdcmbqeass7yuauy"
    assert sorted(gif["options"] for gif in gifs) == [
        f"{encoded},caption_style=bar,size=64",
        f"{encoded},size=64",
    ]
    files = [service.client.get(gif["url"]) for gif in gifs]
    assert [file.status_code for file in files] == [200, 200]
    assert len({file.content for file in files}) == 2


def test_a_caption_without_a_glyph_fails_with_the_character(service: Service, photo: bytes) -> None:
    ordered = service.order(photo, effects="blur", size=64, caption="a \U00011f04")
    [gif] = service.finished(ordered["id"])["gifs"]
    assert (gif["state"], gif["problem"]["code"]) == ("failed", "missing_glyph")
    assert "KAWI LETTER A" in gif["problem"]["detail"]


def test_options_at_their_defaults_are_left_out(service: Service, photo: bytes) -> None:
    [gif] = service.order(photo, effects="blur", size=480, duration=3)["gifs"]
    assert gif["options"] == "default"


def test_the_size_of_a_pack_can_be_changed_without_its_byte_limit(service: Service, photo: bytes) -> None:
    gifs = service.order(photo, effects="emoji", size=480)["gifs"]
    assert {gif["options"] for gif in gifs} == {"background=none,crop=square,max_bytes=128000"}


def test_a_default_of_an_option_that_no_effect_has_is_ignored(service: Service, photo: bytes) -> None:
    [gif] = service.order(photo, effects="blur", strength=50, turns=1, direction="clockwise")["gifs"]
    assert gif["options"] == "default"


def test_a_deleted_photo_and_its_gifs_are_not_found(service: Service, photo: bytes) -> None:
    document = service.finished(service.order(photo, effects="blur")["id"])
    assert service.client.delete(f"/v1/photos/{document['id']}").status_code == 204
    for path in (f"/v1/photos/{document['id']}", document["gifs"][0]["url"]):
        assert read_problem(service.client.get(path))["code"] == "not_found"
    assert service.client.delete(f"/v1/photos/{document['id']}").status_code == 404


def test_a_photo_of_the_maximum_size_is_accepted(service: Service, photo: bytes) -> None:
    padded = photo + bytes(service.max_direct_bytes - len(photo))  # data after the end of a JPEG is not read
    response = service.client.post("/v1/photos?effects=blur&size=16", files={"photo": padded})
    assert response.status_code == 202


def test_the_effects_registry_is_served(service: Service) -> None:
    assert service.client.get("/v1/effects").json() == json.loads(json.dumps(describe_effects()))


def test_the_page_configuration_is_served(service: Service) -> None:
    config = service.client.get("/config.json").json()
    assert config["max_photo_bytes"] == 25_000_000
    assert config["max_direct_bytes"] == service.max_direct_bytes
    assert service.live_address.endswith(config["live"])
