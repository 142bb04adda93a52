"""Pat: a hand presses a plain red photo."""

from __future__ import annotations

import numpy as np
import pytest

from gifmill.effects.pat import pat
from gifmill.photo.photo import Photo

SIZE = 160


def pixel_kinds(strength: int) -> list[np.ndarray[tuple[int, int], np.dtype[np.str_]]]:
    """Return the kind of each pixel by frame: photo, glove, ink or ground."""
    photo = Photo(np.full((SIZE, SIZE, 3), (220, 20, 20), np.uint8))
    animation = pat(photo, strength=strength, focus="found", background="auto", duration=0.8)
    frames = []
    for number in range(len(animation.frames)):
        red, green, blue = np.moveaxis(animation.canvas(number).astype(int), 2, 0)
        kinds = np.full(red.shape, "ground", "<U6")
        kinds[(red > 205) & (green < 45)] = "photo"
        kinds[(red > 240) & (green > 240) & (blue > 230)] = "glove"
        kinds[(red < 60) & (green < 50) & (blue < 70)] = "ink"
        frames.append(kinds)
    return frames


def photo_tops(strength: int) -> list[int]:
    """Return the first row of the photo in each frame, in a column that the hand does not cover."""
    return [int(np.nonzero(kinds[:, 30] == "photo")[0][0]) for kinds in pixel_kinds(strength)]


def test_the_photo_is_compressed_once_per_loop() -> None:
    heights = photo_tops(50)
    deepest = heights.index(max(heights))
    assert 8 <= deepest <= 14
    assert heights[: deepest + 1] == sorted(heights[: deepest + 1])
    assert heights[deepest:] == sorted(heights[deepest:], reverse=True)
    assert max(heights) - min(heights) > 0.15 * SIZE


def test_the_bottom_of_the_photo_does_not_move() -> None:
    assert len({int(np.nonzero(kinds[:, SIZE // 2] == "photo")[0][-1]) for kinds in pixel_kinds(100)}) == 1


@pytest.mark.parametrize("strength", [1, 50, 100])
def test_a_pressed_photo_gets_wider_and_never_leaves_the_canvas(strength: int) -> None:
    widths = [int((kinds[145] == "photo").sum()) for kinds in pixel_kinds(strength)]
    assert widths[12] >= widths[0]
    assert not any((kinds[:, [0, -1]] == "photo").any() for kinds in pixel_kinds(strength))


def test_a_hand_is_in_every_frame() -> None:
    assert min((kinds == "glove").sum() for kinds in pixel_kinds(50)) > 0.01 * SIZE**2


def test_the_hand_is_above_the_photo_first_and_touches_it_at_half_of_the_loop() -> None:
    frames, heights = pixel_kinds(50), photo_tops(50)
    lowest = [int(np.nonzero((kinds == "ink").any(axis=1))[0][-1]) for kinds in frames]
    assert lowest[0] <= heights[0] - 3
    assert lowest[12] >= heights[12]


def test_a_stronger_pat_presses_deeper() -> None:
    weak, medium, strong = (max(photo_tops(strength)) for strength in (1, 50, 100))
    assert weak < medium < strong
    assert strong < 0.8 * SIZE


def test_the_arm_extends_to_the_edge_of_the_canvas() -> None:
    for strength in (50, 100):
        kinds = pixel_kinds(strength)[12]
        edge = np.concatenate([kinds[0], kinds[:, -1]])
        assert (edge == "ink").any()


CANVASES = [(160, 160), (200, 100), (100, 200), (240, 80), (64, 64)]


@pytest.mark.parametrize("size", CANVASES)
@pytest.mark.parametrize("strength", [1, 50, 100])
@pytest.mark.parametrize("focus", ["left", "centre", "right"])
def test_the_glove_is_inside_the_canvas_in_every_frame(
    size: tuple[int, int], strength: int, focus: str
) -> None:
    """Nothing of it is at an edge, and all frames have about as much of it."""
    photo = Photo(np.full((size[1], size[0], 3), (220, 20, 20), np.uint8))
    animation = pat(photo, strength=strength, focus=focus, background="204060", duration=0.8)
    areas = []
    for number in range(len(animation.frames)):
        glove = animation.canvas(number).min(axis=2) > 190
        assert not glove[[0, -1]].any()
        assert not glove[:, [0, -1]].any()
        areas.append(int(glove.sum()))
    assert min(areas) > 0.6 * max(areas)  # pressing, it is flatter


@pytest.mark.parametrize("size", CANVASES)
@pytest.mark.parametrize("strength", [1, 100])
def test_the_arm_comes_from_outside_of_the_canvas(size: tuple[int, int], strength: int) -> None:
    photo = Photo(np.full((size[1], size[0], 3), (220, 20, 20), np.uint8))
    animation = pat(photo, strength=strength, focus="left", background="204060", duration=0.8)
    for number in range(len(animation.frames)):
        shown = animation.canvas(number)
        assert (np.concatenate([shown[0], shown[:, -1]]) != (0x20, 0x40, 0x60)).any()


def test_the_hand_touches_the_visible_part_of_a_transparent_photo() -> None:
    pixels = np.zeros((160, 160, 4), np.uint8)
    pixels[100:140, 40:120] = (220, 20, 20, 255)
    animation = pat(Photo(pixels), strength=50, focus="found", background="auto", duration=0.8)
    shown = animation.canvas(len(animation.frames) // 2)
    column = shown[:, int(0.47 * 160)]
    opaque = np.flatnonzero(column[:, 3] > 127)
    assert np.diff(opaque).max() <= 2  # no gap between the hand and the photo


def test_an_invisible_photo_can_be_patted() -> None:
    animation = pat(
        Photo(np.zeros((40, 40, 4), np.uint8)), strength=50, focus="found", background="auto", duration=0.8
    )
    assert animation.canvas(0).shape == (40, 40, 4)
