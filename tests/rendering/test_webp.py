from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.gif import PRESETS
from gifmill.gif.flash_detector import FlashDetector
from gifmill.rendering.webp import WEBP_PRESETS, WebpPreset, encode_webp

SIZE = Size(48, 32)


def moving(frames: int = 5, delay_cs: int = 7) -> Animation:
    """Return an animation of a gradient that moves to the left."""
    row = np.arange(SIZE.width, dtype=np.uint8) * 5
    pictures = [
        np.stack(np.broadcast_arrays(np.roll(row, 4 * at), 255 - row, np.arange(SIZE.height)[:, None]), -1)
        for at in range(frames)
    ]
    return Animation(tuple(Frame(picture.astype(np.uint8), Plain(), delay_cs) for picture in pictures), SIZE)


def still(*greys: int, delay_cs: int = 10) -> Animation:
    pictures = [np.full((SIZE.height, SIZE.width, 3), grey, np.uint8) for grey in greys]
    return Animation(tuple(Frame(picture, Plain(), delay_cs) for picture in pictures), SIZE)


def decoded(data: bytes) -> tuple[list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]], list[int]]:
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "WEBP"
        pictures, delays_ms = [], []
        for frame in ImageSequence.Iterator(image):
            pictures.append(np.asarray(frame.convert("RGB")))
            delays_ms.append(frame.info["duration"])
        return pictures, delays_ms


@pytest.mark.parametrize("preset", WEBP_PRESETS.values())
def test_every_frame_is_written_with_its_delay(preset: WebpPreset) -> None:
    data, frames = encode_webp(moving(), preset)
    pictures, delays_ms = decoded(data)
    assert frames == len(pictures) == 5
    assert delays_ms == [70] * 5


def test_decoded_frames_resemble_the_animation() -> None:
    animation = moving()
    pictures, _ = decoded(encode_webp(animation, WEBP_PRESETS["smooth"])[0])
    for at, picture in enumerate(pictures):
        assert np.abs(picture.astype(int) - animation.canvas(at)).mean() < 8


def test_a_webp_loops_forever() -> None:
    with Image.open(io.BytesIO(encode_webp(moving(), WEBP_PRESETS["fast"])[0])) as image:
        assert image.info["loop"] == 0


def test_equal_neighbours_are_merged_and_counted_as_one() -> None:
    data, frames = encode_webp(still(10, 10, 200), WEBP_PRESETS["fast"])
    assert frames == 2
    assert decoded(data)[1] == [200, 100]


def test_a_lower_quality_has_fewer_bytes() -> None:
    sizes = [len(encode_webp(moving(), WEBP_PRESETS[name])[0]) for name in ("small", "balanced", "smooth")]
    assert sizes == sorted(sizes)


def test_the_same_animation_gives_the_same_bytes() -> None:
    assert encode_webp(moving(), WEBP_PRESETS["fast"]) == encode_webp(moving(), WEBP_PRESETS["fast"])


def test_webp_has_the_same_presets_as_gif() -> None:
    assert list(WEBP_PRESETS) == list(PRESETS)


def test_the_flash_detector_counts_changes_of_a_strobe() -> None:
    detector = FlashDetector(SIZE)
    _, frames = encode_webp(still(*[0, 255] * 5, delay_cs=5), WEBP_PRESETS["fast"], detector)
    assert frames == 10
    assert detector.max_changes_per_second() == 20


def test_the_flash_detector_counts_no_changes_of_a_still_picture() -> None:
    detector = FlashDetector(SIZE)
    assert encode_webp(still(90, 90), WEBP_PRESETS["fast"], detector)[1] == 1
    assert detector.max_changes_per_second() == 0
