"""Request flow of a photo on AWS, from the POST to the GIFs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.stack_operations import object_names, receive_outcomes

from gifmill import open_photo, render
from gifmill.effects import EFFECTS, PACKS
from gifmill.orders.capabilities import derive_view

if TYPE_CHECKING:
    from typing import Any

    from tests.e2e.deployed_stack import DeployedStack


@pytest.fixture(scope="module")
def pushed(stack: DeployedStack, photo: bytes) -> Any:
    """Return a photo's id and the pushes of its GIFs."""
    photo_id = stack.order(photo)["id"]
    with stack.live(photo_id) as socket:
        return {"id": photo_id, "gifs": receive_outcomes(socket, set(PACKS["classic"]))}


def test_each_ready_gif_is_pushed(pushed: Any, stack: DeployedStack) -> None:
    assert [gif["state"] for gif in pushed["gifs"].values()] == ["ready"] * 3
    pushed_gifs = sorted(pushed["gifs"].values(), key=lambda gif: str(gif["effect"]))
    status_gifs = sorted(stack.status(pushed["id"])["gifs"], key=lambda gif: str(gif["effect"]))
    assert pushed_gifs == status_gifs


@pytest.mark.parametrize("effect", PACKS["classic"])
def test_a_gif_has_the_bytes_of_the_librarys(
    effect: str, pushed: Any, stack: DeployedStack, photo: bytes
) -> None:
    expected = render(open_photo(photo), effect).data
    path = pushed["gifs"][effect]["url"]
    assert stack.client.get(path).content == expected
    assert stack.get_from_gateway(f"/v1{path}").content == expected


def test_gateway_and_distribution_serve_the_same_gif(pushed: Any, stack: DeployedStack) -> None:
    path = pushed["gifs"]["blur"]["url"]
    answers = [
        stack.client.get(path),
        stack.get_from_gateway(f"/v1{path}", headers={"Accept": "image/webp,*/*"}),
    ]
    for answer in answers:
        assert answer.headers["Content-Type"] == "image/gif"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]


def test_the_distribution_sends_hsts(stack: DeployedStack) -> None:
    for path in ("/", "/v1/effects", "/gifs/x"):
        assert "max-age=31536000" in stack.client.get(path).headers["Strict-Transport-Security"]


def test_the_pack_all_makes_every_effect(stack: DeployedStack, photo: bytes) -> None:
    document = stack.finished(stack.order(photo, effects="all", size=64)["id"])
    assert [gif["effect"] for gif in document["gifs"]] == [effect.name for effect in EFFECTS]
    assert {gif["state"] for gif in document["gifs"]} == {"ready"}


def test_deleting_a_photo_deletes_all_its_objects(stack: DeployedStack, photo: bytes) -> None:
    photo_id = stack.order(photo)["id"]
    stack.finished(photo_id)
    assert object_names(stack, stack.photos, f"photos/{derive_view(photo_id)}/") != set()
    assert stack.client.delete(f"/v1/photos/{photo_id}").status_code == 204
    assert object_names(stack, stack.photos, f"photos/{derive_view(photo_id)}/") == set()
    assert object_names(stack, stack.gifs, f"gifs/{derive_view(photo_id)}/") == set()


def test_buckets_deny_anonymous_requests(pushed: Any, stack: DeployedStack) -> None:
    [photo] = object_names(stack, stack.photos, f"photos/{derive_view(pushed['id'])}/")
    for bucket, name in ((stack.photos, photo), (stack.gifs, pushed["gifs"]["blur"]["url"][1:])):
        address = f"https://{bucket}.s3.us-east-1.amazonaws.com/{name}"
        assert stack.client.get(address).status_code == 403
