"""The way of a photo: from a POST to the GIFs, with all that lies between on AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.stack_operations import names, receive_outcomes

from gifmill import open_photo, render
from gifmill.effects import EFFECTS, PACKS

if TYPE_CHECKING:
    from typing import Any

    from tests.e2e.deployed_stack import DeployedStack


@pytest.fixture(scope="module")
def pushed(cloud: DeployedStack, photo: bytes) -> Any:
    """What the page hears of the GIFs of a photo."""
    photo_id = cloud.order(photo)["id"]
    with cloud.live(photo_id) as socket:
        return {"id": photo_id, "gifs": receive_outcomes(socket, set(PACKS["classic"]))}


def test_the_page_hears_of_each_gif_when_it_is_ready(pushed: Any, cloud: DeployedStack) -> None:
    assert [gif["state"] for gif in pushed["gifs"].values()] == ["ready"] * 3
    told = sorted(pushed["gifs"].values(), key=lambda gif: str(gif["effect"]))
    asked = sorted(cloud.status(pushed["id"])["gifs"], key=lambda gif: str(gif["effect"]))
    assert told == asked


@pytest.mark.parametrize("effect", PACKS["classic"])
def test_a_gif_is_what_the_library_makes_byte_by_byte(
    effect: str, pushed: Any, cloud: DeployedStack, photo: bytes
) -> None:
    expected = render(open_photo(photo), effect).data
    path = pushed["gifs"][effect]["url"]
    assert cloud.client.get(path).content == expected
    assert cloud.get_from_gateway(f"/v1{path}").content == expected


def test_a_gif_comes_from_the_gateway_as_the_distribution_gives_it(pushed: Any, cloud: DeployedStack) -> None:
    path = pushed["gifs"]["blur"]["url"]
    answers = [
        cloud.client.get(path),
        cloud.get_from_gateway(f"/v1{path}", headers={"Accept": "image/webp,*/*"}),
    ]
    for answer in answers:
        assert answer.headers["Content-Type"] == "image/gif"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]


def test_the_distribution_asks_browsers_for_tls_from_now_on(cloud: DeployedStack) -> None:
    for path in ("/", "/v1/effects", "/gifs/x"):
        assert "max-age=31536000" in cloud.client.get(path).headers["Strict-Transport-Security"]


def test_all_makes_every_effect(cloud: DeployedStack, photo: bytes) -> None:
    document = cloud.finished(cloud.order(photo, effects="all", size=64)["id"])
    assert [gif["effect"] for gif in document["gifs"]] == [effect.name for effect in EFFECTS]
    assert {gif["state"] for gif in document["gifs"]} == {"ready"}


def test_of_a_deleted_photo_nothing_is_left(cloud: DeployedStack, photo: bytes) -> None:
    photo_id = cloud.order(photo)["id"]
    cloud.finished(photo_id)
    assert names(cloud, cloud.photos, f"photos/{photo_id}/") != set()
    assert cloud.client.delete(f"/v1/photos/{photo_id}").status_code == 204
    assert names(cloud, cloud.photos, f"photos/{photo_id}/") == set()
    assert names(cloud, cloud.gifs, f"gifs/{photo_id}/") == set()


def test_buckets_say_nothing_to_strangers(pushed: Any, cloud: DeployedStack) -> None:
    [photo] = names(cloud, cloud.photos, f"photos/{pushed['id']}/")
    for bucket, name in ((cloud.photos, photo), (cloud.gifs, pushed["gifs"]["blur"]["url"][1:])):
        address = f"https://{bucket}.s3.us-east-1.amazonaws.com/{name}"
        assert cloud.client.get(address).status_code == 403
