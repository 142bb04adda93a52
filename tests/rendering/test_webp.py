from __future__ import annotations

import io
import weakref
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageSequence

from gifmill.animation import Animation, Blocks, Frame, Plain, Size
from gifmill.gif import PRESETS
from gifmill.gif.flash_detector import FlashDetector
from gifmill.rendering.webp import WEBP_PRESETS, WebpPreset, encode_webp

if TYPE_CHECKING:
    from gifmill.animation import Pixels

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


def with_alpha(colour: int | Pixels, alpha: Pixels | int) -> Pixels:
    """Return pixels of one grey, or of these colours, with straight alpha."""
    pixels = np.empty((SIZE.height, SIZE.width, 4), np.uint8)
    pixels[..., :3] = colour
    pixels[..., 3] = alpha
    return pixels


def noise(seed: int) -> Pixels:
    """Return a picture of too many colours to be stored without loss."""
    return np.random.default_rng(seed).integers(0, 256, (SIZE.height, SIZE.width, 3), np.uint8)


def animated(*pictures: Pixels, delay_cs: int = 10) -> Animation:
    return Animation(tuple(Frame(picture, Plain(), delay_cs) for picture in pictures), SIZE)


def decoded_alpha(data: bytes) -> list[Pixels]:
    with Image.open(io.BytesIO(data)) as image:
        return [np.asarray(frame.convert("RGBA"))[..., 3] for frame in ImageSequence.Iterator(image)]


def soft_edges(frames: int = 5) -> list[Pixels]:
    """Return alpha masks of all levels that move to the left."""
    ramp = np.arange(SIZE.height * SIZE.width).reshape(SIZE.height, SIZE.width).astype(np.uint8)
    return [np.roll(ramp, -7 * at, axis=1) for at in range(frames)]


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


@pytest.mark.parametrize("preset", WEBP_PRESETS.values())
def test_a_mosaic_of_few_colours_is_exact(preset: WebpPreset) -> None:
    colours = np.random.default_rng(1).integers(0, 256, (2, 4, 6, 3), np.uint8)
    mosaics = Animation(tuple(Frame(blocks, Blocks(8, 8), 10) for blocks in colours), SIZE)
    for at, picture in enumerate(decoded(encode_webp(mosaics, preset)[0])[0]):
        assert np.array_equal(picture, mosaics.canvas(at))


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


@pytest.mark.parametrize("preset", WEBP_PRESETS.values())
@pytest.mark.parametrize("colour", [120, noise(1)], ids=["one colour", "noise"])
def test_every_level_of_alpha_is_kept(preset: WebpPreset, colour: int | Pixels) -> None:
    masks = soft_edges()
    data, frames = encode_webp(animated(*(with_alpha(colour, mask) for mask in masks)), preset)
    assert frames == len(masks)
    assert np.array_equal(decoded_alpha(data), masks)


def test_a_single_frame_keeps_its_alpha() -> None:
    data, frames = encode_webp(animated(with_alpha(120, soft_edges()[0])), WEBP_PRESETS["balanced"])
    assert frames == 1
    assert np.array_equal(decoded_alpha(data), soft_edges()[:1])


def test_frames_with_and_without_alpha_may_alternate() -> None:
    mask = soft_edges()[0]
    opaque = np.full((SIZE.height, SIZE.width, 3), 200, np.uint8)
    pictures = [opaque, with_alpha(noise(1), mask), opaque, with_alpha(90, 0)]
    data, frames = encode_webp(animated(*pictures), WEBP_PRESETS["balanced"])
    assert frames == 4
    assert np.array_equal(
        decoded_alpha(data), [np.full_like(mask, 255), mask, np.full_like(mask, 255), mask * 0]
    )


def test_visible_pixels_of_a_transparent_frame_keep_their_colour() -> None:
    mask = np.zeros((SIZE.height, SIZE.width), np.uint8)
    mask[8:24, 8:24] = 255
    data, _ = encode_webp(animated(with_alpha(30, mask), with_alpha(220, mask)), WEBP_PRESETS["smooth"])
    for picture, grey in zip(decoded(data)[0], (30, 220), strict=True):
        assert np.abs(picture[mask == 255].astype(int) - grey).max() < 8


def test_a_canvas_around_opaque_boxes_is_transparent() -> None:
    """The codec writes such boxes as smaller opaque frames."""
    box = np.zeros((SIZE.height, SIZE.width), np.uint8)
    box[8:24, 8:24] = 255
    data, _ = encode_webp(
        animated(with_alpha(noise(1), box), with_alpha(noise(2), box)), WEBP_PRESETS["balanced"]
    )
    assert np.array_equal(decoded_alpha(data), [box, box])


def test_a_pixel_that_becomes_transparent_shows_nothing_of_the_frame_before() -> None:
    left, right = (np.zeros((SIZE.height, SIZE.width), np.uint8) for _ in range(2))
    left[:, :20], right[:, 28:] = 255, 255
    pictures = [with_alpha(noise(at), mask) for at, mask in enumerate([left, right, left])]
    data, _ = encode_webp(animated(*pictures), WEBP_PRESETS["balanced"])
    assert np.array_equal(decoded_alpha(data), [left, right, left])


def test_equal_neighbours_with_alpha_are_merged() -> None:
    mask = soft_edges()[0]
    pictures = [with_alpha(10, mask), with_alpha(10, mask), with_alpha(200, mask)]
    data, frames = encode_webp(animated(*pictures), WEBP_PRESETS["fast"])
    assert frames == 2
    assert decoded(data)[1] == [200, 100]


def test_an_opaque_frame_equals_one_with_full_alpha() -> None:
    opaque = np.full((SIZE.height, SIZE.width, 3), 10, np.uint8)
    assert encode_webp(animated(opaque, with_alpha(10, 255)), WEBP_PRESETS["fast"])[1] == 1


@pytest.mark.parametrize("grey", [0, 255])
def test_the_flash_detector_sees_transparent_pixels_on_white_and_on_black(grey: int) -> None:
    detector = FlashDetector(SIZE)
    strobe = [with_alpha(grey, 255), with_alpha(grey, 0)] * 5
    encode_webp(animated(*strobe, delay_cs=5), WEBP_PRESETS["fast"], detector)
    assert detector.max_changes_per_second() == 20


@pytest.mark.parametrize(("grey", "alphas"), [(255, (128, 255)), (255, (0, 127)), (0, (0, 127))])
def test_flashes_of_half_transparent_pixels_are_counted(grey: int, alphas: tuple[int, int]) -> None:
    detector = FlashDetector(SIZE)
    strobe = [with_alpha(grey, alpha) for alpha in alphas] * 5
    encode_webp(animated(*strobe, delay_cs=5), WEBP_PRESETS["fast"], detector)
    assert detector.max_changes_per_second() == 20


def test_the_colour_below_full_transparency_does_not_flash() -> None:
    detector = FlashDetector(SIZE)
    strobe = [with_alpha(0, 0), with_alpha(255, 0)] * 5
    encode_webp(animated(*strobe, delay_cs=5), WEBP_PRESETS["fast"], detector)
    assert detector.max_changes_per_second() == 0


def test_a_slow_fade_beside_motion_reaches_its_end() -> None:
    """The codec takes a pixel that hardly changes for unchanged: a key frame must correct it in time."""
    greys = range(100, 160)
    pictures = [np.full((SIZE.height, SIZE.width, 3), grey, np.uint8) for grey in greys]
    for at, picture in enumerate(pictures):
        picture[:, :16] = noise(at)[:, :16]
    shown = decoded(encode_webp(animated(*pictures), WEBP_PRESETS["small"])[0])[0]
    for at, grey in enumerate(greys):
        assert abs(int(shown[at][:, 20:].mean()) - grey) <= 6


def test_one_frame_is_in_memory_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[weakref.ref[Pixels]] = []
    most = 0

    def canvas(self: Animation, index: int) -> Pixels:
        nonlocal most
        pixels = self.frames[index].draw().copy()
        drawn.append(weakref.ref(pixels))
        most = max(most, sum(reference() is not None for reference in drawn))
        return pixels

    monkeypatch.setattr(Animation, "canvas", canvas)
    encode_webp(moving(8), WEBP_PRESETS["fast"])
    assert (len(drawn), most) == (8, 1)


@pytest.mark.parametrize("loop", [1, 2, 65_535])
def test_a_webp_plays_as_often_as_requested(loop: int) -> None:
    data, _ = encode_webp(moving(), WEBP_PRESETS["fast"], loop=loop)
    with Image.open(io.BytesIO(data)) as image:
        assert image.info["loop"] == loop
