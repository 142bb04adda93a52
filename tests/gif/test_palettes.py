"""Palettes of an animation: common or one per frame, exact where the colours are few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.gif.decoder import decode
from tests.gif.frames import random_colours, random_pixels
from tests.gif.pictures import changing_hues, clip, decoded_frames, moving, photo

from gifmill.animation import Animation, Blocks, Frame, Plain, Size, Tiles
from gifmill.gif import PRESETS, Preset, encode
from gifmill.gif.palettes import FramePalette, choose_palettes

BALANCED, SMALL = PRESETS["balanced"], PRESETS["small"]
BLUE = (20, 60, 230)
presets = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)


def frame_palettes(animation: Animation, preset: Preset) -> list[FramePalette]:
    """Return the palette of each frame."""
    palettes = choose_palettes(animation, preset)
    frames = enumerate(animation.frames)
    return [palettes.of(number, frame.draw(), frame.layout) for number, frame in frames]


def common(animation: Animation, preset: Preset) -> FramePalette | None:
    """Return the palette that all frames share, or None."""
    palettes = frame_palettes(animation, preset)
    assert len({palette.shared for palette in palettes}) == 1
    assert all((palette is palettes[0]) == palettes[0].shared for palette in palettes[1:])
    return palettes[0] if palettes[0].shared else None


@presets
def test_frames_that_move_share_a_palette(preset: Preset) -> None:
    assert common(clip(*moving()), preset)


@presets
def test_frames_with_changing_hues_have_one_palette_each(preset: Preset) -> None:
    assert common(clip(*changing_hues()), preset) is None


@pytest.mark.parametrize("colours", [256, 128, 64, 32])
@pytest.mark.parametrize("pictures", [moving(), changing_hues()], ids=["moving", "changing_hues"])
def test_a_palette_keeps_an_entry_free_for_transparency(colours: int, pictures: list[np.ndarray]) -> None:
    for palette in frame_palettes(clip(*pictures), replace(BALANCED, colours=colours)):
        assert palette.clear == len(palette.colours) <= colours - 1


def test_a_sample_has_at_least_one_pixel_of_each_frame() -> None:
    frames = [random_pixels(4, 4, seed) for seed in range(9)]
    preset = Preset("tiny", colours=3, sample_px=1)
    assert all(len(palette.colours) for palette in frame_palettes(clip(*frames), preset))


def test_a_sample_of_a_huge_canvas_has_no_more_pixels_than_the_core_can_sum_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gifmill.gif.palette_survey._EVALUATED_PX", 100)
    for module in ("argument_checks", "palettes"):
        monkeypatch.setattr(f"gifmill.gif.{module}.MAX_SAMPLE_PX", 600)
    assert common(clip(*moving(6)), BALANCED)


@presets
def test_a_background_colour_is_exact(preset: Preset) -> None:
    palette = common(clip(*moving()), preset)
    assert palette
    assert [12, 200, 90] in palette.colours.tolist()


def test_two_frames_have_one_palette_each() -> None:
    assert common(clip(*moving(2)), BALANCED) is None


@pytest.mark.parametrize("frame", [Frame(photo(80, 45), Blocks(2, 2), 5), Frame(photo(80, 45), Tiles(), 5)])
def test_animations_with_tiles_or_blocks_have_one_palette_per_frame(frame: Frame) -> None:
    animation = Animation((*clip(*moving(3)).frames, frame), Size(160, 90))
    palettes = frame_palettes(animation, BALANCED)
    assert common(animation, BALANCED) is None
    assert palettes[0].dither > 0
    assert palettes[-1].dither == 0


def test_a_clip_with_one_flat_frame_keeps_its_common_palette() -> None:
    pictures = moving()
    pictures[3] = np.zeros_like(pictures[3])
    palette = common(clip(*pictures), BALANCED)
    assert palette
    assert [0, 0, 0] in palette.colours.tolist()


def test_few_colours_in_all_frames_are_kept_exactly() -> None:
    pictures = [np.roll(photo(60, 40) // 64 * 64, 7 * turn, axis=1) for turn in range(4)]
    palette = common(clip(*pictures), BALANCED)
    assert palette
    assert palette.exact
    expected = np.unique(np.reshape(pictures, (-1, 3)), axis=0)
    np.testing.assert_array_equal(palette.colours, expected)
    np.testing.assert_array_equal(decoded_frames(encode(clip(*pictures), BALANCED)), pictures)


def test_frames_that_are_exact_with_their_own_palettes_do_not_share_one() -> None:
    """Even if a common palette would be nearly as accurate."""
    pictures = []
    for number in range(4):
        colours = np.unique(photo(160, 90)[number::7, ::9].reshape(-1, 3), axis=0)[:200]
        pictures.append(colours[np.random.default_rng(number).integers(0, 200, (90, 160))])
    assert common(clip(*pictures), BALANCED) is None
    assert all(palette.exact for palette in frame_palettes(clip(*pictures), BALANCED))
    np.testing.assert_array_equal(decoded_frames(encode(clip(*pictures), BALANCED)), pictures)


@pytest.mark.parametrize(("preset", "area_px", "exact"), [("small", 2048, True), ("small", 2112, False)])
def test_small_pictures_are_exact_with_presets_of_fewer_colours(
    preset: str, area_px: int, exact: bool
) -> None:
    picture = random_colours(200)[np.arange(area_px).reshape(-1, 32) % 200]
    (palette,) = frame_palettes(clip(picture), PRESETS[preset])
    assert palette.exact is exact
    assert len(palette.colours) == (200 if exact else 127)


def test_a_reduced_number_of_colours_applies_to_pictures_of_few_colours() -> None:
    pictures = [np.roll(photo(60, 40) // 64 * 64, 7 * turn, axis=1) for turn in range(4)]
    preset = replace(BALANCED, colours=16, exact=False, dither=0.0)
    for palette in frame_palettes(clip(*pictures), preset):
        assert len(palette.colours) < 16
        assert not palette.exact


@pytest.mark.parametrize("shared", [True, False])
def test_a_ramp_of_greys_is_reversed(shared: bool) -> None:
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)[..., None].repeat(3, axis=2)
    palette = frame_palettes(clip(ramp, *([] if shared else [random_pixels(16, 16)])), BALANCED)[0]
    assert palette.colours[:2].tolist() == [[255, 255, 255], [254, 254, 254]]


@pytest.mark.parametrize(
    ("entries", "bits", "clear"),
    [(1, 1, 1), (2, 1, None), (3, 2, 3), (4, 2, None), (127, 7, 127), (255, 8, 255), (256, 8, None)],
)
def test_the_transparent_index_is_a_free_entry_of_the_table(
    entries: int, bits: int, clear: int | None
) -> None:
    palette = FramePalette(random_colours(entries))
    assert (palette.table_bits, palette.clear) == (bits, clear)


def test_a_palette_is_full_even_if_the_histogram_has_fewer_cells() -> None:
    for palette in frame_palettes(clip(*changing_hues()), BALANCED):
        assert len(palette.colours) == 255


@pytest.mark.parametrize("seed", range(6))
def test_a_small_coloured_detail_survives_in_a_large_picture(seed: int) -> None:
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:700, :800]
    warm = np.stack(
        [130 + 90 * np.sin(x / 90), 110 + 70 * np.sin(y / 70), 60 + 40 * np.sin((x + y) / 50)], -1
    )
    picture = (warm + random.normal(0, 8, warm.shape)).clip(0, 255).astype(np.uint8)
    top, left = random.integers(0, 690, 2)
    picture[top : top + 4, left : left + 4] = BLUE
    (palette,) = frame_palettes(clip(picture), BALANCED)
    assert abs(palette.colours.astype(int) - BLUE).max(axis=1).min() < 60


@presets
def test_the_global_table_is_written_only_for_a_common_palette(preset: Preset) -> None:
    for pictures in (moving(), changing_hues()):
        shared = common(clip(*pictures), preset) is not None
        assert [block.local for block in decode(encode(clip(*pictures), preset)).blocks] == [not shared] * 9


def test_plain_frames_are_dithered_as_the_preset_says() -> None:
    assert frame_palettes(clip(photo(90, 61)), PRESETS["crisp"])[0].dither == 0
    assert 0 < frame_palettes(clip(photo(90, 61)), BALANCED)[0].dither < BALANCED.dither
    tiles = Animation((Frame(photo(30, 20), Tiles(), 5),), Size(90, 61))
    assert frame_palettes(tiles, BALANCED)[0].dither == 0
    assert isinstance(clip(photo(90, 61)).frames[0].layout, Plain)
