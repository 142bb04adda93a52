"""Encoded frames, read by Pillow and by a decoder that shares no code with the encoder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gif.decoder import decode
from tests.gif.frames import (
    LOSSY,
    Step,
    encoded,
    random_colours,
    sequences,
)
from tests.gif.pictures import decoded_frames, moving, photo, pillow_frames

from gifmill.animation import Size
from gifmill.gif import PRESETS, Preset
from gifmill.gif.frame_encoder import FrameEncoder
from gifmill.gif.palettes import FramePalette
from gifmill.gif.transparency import Picture

presets = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)


@given(sequences())
@settings(max_examples=150)
def test_decoders_show_what_the_encoder_reports(sequence: tuple[list[Step], Preset]) -> None:
    data, shown = encoded(*sequence)
    np.testing.assert_array_equal(decoded_frames(data), shown)
    np.testing.assert_array_equal(pillow_frames(data), shown)


@given(sequences())
@settings(max_examples=60)
def test_unchanged_pixels_keep_their_colours(sequence: tuple[list[Step], Preset]) -> None:
    steps, preset = sequence
    _, shown = encoded(steps, preset)
    for number in range(1, len(steps)):
        if steps[number][1].clear is None and not steps[number][1].shared:
            continue  # a full table of its own can neither be transparent nor repeat an entry
        same = (steps[number][0] == steps[number - 1][0]).all(axis=2)
        np.testing.assert_array_equal(shown[number][same], shown[number - 1][same])


@given(sequences())
@settings(max_examples=60)
def test_all_other_pixels_have_entries_of_their_palette(sequence: tuple[list[Step], Preset]) -> None:
    steps, preset = sequence
    _, shown = encoded(steps, preset)
    for number, (_, palette) in enumerate(steps):
        drawn = np.ones(shown[number].shape[:2], bool)
        if number:
            drawn = (shown[number] != shown[number - 1]).any(axis=2)
        entries = set(map(tuple, palette.colours.tolist()))
        assert set(map(tuple, shown[number][drawn].tolist())) <= entries


@given(sequences())
@settings(max_examples=40)
def test_the_window_contains_all_changes(sequence: tuple[list[Step], Preset]) -> None:
    steps, preset = sequence
    encoder = FrameEncoder(Size.of(steps[0][0]), preset)
    for number, (pixels, palette) in enumerate(steps):
        left, top, right, bottom = encoder.encode(Picture(pixels), palette).window
        changed = np.ones(pixels.shape[:2], bool)
        if number:
            changed = (pixels != steps[number - 1][0]).any(axis=2)
        if changed.any():
            rows, columns = np.nonzero(changed)
            box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
            assert (left, top, right, bottom) == box
        else:
            assert (left, top, right, bottom) == (0, 0, 1, 1)


@given(sequences(), st.sampled_from([0, 1e-3, 10.0]))
@settings(max_examples=60)
def test_exact_frames_are_exact_at_any_lossiness(
    sequence: tuple[list[Step], Preset], lossiness: float
) -> None:
    steps, preset = sequence
    random = np.random.default_rng(len(steps))
    exact: list[Step] = []
    for pixels, palette in steps:
        colours = steps[0][1].colours if steps[0][1].shared else palette.colours
        picture = colours[random.integers(0, len(colours), pixels.shape[:2])]
        exact.append((picture, replace(palette, exact=True, dither=0.0)))
    if steps[0][1].shared:
        exact = [(picture, exact[0][1]) for picture, _ in exact]
    _, shown = encoded(exact, replace(preset, lossiness=lossiness))
    np.testing.assert_array_equal(shown, [picture for picture, _ in exact])


def test_similar_colours_of_an_exact_palette_are_told_apart() -> None:
    """Neighbours in sRGB share their seven leading bits."""
    greys = np.arange(256, dtype=np.uint8)[::-1, None].repeat(3, axis=1)
    for colours in (greys, np.clip(greys.astype(int) + np.array([0, 1, -1]), 0, 255).astype(np.uint8)):
        picture = colours[np.random.default_rng(0).integers(0, 256, (64, 64))]
        _, shown = encoded([(picture, FramePalette(colours, exact=True))], LOSSY)
        np.testing.assert_array_equal(shown[0], picture)


def test_the_first_frame_has_no_transparent_index() -> None:
    palette = FramePalette(random_colours(20))
    encoder = FrameEncoder(Size(30, 20), LOSSY)
    assert encoder.encode(Picture(photo(30, 20)), palette).clear is None
    assert encoder.encode(Picture(photo(30, 20, 1)), palette).clear == 20


def test_a_full_palette_of_its_own_has_no_transparent_index() -> None:
    pictures = [photo(30, 20), photo(30, 20, 1)]
    steps = [(picture, FramePalette(random_colours(256, seed))) for seed, picture in enumerate(pictures)]
    data, shown = encoded(steps, LOSSY)
    assert [block.clear for block in decode(data).blocks] == [None, None]
    np.testing.assert_array_equal(pillow_frames(data), shown)


@presets
def test_unchanged_pixels_in_a_window_cost_little(preset: Preset) -> None:
    """Two spots in opposite corners change: the window is large, but few of its pixels change."""
    background = moving(1)[0]
    changed = background.copy()
    changed[12:16, 10:14], changed[70:74, 90:94] = 255, 0
    palette = FramePalette(np.unique(background[::5, ::5].reshape(-1, 3), axis=0)[:200], shared=True)
    encoder = FrameEncoder(Size(160, 90), preset)
    whole = encoder.encode(Picture(background), palette)
    assert len(encoder.encode(Picture(changed), palette).code) < 0.1 * len(whole.code)


def test_pixels_need_not_be_contiguous() -> None:
    palette = FramePalette(random_colours(99), shared=True)
    pictures = [photo(61, 90, seed).swapaxes(0, 1)[::-1] for seed in range(2)]
    copies = [np.ascontiguousarray(picture) for picture in pictures]
    assert (
        encoded([(each, palette) for each in pictures], LOSSY)[0]
        == encoded([(each, palette) for each in copies], LOSSY)[0]
    )


@presets
def test_the_same_frames_give_the_same_bytes_in_8_threads(preset: Preset) -> None:
    steps = [(picture, FramePalette(random_colours(200), dither=0.7, shared=True)) for picture in moving(4)]
    steps = [(picture, steps[0][1]) for picture, _ in steps]
    expected = encoded(steps, preset)[0]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: encoded(steps, preset)[0], range(16))) == {expected}


def test_the_frames_are_not_modified() -> None:
    steps = [(picture, FramePalette(random_colours(200))) for picture in moving(3)]
    for picture, palette in steps:
        picture.flags.writeable = palette.colours.flags.writeable = False
    encoded(steps, LOSSY)
