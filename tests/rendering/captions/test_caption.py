from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from PIL import features

from gifmill.animation import Animation, Blocks, Frame, Pixels, Plain, Size, Tiles
from gifmill.effects import CAPTION_MOTION, CAPTION_PLACE, CAPTION_STYLE
from gifmill.errors import MissingGlyph
from gifmill.rendering.captions import Caption, add_caption
from gifmill.rendering.captions.system_fonts import find_system_font

GREY = 128
SIZES = [
    Size(*each)
    for each in [(64, 64), (64, 43), (97, 64), (64, 6), (6, 64), (480, 360), (1080, 108), (108, 1080)]
]
TEXTS = [
    "W",
    "WHEN IT WORKS",
    "Jgjpqy|()[]",
    "Привет, ЩУЁ",
    "Καλημέρα ΐ Ϋ",
    "ẪỆ Tiếng Việt Ặ",
    "Ŵ" * 60,
    "I i l . " * 14,
]
SYSTEM_TEXTS = [
    "مرحبا بالعالم",
    "שלום (עולם) 12",
    "नमस्ते दुनिया",
    "こんにちは、世界",
    "안녕 세계",
    "สวัสดี",
    "x\u0302",
    "🎉👍🏽 ok",
    "🇩🇪",
]


def still(size: Size, channels: int = 3, delay_cs: int = 100, frames: int = 1) -> Animation:
    pixels = np.full((size.height, size.width, channels), GREY, np.uint8)
    return Animation((Frame(pixels, Plain(), delay_cs),) * frames, size)


def canvases(animation: Animation) -> list[Pixels]:
    return [animation.canvas(index) for index in range(len(animation.frames))]


def border(canvas: Pixels) -> Pixels:
    """Return the outermost pixels: where a letter is cut off, they are not grey."""
    return np.concatenate([canvas[0], canvas[-1], canvas[:, 0], canvas[:, -1]])


def check_inside(text: str, size: Size, motion: str, at_top: bool) -> None:
    shown = canvases(add_caption(still(size), Caption(text, at_top, motion=motion)))

    assert all((border(canvas) == GREY).all() for canvas in shown)
    if min(size) > 8:
        assert (shown[0] != GREY).any()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_letter_is_cut_off_in_any_size(text: str, size: Size) -> None:
    for at_top in (False, True):
        check_inside(text, size, "static", at_top)


@pytest.mark.parametrize("motion", CAPTION_MOTION.choices)
@pytest.mark.parametrize("size", [Size(64, 43), Size(300, 200), Size(400, 40)], ids=str)
def test_no_letter_is_cut_off_while_it_moves(motion: str, size: Size) -> None:
    check_inside("WHEN IT WORKS ẪỆg", size, motion, at_top=False)
    check_inside("WHEN IT WORKS ẪỆg", size, motion, at_top=True)


@pytest.mark.parametrize("text", SYSTEM_TEXTS)
def test_scripts_of_system_fonts_are_inside_too(text: str) -> None:
    for size, motion in product([Size(64, 64), Size(480, 360)], CAPTION_MOTION.choices):
        try:
            check_inside(text, size, motion, at_top=False)
        except MissingGlyph as error:
            pytest.skip(error.message)


def test_a_character_that_no_font_has_is_named() -> None:
    with pytest.raises(MissingGlyph, match=r"^No font has a glyph for U\+11F04 KAWI LETTER A of .*Remove it"):
        add_caption(still(Size(64, 64)), Caption("secret \U00011f04 secret"))


@pytest.mark.skipif(bool(features.check("raqm")), reason="raqm can be used here")
def test_a_script_that_needs_raqm_is_an_error_without_it() -> None:
    if find_system_font("م", emoji=False) is None:
        pytest.skip("no Arabic font")
    with pytest.raises(MissingGlyph, match="needs the library FriBiDi"):
        add_caption(still(Size(64, 64)), Caption("مرحبا"))


def test_letters_have_black_outlines_on_any_background() -> None:
    for level in (0, 90, 255):
        pixels = np.full((240, 320, 3), level, np.uint8)
        canvas = add_caption(
            Animation((Frame(pixels, Plain(), 10),), Size(320, 240)), Caption("HELLO")
        ).canvas(0)
        white = (canvas == 255).all(axis=2)
        black = (canvas == 0).all(axis=2)
        if level == 90:
            assert white.sum() > 1000
            assert black.sum() > 1000
        assert canvas.max() == 255
        assert canvas.min() == 0
        if level == 255:  # white letters are seen by their outline alone
            assert black.sum() > 1000


def test_a_bar_covers_the_width_and_has_black_letters() -> None:
    canvas = add_caption(still(Size(320, 240)), Caption("HELLO", bar=True)).canvas(0)

    assert (canvas[-1] == 255).all()
    assert (canvas[0] == GREY).all()
    assert ((canvas == 0).all(axis=2)).sum() > 1000


def test_a_bar_at_the_top_mirrors_one_at_the_bottom() -> None:
    top, bottom = (
        add_caption(still(Size(320, 240)), Caption("HIH", at_top, bar=True)).canvas(0)
        for at_top in (True, False)
    )
    rows = [int((canvas != GREY).all(axis=(1, 2)).sum()) for canvas in (top, bottom)]

    assert abs(rows[0] - rows[1]) <= 1


def test_the_whole_canvas_stays_where_no_caption_is() -> None:
    canvas = add_caption(still(Size(320, 240)), Caption("HELLO")).canvas(0)

    assert (canvas[:120] == GREY).all()


def test_a_caption_is_opaque_on_transparent_frames() -> None:
    pixels = np.zeros((240, 320, 4), np.uint8)
    canvas = add_caption(Animation((Frame(pixels, Plain(), 10),), Size(320, 240)), Caption("HELLO")).canvas(0)
    opaque = canvas[canvas[..., 3] == 255]

    assert len(opaque) > 1000
    assert {tuple(each) for each in opaque} >= {(255, 255, 255, 255), (0, 0, 0, 255)}
    assert (canvas[:120, :, 3] == 0).all()


@pytest.mark.parametrize("layout", [Blocks(40, 40), Tiles()], ids=["blocks", "tiles"])
def test_a_caption_lies_on_blocks_and_tiles(layout: Blocks | Tiles) -> None:
    source = np.full((4, 4, 3), GREY, np.uint8)
    animation = Animation((Frame(source, layout, 10),), Size(160, 160))
    captioned = add_caption(animation, Caption("HELLO"))

    assert captioned.frames[0].layout == Plain()
    assert (captioned.canvas(0) != animation.canvas(0)).any()


@pytest.mark.parametrize("motion", ["typewriter", "wave", "shake"])
def test_long_frames_are_divided_so_that_a_caption_moves(motion: str) -> None:
    captioned = add_caption(still(Size(96, 64), frames=3), Caption("HELLO", motion=motion))

    assert len(captioned.frames) == 60
    assert captioned.duration_cs == 300
    assert len({canvas.tobytes() for canvas in canvases(captioned)}) >= 6


def test_a_static_caption_divides_no_frame() -> None:
    assert len(add_caption(still(Size(96, 64), frames=3), Caption("HELLO")).frames) == 3


@pytest.mark.parametrize("frame_cs", [10, 12.5, 100, 1000])
def test_frames_are_divided_no_further_than_requested(frame_cs: float) -> None:
    captioned = add_caption(still(Size(96, 64), frames=3), Caption("HELLO", motion="wave"), frame_cs)

    assert len(captioned.frames) == 3 * max(1, int(100 / frame_cs))


@pytest.mark.parametrize("motion", ["wave", "typewriter"])
def test_the_last_step_of_a_motion_is_no_larger_than_the_others(motion: str) -> None:
    shown = canvases(add_caption(still(Size(200, 100), delay_cs=120), Caption("HELLO", motion=motion)))
    steps = [int(np.abs(a.astype(int) - b).sum()) for a, b in zip(shown, [*shown[1:], shown[0]], strict=True)]

    assert steps[-1] <= max(steps[:-1])


def test_the_first_frame_shows_the_text_as_a_static_caption_does() -> None:
    static = add_caption(still(Size(200, 100)), Caption("HELLO")).canvas(0)

    assert (
        add_caption(still(Size(200, 100)), Caption("HELLO", motion="typewriter")).canvas(0) == static
    ).all()


def test_the_same_caption_has_the_same_pixels() -> None:
    first, second = (
        canvases(add_caption(still(Size(200, 100)), Caption("Same thing", motion="shake"))) for _ in range(2)
    )

    assert all((a == b).all() for a, b in zip(first, second, strict=True))


def test_every_combination_of_options_can_be_drawn() -> None:
    for place, style, motion in product(CAPTION_PLACE.choices, CAPTION_STYLE.choices, CAPTION_MOTION.choices):
        caption = Caption("Hello\nthere", place == "top", style == "bar", motion)

        assert (add_caption(still(Size(160, 120)), caption).canvas(0) != GREY).any()
