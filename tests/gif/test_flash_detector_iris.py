"""The flash detector, compared with the Python port of Electronic Arts' IRIS.

IRIS uses the mean of the whole picture if a quarter of it changes; gifmill also checks each cell. So both
must agree if the whole picture flashes, and every picture that fails in IRIS must fail in gifmill.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from iris_pse_detection import Configuration
from iris_pse_detection.flash_detection import FlashDetection
from PIL import Image, ImageSequence

import gifmill
from gifmill.animation import Size
from gifmill.effects import EFFECTS
from gifmill.gif.flash_detector import FlashDetector
from gifmill.gif.flash_measurement import MAX_CHANGES_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.animation import Pixels
    from gifmill.effects import Effect

pytestmark = pytest.mark.slow

PHOTOS = sorted((Path(__file__).parents[2] / "bench/photos").glob("*.jpg"))
FPS = 25
SECONDS = 4
SIZE = Size(40, 30)
BLACK, WHITE, RED, BLUE = (0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 0, 255)


def fails_in_iris(pictures: Sequence[Pixels], fps: int = FPS) -> bool:
    """Return whether looped pictures of equal duration fail."""
    detection = FlashDetection(fps, (pictures[0].shape[0], pictures[0].shape[1]), Configuration())
    for number in range(fps * SECONDS):
        detection.set_current_frame(np.ascontiguousarray(pictures[number % len(pictures)][..., ::-1]))
        detection.analyse_frame(number)
    return bool(detection.flash_fail)


def fails_in_gifmill(pictures: Sequence[Pixels]) -> bool:
    detector = FlashDetector(SIZE)
    for picture in pictures:
        detector.add_pixels(picture, 100 // FPS)
    return detector.max_changes_per_second() > MAX_CHANGES_PER_SECOND


def alternating_frames(
    one: Sequence[int], other: Sequence[int], half_period: int, columns: int
) -> list[Pixels]:
    """Return frames with alternating colours in the left columns; the rest is black."""
    pictures = []
    for colour in (one, other):
        picture = np.zeros((SIZE.height, SIZE.width, 3), np.uint8)
        picture[:, :columns] = colour
        pictures += [picture] * half_period
    return pictures


@pytest.mark.parametrize("half_period", range(1, 13))
@pytest.mark.parametrize(
    ("one", "other"), [(BLACK, WHITE), (RED, BLACK), (RED, BLUE), (BLUE, BLACK), ((130, 0, 0), (90, 0, 0))]
)
def test_both_agree_if_the_whole_picture_flashes(
    one: tuple[int, int, int], other: tuple[int, int, int], half_period: int
) -> None:
    pictures = alternating_frames(one, other, half_period, SIZE.width)
    assert fails_in_gifmill(pictures) is fails_in_iris(pictures)


def relative_luminance(level: int) -> float:
    encoded = level / 255
    return encoded / 12.92 if encoded <= 0.04045 else ((encoded + 0.055) / 1.055) ** 2.4


@given(st.integers(0, 255), st.integers(0, 255), st.integers(1, 9))
@settings(max_examples=80)
def test_both_agree_on_greys(one: int, other: int, half_period: int) -> None:
    assume(abs(abs(relative_luminance(one) - relative_luminance(other)) - 0.1) > 1e-3)  # rounding decides
    assume(abs(min(relative_luminance(one), relative_luminance(other)) - 0.8) > 1e-3)
    pictures = alternating_frames([one] * 3, [other] * 3, half_period, SIZE.width)
    assert fails_in_gifmill(pictures) is fails_in_iris(pictures)


colours = st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))


@given(colours, colours, st.integers(1, 9), st.integers(1, SIZE.width))
@settings(max_examples=120)
def test_pictures_that_fail_in_iris_fail_in_gifmill(
    one: tuple[int, int, int], other: tuple[int, int, int], half_period: int, columns: int
) -> None:
    assume(columns * 4 != SIZE.width)  # IRIS rejects a quarter, which is allowed
    pictures = alternating_frames(one, other, half_period, columns)
    assert fails_in_gifmill(pictures) or not fails_in_iris(pictures)


@given(st.integers(3, 25), st.floats(0.02, 0.5), st.floats(0.1, 0.5))
@settings(max_examples=60)
def test_both_agree_on_slow_waves(period: int, swing: float, middle: float) -> None:
    assume(period != 8)  # 3.1 flashes a second: three or four, depending on the start of the second
    assume(abs(2 * swing - 0.1) > 0.02)
    phases = np.arange(period) * 2 * np.pi / period
    levels = np.clip(middle + swing * np.sin(phases), 0, 1)
    assume(abs(np.ptp(levels) - 0.1) > 0.01)
    encoded = np.where(levels <= 0.0031308, 12.92 * levels, 1.055 * levels ** (1 / 2.4) - 0.055)
    pictures = [np.full((SIZE.height, SIZE.width, 3), round(255 * level), np.uint8) for level in encoded]
    assert fails_in_gifmill(pictures) is fails_in_iris(pictures)


def frames_at(gif: bytes, fps: int) -> list[Pixels]:
    """Return the frames of one loop of a GIF, repeated by their delay."""
    pictures: list[Pixels] = []
    with Image.open(io.BytesIO(gif)) as image:
        for frame in ImageSequence.Iterator(image):
            pictures += [np.asarray(frame.convert("RGB"))] * round(frame.info["duration"] * fps / 1000)
    return pictures


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
@pytest.mark.parametrize("path", PHOTOS, ids=lambda path: path.stem)
def test_no_effect_fails_in_iris_at_its_defaults(effect: Effect, path: Path) -> None:
    gif = gifmill.render(gifmill.open_photo(path, max_side_px=96), effect.name)
    assert not fails_in_iris(frames_at(gif.data, 50), 50)


@pytest.mark.parametrize("effect", ["spin", "glitch", "shake", "zoom"])
@pytest.mark.parametrize("duration", [0.3, 0.5])
@pytest.mark.parametrize("path", PHOTOS, ids=lambda path: path.stem)
def test_no_slowed_or_softened_file_fails_in_iris(effect: str, duration: float, path: Path) -> None:
    gif = gifmill.render(gifmill.open_photo(path, max_side_px=96), gifmill.EFFECTS[effect], duration=duration)
    assert not fails_in_iris(frames_at(gif.data, 50), 50)
