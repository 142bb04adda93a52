from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from PIL import Image
from tests.gif.decoder import decode
from tests.gif.pictures import clip, decoded_frames, decoded_masks, photo, pillow_frames, pillow_masks

from gifmill.animation import Animation, Blocks, Frame, Plain, Size
from gifmill.gif import PRESETS, FlashDetector, Preset, encode, encode_animation
from gifmill.gif.core import Window
from gifmill.gif.flash_measurement import MAX_CHANGES_PER_SECOND
from gifmill.gif.transparency import Picture, bounding_box, one_bit_alpha, picture_of

if TYPE_CHECKING:
    from collections.abc import Callable

EACH_PRESET = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
BALANCED = PRESETS["balanced"]


def disc(width: int, height: int, x: float, radius: float) -> np.ndarray:
    """Return an alpha channel: 255 in a disc, with an edge two pixels wide."""
    rows, columns = np.mgrid[:height, :width]
    distance = np.hypot(columns - x, rows - height / 2)
    alpha: np.ndarray = ((radius - distance) * 128 + 128).clip(0, 255).astype(np.uint8)
    return alpha


def moving_discs(count: int = 5) -> list[np.ndarray]:
    """Return frames of a round photo that moves over nothing."""
    return [np.dstack([photo(80, 40), disc(80, 40, 20 + 9 * number, 15)]) for number in range(count)]


@EACH_PRESET
def test_two_decoders_show_the_shape_of_each_frame(preset: Preset) -> None:
    frames = moving_discs()
    data = encode(clip(*frames), preset)
    for masks in (decoded_masks(data), pillow_masks(data)):
        for mask, frame in zip(masks, frames, strict=True):
            np.testing.assert_array_equal(mask, frame[..., 3] >= 128)


@EACH_PRESET
def test_visible_pixels_resemble_the_original(preset: Preset) -> None:
    frames = moving_discs()
    data = encode(clip(*frames), preset)
    for shown, seen, frame in zip(decoded_frames(data), pillow_frames(data), frames, strict=True):
        visible = frame[..., 3] >= 128
        np.testing.assert_array_equal(shown[visible], seen[visible])
        assert abs(shown[visible].astype(int) - frame[visible][:, :3]).mean() < 8


@pytest.mark.parametrize("entries", [2, 200, 255, 256, 300])
def test_pictures_of_few_colours_stay_exact(entries: int) -> None:
    """Of 256 colours one gives way to the transparent index."""
    colours = np.random.default_rng(1).integers(0, 256, (entries, 3), np.uint8)
    pixels = colours[np.arange(30 * 40).reshape(30, 40) % entries]
    frame = np.dstack([pixels, np.full((30, 40), 255, np.uint8)])
    frame[0, 0, 3] = 0
    data = encode(clip(frame), PRESETS["crisp"])
    (shown,), (mask,) = decoded_frames(data), decoded_masks(data)
    assert mask.sum() == mask.size - 1
    if entries <= 255:
        np.testing.assert_array_equal(shown[mask], pixels[mask])


def test_an_opaque_alpha_channel_changes_nothing() -> None:
    frames = [photo(50, 40, seed) for seed in range(4)]
    opaque = [np.dstack([frame, np.full((40, 50), 255, np.uint8)]) for frame in frames]
    assert encode(clip(*opaque)) == encode(clip(*frames))


def test_opaque_and_transparent_frames_alternate() -> None:
    frames = [photo(80, 40), moving_discs(1)[0], photo(80, 40, 1), np.zeros((40, 80, 4), np.uint8)]
    masks = decoded_masks(encode(clip(*frames)))
    assert [mask.mean() for mask in masks[::2]] == [1, 1]
    np.testing.assert_array_equal(masks[1], frames[1][..., 3] >= 128)
    assert not masks[3].any()


def test_a_frame_is_cleared_only_where_pixels_vanish() -> None:
    growing = [np.dstack([photo(80, 40), disc(80, 40, 40, radius)]) for radius in (5, 10, 15)]
    assert {block.disposal for block in decode(encode(clip(*growing))).blocks} == {1}
    shrinking = decode(encode(clip(*growing[::-1]))).blocks
    assert [block.disposal for block in shrinking] == [2, 2, 1]


def test_pixels_that_stay_are_not_written_again() -> None:
    still = np.dstack([photo(80, 40), disc(80, 40, 20, 15)])
    with_dot = still.copy()
    with_dot[10:13, 60:63] = 200
    blocks = decode(encode(clip(still, with_dot, still))).blocks
    assert [(block.width, block.height) for block in blocks[1:]] == [(3, 3), (1, 1)]


def test_equal_frames_of_one_shape_are_merged() -> None:
    frame = moving_discs(1)[0]
    invisible_change = frame.copy()
    invisible_change[frame[..., 3] == 0, 0] ^= 255
    data, count = encode_animation(clip(frame, invisible_change), BALANCED)
    assert count == 1
    assert decode(data).blocks[0].delay_cs == 10


def test_a_change_of_shape_alone_is_a_frame() -> None:
    frame = moving_discs(1)[0]
    other = frame.copy()
    other[20, 20, 3] = 0
    assert encode_animation(clip(frame, other), BALANCED)[1] == 2


def test_blocks_may_be_transparent() -> None:
    source = np.array([[[255, 0, 0, 255], [0, 0, 0, 0]]], np.uint8)
    data = encode(Animation((Frame(source, Blocks(3, 2), 9),), Size(4, 3)))
    np.testing.assert_array_equal(decoded_masks(data)[0], [[True, True, False, False]] * 3)


def test_half_transparent_pixels_are_mixed_with_the_matte() -> None:
    frame = np.full((4, 4, 4), (200, 0, 100, 128), np.uint8)
    data = encode(clip(frame), matte=(0, 255, 100))
    assert set(map(tuple, decoded_frames(data)[0].reshape(-1, 3).tolist())) == {(100, 127, 100)}


def test_without_a_matte_half_transparent_pixels_keep_their_colour() -> None:
    data = encode(clip(np.full((4, 4, 4), (200, 0, 100, 128), np.uint8)))
    assert (decoded_frames(data)[0] == (200, 0, 100)).all()


RED, SHADOW = np.array((230, 40, 30, 255)) / 255, np.array((0, 0, 0, 110)) / 255


def over(upper: np.ndarray, lower: np.ndarray, cover: float) -> np.ndarray:
    """Return the pixel of an edge that covers a part of what is below. Source: Porter and Duff (1984)."""
    alpha, below = cover * upper[3], (1 - cover * upper[3]) * lower[3]
    colour = (alpha * upper[:3] + below * lower[:3]) / (alpha + below)
    levels: np.ndarray = np.rint(np.append(colour, alpha + below) * 255).astype(np.uint8)
    return levels


@pytest.mark.parametrize("cover", [0.3, 0.5, 0.9])
def test_no_shadow_is_mixed_into_the_edge_above_it(cover: float) -> None:
    pixels = np.empty((5, 9, 4), np.uint8)
    pixels[:, :4], pixels[:, 4], pixels[:, 5:] = over(RED, SHADOW, 1), over(RED, SHADOW, cover), SHADOW * 255
    picture = picture_of(pixels)
    assert picture.visibility()[2].tolist() == [1] * 5 + [0] * 4
    assert abs(picture.pixels[2, 4].astype(int) - (230, 40, 30)).max() <= 5


@pytest.mark.parametrize("cover", [0.02, 0.15])
@pytest.mark.parametrize("gap", [0, 1, 3])
def test_a_shadow_that_an_edge_makes_half_opaque_is_not_shown(cover: float, gap: int) -> None:
    """With a gap, as after resampling: a Lanczos filter rings."""
    shadow = np.array((0, 0, 0, 126)) / 255
    pixels = np.empty((5, 9, 4), np.uint8)
    pixels[:, :4], pixels[:, 4:], pixels[:, 4 + gap] = (
        over(RED, shadow, 1),
        shadow * 255,
        over(RED, shadow, cover),
    )
    assert picture_of(pixels).visibility()[2].tolist() == [1] * 4 + [0] * 5
    assert one_bit_alpha(pixels)[2, :, 3].tolist() == [255] * 4 + [0] * 5


def test_a_slow_fade_keeps_its_colours() -> None:
    pixels = np.zeros((3, 128, 4), np.uint8)
    pixels[..., 0], pixels[..., 3] = np.arange(128), np.arange(128) + 100
    picture = picture_of(pixels)
    assert abs(picture.pixels[1, 28:, 0].astype(int) - range(28, 128)).max() <= 4


def test_an_outline_over_nothing_keeps_its_colour() -> None:
    pixels = np.zeros((5, 9, 4), np.uint8)
    pixels[:, :4], pixels[:, 4] = 255, (10, 20, 30, 150)
    assert picture_of(pixels).pixels[2, 4].tolist() == [10, 20, 30]


@pytest.mark.parametrize(("alpha", "visible"), [(0, False), (127, False), (128, True), (255, True)])
def test_a_pixel_is_visible_from_half_its_alpha(alpha: int, visible: bool) -> None:
    picture = picture_of(np.full((2, 3, 4), alpha, np.uint8))
    assert (picture.visibility() == visible).all()


def test_transparent_pixels_have_no_say_in_the_palette() -> None:
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[0, 0] = 9, 8, 7, 255
    np.testing.assert_array_equal(picture_of(pixels).visible_pixels(), [[[9, 8, 7]]])
    nothing = picture_of(np.zeros((2, 2, 4), np.uint8))
    np.testing.assert_array_equal(nothing.visible_pixels(), [[[0, 0, 0]]])


def test_the_box_of_a_mask_is_the_smallest() -> None:
    mask = np.zeros((7, 9), np.bool)
    assert bounding_box(mask) is None
    mask[2, 3] = mask[4, 1] = True
    assert bounding_box(mask) == Window(1, 2, 4, 5)


def test_an_opaque_picture_makes_nothing_vanish() -> None:
    opaque, empty = Picture(photo(6, 5)), picture_of(np.zeros((5, 6, 4), np.uint8))
    assert empty.vanishing_window(opaque) is None
    assert opaque.vanishing_window(empty) == Window(0, 0, 6, 5)


@pytest.mark.parametrize("grey", [0, 255])
def test_flashes_are_counted_on_white_and_on_black(grey: int) -> None:
    """A blinking shape flashes on the background that it contrasts with."""
    shape = np.full((40, 40, 4), (grey, grey, grey, 255), np.uint8)
    nothing = np.zeros((40, 40, 4), np.uint8)
    frames = [Frame((shape, nothing)[number % 2], Plain(), 5) for number in range(20)]
    detector = FlashDetector(Size(40, 40))
    encode_animation(Animation(tuple(frames), Size(40, 40)), BALANCED, detector)
    assert detector.max_changes_per_second() > MAX_CHANGES_PER_SECOND


def test_the_first_frame_may_show_nothing() -> None:
    data = encode(clip(np.zeros((5, 6, 4), np.uint8), photo(6, 5)))
    assert [bool(mask.all()) for mask in decoded_masks(data)] == [False, True]
    with Image.open(BytesIO(data)) as image:
        assert not np.asarray(image.convert("RGBA"))[..., 3].any()


def test_a_single_pixel_can_vanish() -> None:
    data = encode(clip(photo(1, 1), np.zeros((1, 1, 4), np.uint8)))
    assert [mask.tolist() for mask in decoded_masks(data)] == [[[True]], [[False]]]


@pytest.mark.parametrize("arrange", [np.rot90, np.asfortranarray, lambda frame: frame[::-1]])
def test_arrays_in_any_order_of_memory_are_encoded(arrange: Callable[[np.ndarray], np.ndarray]) -> None:
    frames = [arrange(frame) for frame in moving_discs(3)]
    assert encode(clip(*frames)) == encode(clip(*(np.ascontiguousarray(frame) for frame in frames)))


@pytest.mark.parametrize("matte", [(300, 0, 0), (-1, 0, 0), (1, 0), (1, 2, 3, 4), (0.5, 0, 0), "red", 7])
def test_a_matte_is_three_levels(matte: object) -> None:
    with pytest.raises(ValueError, match="red, green and blue"):
        encode(clip(*moving_discs(1)), matte=cast("tuple[int, int, int]", matte))


@pytest.mark.parametrize("shape", [(5, 6), (5, 6, 2), (5, 6, 5), (1, 5, 6, 3)])
def test_a_frame_has_three_or_four_channels(shape: tuple[int, ...]) -> None:
    frame = Frame(np.zeros(shape, np.uint8), Plain(), 5)
    with pytest.raises(ValueError, match=r"channels|canvas"):
        encode(Animation((frame,), Size(6, 5)))


def test_a_frame_is_of_bytes() -> None:
    with pytest.raises(ValueError, match="uint8 pixels"):
        picture_of(np.zeros((5, 6, 4)).astype(np.uint16))
