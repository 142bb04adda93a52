"""The contract of `POST /v1/gifs`: a photo goes in, and the response redirects to its one GIF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from tests.http_contract.api_client import JPEG, read_problem
from tests.transparent_logo import assert_cut_out

if TYPE_CHECKING:
    import httpx
    from tests.servers import Service

_TRIES = 10
"""On the emulator the first render of each effect may take longer than the longest wait."""


def post_photo(service: Service, query: dict[str, Any], base: str = "", **request: Any) -> httpx.Response:
    """Send a photo until the response is not that its GIF takes too long."""
    responses = (service.client.post(f"{base}/v1/gifs", params=query, **request) for _ in range(_TRIES))
    return next(response for response in responses if response.status_code != 202)


def status_of(service: Service, response: httpx.Response) -> Any:
    """Return the status document that a response links to."""
    return service.client.get(response.url.join(response.links["status"]["url"])).json()


@pytest.mark.parametrize(
    ("query", "format_"),
    [
        ({"effect": "blur"}, "GIF"),
        ({"effect": "blur", "format": "webp", "size": 64}, "WEBP"),
        ({"effect": "blur", "crop": "square", "max_bytes": 50_000}, "GIF"),
        ({"effect": "cyclic", "for": "slack-emoji"}, "GIF"),
    ],
)
def test_one_call_gives_the_finished_gif(
    service: Service, photo: bytes, query: dict[str, Any], format_: str
) -> None:
    redirect = post_photo(service, query, files={"photo": ("cat.jpg", photo)})
    assert redirect.status_code == 303, redirect.text
    assert redirect.next_request is not None
    response = service.client.send(redirect.next_request)
    assert response.headers["Content-Type"] == f"image/{format_.lower()}"
    with Image.open(io.BytesIO(response.content)) as image:
        assert image.format == format_
    [gif] = redirect.json()["gifs"]
    assert (gif["effect"], gif["state"], gif["bytes"]) == (query["effect"], "ready", len(response.content))
    assert redirect.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("format_", ["gif", "webp"])
def test_a_transparent_photo_gives_a_transparent_gif(service: Service, logo: bytes, format_: str) -> None:
    query = {"effect": "party", "format": format_, "size": 96}
    redirect = post_photo(service, query, content=logo, headers={"Content-Type": "image/png"})
    assert redirect.next_request is not None, redirect.text
    assert_cut_out(service.client.send(redirect.next_request).content)


def test_a_raw_body_gives_a_gif(service: Service, photo: bytes) -> None:
    assert post_photo(service, {"effect": "blur"}, content=photo, headers=JPEG).status_code == 303


def test_the_photo_of_a_gif_can_be_deleted(service: Service, photo: bytes) -> None:
    redirect = post_photo(service, {"effect": "blur"}, content=photo, headers=JPEG)
    status = redirect.url.join(redirect.links["status"]["url"])
    assert service.client.delete(status).status_code == 204
    assert service.client.get(status).status_code == 404


@pytest.mark.parametrize(
    ("prefer", "applied"), [("wait=0", "wait=0"), ("respond-async", "respond-async")], ids=["wait", "async"]
)
def test_a_client_that_does_not_wait_gets_the_status(
    service: Service, photo: bytes, prefer: str, applied: str
) -> None:
    headers = {**JPEG, "Prefer": prefer}
    response = service.client.post("/v1/gifs?effect=blur&size=64", content=photo, headers=headers)
    assert response.status_code == 202
    assert response.headers["Preference-Applied"] == applied
    status = response.url.join(response.headers["Location"])
    assert status == response.url.join(response.links["status"]["url"])
    assert service.client.get(status).json()["id"] == response.json()["id"]
    [gif] = service.finished(response.json()["id"])["gifs"]
    assert (gif["effect"], gif["options"], gif["state"]) == ("blur", "size=64", "ready")


def test_the_wait_is_limited(service: Service, photo: bytes) -> None:
    headers = {**JPEG, "Prefer": "wait=3600"}
    response = post_photo(service, {"effect": "blur"}, content=photo, headers=headers)
    assert response.status_code == 303
    name, _, seconds = response.headers["Preference-Applied"].partition("=")
    assert name == "wait"
    assert int(seconds) < 60


@pytest.mark.parametrize("prefer", ["wait=soon", "wait=-1", "wait", "return=minimal", '"', ",;="])
def test_malformed_and_unknown_preferences_are_ignored(service: Service, photo: bytes, prefer: str) -> None:
    headers = {**JPEG, "Prefer": prefer}
    response = post_photo(service, {"effect": "blur"}, content=photo, headers=headers)
    assert response.status_code == 303
    assert "Preference-Applied" not in response.headers


def test_a_failed_gif_is_answered_with_its_problem(service: Service, photo: bytes) -> None:
    response = post_photo(service, {"effect": "blur", "max_bytes": 100}, content=photo, headers=JPEG)
    problem = read_problem(response)
    assert (problem["status"], problem["code"]) == (422, "cannot_fit")
    [gif] = status_of(service, response)["gifs"]
    assert gif["problem"]["detail"] == problem["detail"]


@pytest.mark.parametrize(
    ("query", "code", "detail"),
    [
        ("", "invalid_request", "The effect is missing. Use one, for example POST /v1/gifs?effect=spin."),
        ("effects=spin", "invalid_request", "The effect is missing."),
        ("effect=spin&effect=blur", "invalid_request", "Option 'effect' is given twice. Give it once."),
        ("effect=spin,blur", "invalid_request", "effect=spin,blur has more than one effect. Use one"),
        ("effect=emoji", "unknown_effect", "'emoji' is a pack. Use its effects one by one: shake"),
        ("effect=", "unknown_effect", "Unknown effect ''. Effects: blur"),
        ("effect=nope", "unknown_effect", "Effects: blur"),
        ("effect=blur&turns=2", "unknown_option", "duration"),
        ("effect=blur&size=1", "invalid_option", "16 to 1080"),
    ],
)
def test_an_invalid_order_is_rejected_with_advice(
    service: Service, photo: bytes, query: str, code: str, detail: str
) -> None:
    problem = read_problem(service.client.post(f"/v1/gifs?{query}", content=photo, headers=JPEG))
    assert (problem["status"], problem["code"]) == (400, code)
    assert detail in problem["detail"]


def test_a_file_without_a_photo_gives_no_gif(service: Service) -> None:
    problem = read_problem(service.client.post("/v1/gifs?effect=blur", content=b"%PDF-1.7", headers=JPEG))
    assert (problem["status"], problem["code"]) == (415, "not_a_photo")


def test_a_photo_over_the_direct_limit_gives_no_gif(service: Service) -> None:
    photo = bytes(service.max_direct_bytes + 1)
    problem = read_problem(service.client.post("/v1/gifs?effect=blur", content=photo, headers=JPEG))
    assert (problem["status"], problem["code"]) == (413, "photo_too_large")


def test_gifs_without_a_name_can_only_be_posted(service: Service) -> None:
    response = service.client.get("/v1/gifs")
    assert read_problem(response)["code"] == "method_not_allowed"
    assert response.headers["Allow"] == "OPTIONS, POST"
