"""Detection of a pair of eyes in photos and drawings."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tests.conftest import SAMPLES

from gifmill import open_photo
from gifmill.photo.eyes import EyePair, find_eyes

ASTRONAUT = ((0.40, 0.195), (0.484, 0.2))
CHELSEA = ((0.382, 0.385), (0.715, 0.44))


def eyes_of(pair: EyePair | None, width: int, height: int) -> list[tuple[float, float]]:
    """Return both eyes, as fractions of the sides."""
    assert pair is not None
    half = pair.distance * max(width, height) / 2
    x, y = pair.middle
    right, down = half * np.cos(pair.angle) / width, half * np.sin(pair.angle) / height
    return [(x - right, y - down), (x + right, y + down)]


def face(angle: float = 0.0, skin: tuple[int, int, int] = (224, 172, 140)) -> Image.Image:
    """Draw a face on grey, turned clockwise by an angle in degrees around the point between its eyes."""
    image = Image.new("RGB", (300, 300), (96, 110, 120))
    pen = ImageDraw.Draw(image)
    pen.ellipse((90, 70, 210, 240), fill=skin)
    for x in (122, 178):
        pen.ellipse((x - 9, 141, x + 9, 159), fill=(30, 24, 20))
    pen.rectangle((130, 205, 170, 212), fill=(140, 60, 60))
    return image.rotate(-angle, center=(150, 150), fillcolor=(96, 110, 120))


@pytest.mark.parametrize("size_px", [128, 240, 480, 1080])
@pytest.mark.parametrize(("name", "eyes"), [("astronaut", ASTRONAUT), ("chelsea", CHELSEA)])
def test_the_eyes_of_a_woman_and_of_a_cat_are_found_at_any_size(
    name: str, eyes: tuple[tuple[float, float], ...], size_px: int
) -> None:
    photo = open_photo(SAMPLES / f"{name}.jpg", max_side_px=size_px)
    found = eyes_of(find_eyes(photo.pixels), *photo.size)
    assert np.array(found) == pytest.approx(np.array(eyes), abs=0.08)


@pytest.mark.parametrize("name", ["coffee", "rocket"])
def test_a_cup_and_a_rocket_have_no_eyes(name: str) -> None:
    assert find_eyes(open_photo(SAMPLES / f"{name}.jpg", max_side_px=480).pixels) is None


@pytest.mark.parametrize("angle", [-15, 0, 10])
def test_the_angle_is_that_of_the_head(angle: float) -> None:
    pair = find_eyes(np.asarray(face(angle)))
    assert pair is not None
    assert np.degrees(pair.angle) == pytest.approx(angle, abs=4)
    assert pair.middle == pytest.approx((0.5, 0.5), abs=0.02)
    assert pair.distance == pytest.approx(56 / 300, rel=0.1)


def test_a_mirrored_photo_has_mirrored_eyes() -> None:
    photo = open_photo(SAMPLES / "astronaut.jpg", max_side_px=300)
    one, other = find_eyes(photo.pixels), find_eyes(photo.pixels[:, ::-1])
    assert one is not None
    assert other is not None
    assert other.middle.x == pytest.approx(1 - one.middle.x, abs=0.02)
    assert other.angle == pytest.approx(-one.angle, abs=0.1)


def test_a_chosen_point_selects_the_eyes_around_it() -> None:
    two = Image.new("RGB", (600, 300))
    two.paste(face(), (0, 0))
    two.paste(face(), (300, 0))
    for x in (0.25, 0.75):
        pair = find_eyes(np.asarray(two), f"{x},0.5")
        assert pair is not None
        assert pair.middle.x == pytest.approx(x, abs=0.02)


def test_a_chosen_point_without_eyes_has_none() -> None:
    assert find_eyes(np.asarray(face()), "0.1,0.9") is None


def test_eyes_of_a_cut_out_face_are_found() -> None:
    image = face()
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).ellipse((90, 70, 210, 240), fill=255)
    image.putalpha(mask)
    pair = find_eyes(np.asarray(image))
    assert pair is not None
    assert pair.middle == pytest.approx((0.5, 0.5), abs=0.02)


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (300, 7), (16, 16), (1080, 108)])
@pytest.mark.parametrize("channels", [3, 4])
def test_any_size_can_be_searched(size: tuple[int, int], channels: int) -> None:
    find_eyes(np.random.default_rng(1).integers(0, 256, (*size[::-1], channels), np.uint8))


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_plain_photo_has_no_eyes(level: int) -> None:
    assert find_eyes(np.full((200, 300, 3), level, np.uint8)) is None
