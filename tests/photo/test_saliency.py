from __future__ import annotations

import numpy as np
import pytest
from tests.conftest import SAMPLES

from gifmill import open_photo
from gifmill.photo.photo import Photo
from gifmill.photo.saliency import CENTRE, focal_point


def test_a_photo_without_edges_has_its_focal_point_in_the_centre() -> None:
    assert focal_point(np.full((50, 80, 3), 99, np.uint8)) == CENTRE


@pytest.mark.parametrize("position", [(0.25, 0.3), (0.7, 0.4), (0.5, 0.75)])
def test_an_isolated_subject_is_found(position: tuple[float, float]) -> None:
    pixels = np.full((300, 300, 3), 128, np.uint8)
    left, top = (round(300 * share) - 20 for share in position)
    pixels[top : top + 40, left : left + 40] = np.random.default_rng(1).integers(0, 256, (40, 40, 3))
    assert focal_point(pixels) == pytest.approx(position, abs=0.06)


def test_with_two_faces_the_focal_point_is_on_one_of_them() -> None:
    one = open_photo(SAMPLES / "astronaut.jpg", max_side_px=200).pixels
    x, _ = focal_point(np.concatenate([one, one[:, ::-1]], axis=1))
    assert min(abs(x - 0.25), abs(x - 0.75)) < 0.1


def test_a_face_is_more_salient_than_a_suit() -> None:
    photo = open_photo(SAMPLES / "astronaut.jpg", max_side_px=300)
    assert focal_point(photo.pixels).y < 0.5


def test_a_named_focal_point_is_used() -> None:
    assert focal_point(np.zeros((2, 2, 3), np.uint8), "top").y < 0.5


def test_a_square_is_centred_on_the_focal_point_within_the_edges() -> None:
    pixels = np.full((100, 300, 3), 128, np.uint8)
    pixels[40:60, 270:290] = np.random.default_rng(1).integers(0, 256, (20, 20, 3))
    square = Photo(pixels).square()
    assert square.size == (100, 100)
    assert (square.pixels == pixels[:, 200:]).all()


def test_a_point_given_as_text_is_used() -> None:
    assert focal_point(np.zeros((2, 2, 3), np.uint8), "0.25,1") == (0.25, 1)


@pytest.mark.parametrize(("focus", "left"), [("0,0.5", 0), ("0.5,0", 100), ("1,1", 200), ("0.3,0.5", 40)])
def test_a_square_is_centred_on_a_given_point_within_the_edges(focus: str, left: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (100, 300, 3)).astype(np.uint8)
    assert (Photo(pixels).square(focus).pixels == pixels[:, left : left + 100]).all()


@pytest.mark.parametrize("focus", ["0,0.5", "0.5,0.1", "1,1", "0.3,0.5", "left", "bottom"])
def test_a_point_keeps_its_place_in_the_picture_when_the_photo_is_cropped(focus: str) -> None:
    photo = Photo(np.random.default_rng(1).integers(0, 256, (100, 300, 3)).astype(np.uint8))
    x, y = focal_point(photo.pixels, focus)
    inside = focal_point(photo.square(focus).pixels, photo.focus_in_crop(1, focus))
    left = min(max(x * 300 - 50, 0), 200)
    assert inside == pytest.approx(((x * 300 - left) / 100, y), abs=0.006)


def test_a_detected_point_is_detected_again_in_the_crop() -> None:
    assert Photo(np.zeros((10, 20, 3), np.uint8)).focus_in_crop(1, "found") == "found"
