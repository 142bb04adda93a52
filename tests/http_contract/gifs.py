"""The contract of GIFs: caching, options, formats and limits."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageSequence
from tests.http_contract.api_client import UNKNOWN_ID, read_problem, receive_message

if TYPE_CHECKING:
    from tests.servers import Service


@pytest.mark.parametrize("prefix", ["", "/v1"])
def test_a_ready_gif_is_served_as_immutable(service: Service, photo: bytes, prefix: str) -> None:
    [gif] = service.finished(service.order(photo, effects="blur")["id"])["gifs"]
    response = service.client.get(prefix + gif["url"])
    assert response.headers["Content-Type"] == "image/gif"
    assert "immutable" in response.headers["Cache-Control"]
    assert len(response.content) == gif["bytes"]
    with Image.open(io.BytesIO(response.content)) as image:
        assert (image.format, image.size) == ("GIF", (120, 80))


def test_options_are_applied_to_the_gif(service: Service, photo: bytes) -> None:
    document = service.finished(
        service.order(photo, effects="cyclic", size=64, duration=1, preset="fast")["id"]
    )
    [gif] = document["gifs"]
    assert gif["options"] == "duration=1,preset=fast,size=64"
    with Image.open(io.BytesIO(service.client.get(gif["url"]).content)) as image:
        assert image.size[0] == 64
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
    assert sum(durations) == 1000


def test_a_webp_has_its_name_media_type_and_content(service: Service, photo: bytes) -> None:
    [gif] = service.finished(service.order(photo, effects="spin", format="webp", size=64)["id"])["gifs"]
    assert gif["options"] == "format=webp,size=64"
    assert gif["url"].endswith("/format=webp,size=64/spin.webp")
    for prefix in ("", "/v1"):
        response = service.client.get(prefix + gif["url"])
        assert response.headers["Content-Type"] == "image/webp"
        assert "immutable" in response.headers["Cache-Control"]
        assert len(response.content) == gif["bytes"]
        with Image.open(io.BytesIO(response.content)) as image:
            assert (image.format, image.is_animated) == ("WEBP", True)  # type: ignore[attr-defined]
    other = gif["url"].removesuffix("webp") + "gif"
    assert read_problem(service.client.get(other))["status"] == 404


@pytest.mark.parametrize(
    ("target", "format_", "size", "max_bytes"),
    [("slack-emoji", "GIF", (80, 80), 128_000), ("whatsapp-sticker", "WEBP", (512, 512), 500_000)],
)
def test_a_gif_for_a_platform_keeps_its_limits(
    service: Service, photo: bytes, target: str, format_: str, size: tuple[int, int], max_bytes: int
) -> None:
    [gif] = service.finished(service.order(photo, effects="blur", **{"for": target})["id"])["gifs"]
    assert (gif["options"], gif["state"]) == (f"for={target}", "ready")
    assert gif["bytes"] <= max_bytes
    with Image.open(io.BytesIO(service.client.get(gif["url"]).content)) as image:
        assert (image.format, image.size) == (format_, size)


def test_a_gif_within_a_byte_limit_lists_its_reductions(service: Service, photo: bytes) -> None:
    photo_id = service.order(photo, effects="blur", preset="small")["id"]
    [usual] = service.finished(photo_id)["gifs"]
    assert usual["note"] is None
    max_bytes = usual["bytes"] * 2 // 3
    body = {"effect": "blur", "preset": "small", "max_bytes": max_bytes}
    with service.live(photo_id) as socket:
        receive_message(socket)
        service.client.post(f"/v1/photos/{photo_id}/gifs", json=body)
        while True:  # the push of the usual GIF may arrive late
            message = receive_message(socket, "blur")["gif"]
            if message["state"] != "pending" and message["options"] != usual["options"]:
                break
    assert message in service.status(photo_id)["gifs"]
    assert message["bytes"] <= max_bytes
    assert message["note"]["calmed"] is False
    assert message["note"]["given_up"]


def test_an_unmet_byte_limit_is_reported(service: Service, photo: bytes) -> None:
    [gif] = service.finished(service.order(photo, effects="blur", max_bytes=100)["id"])["gifs"]
    assert (gif["state"], gif["url"], gif["problem"]["code"]) == ("failed", None, "cannot_fit")


def test_a_calmed_gif_is_reported(service: Service, stripes: bytes) -> None:
    order = service.order(stripes, effects="shake", strength=100, duration=0.5)
    [gif] = service.finished(order["id"])["gifs"]
    note = gif["note"]
    assert (note["calmed"], note["given_up"]) == (True, [])
    assert (note["requested_ms"], note["duration_ms"]) == (500, 750)
    assert 0 < note["softened"] <= note["frames"]


@pytest.mark.parametrize("value", ["yes", "true", "1", ""])
def test_flashing_cannot_be_allowed(service: Service, stripes: bytes, value: str) -> None:
    for path in ("/v1/photos?effects=spin", "/v1/gifs?effect=spin"):
        response = service.client.post(f"{path}&allow_flashing={value}", content=stripes)
        assert (response.status_code, response.json()["code"]) == (400, "unknown_option")
    order = service.order(stripes, effects="blur")
    response = service.client.post(
        f"/v1/photos/{order['id']}/gifs", json={"effect": "spin", "allow_flashing": value}
    )
    assert (response.status_code, response.json()["code"]) == (400, "unknown_option")


def test_a_missing_gif_is_not_cached(service: Service) -> None:
    response = service.client.get(f"/gifs/{UNKNOWN_ID}/default/blur.gif")
    assert response.headers["Cache-Control"] == "no-store"
