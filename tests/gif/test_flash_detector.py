"""Flash detection by WCAG 2.2, success criterion 2.3.1, on pictures whose flashes can be counted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gifmill.animation import Size
from gifmill.gif.flash_detector import FlashDetector
from gifmill.gif.flash_measurement import MAX_CHANGES_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BLACK, GREY, WHITE, DARK_RED = (0, 0, 0), (128, 128, 128), (255, 255, 255), (60, 0, 0)
SIZE = Size(64, 48)

type Colour = tuple[int, int, int]


def max_changes(indices: Sequence[NDArray[np.uint8]], delays_cs: Sequence[int], *palette: Colour) -> int:
    detector = FlashDetector(Size.of(indices[0]))
    for picture, delay_cs in zip(indices, delays_cs, strict=True):
        detector.add_pixels(np.array(palette, np.uint8)[picture], delay_cs)
    return detector.max_changes_per_second()


def strobe_changes(*colours: Colour, delay_cs: int, share: float = 1, times: int = 1) -> int:
    """Return the changes of a picture whose left part alternates; the rest has the first colour."""
    pictures = []
    for number in range(len(colours)):
        picture = np.zeros((SIZE.height, SIZE.width), np.uint8)
        picture[:, : round(SIZE.width * share)] = number
        pictures += [picture]
    return max_changes(pictures * times, [delay_cs] * len(pictures) * times, *colours)


def test_a_still_animation_does_not_flash() -> None:
    assert strobe_changes(WHITE, delay_cs=10) == 0
    assert strobe_changes(GREY, GREY, GREY, delay_cs=2) == 0


def test_every_change_of_a_strobe_is_counted() -> None:
    assert strobe_changes(BLACK, WHITE, delay_cs=10) == 10
    assert strobe_changes(BLACK, WHITE, delay_cs=2) == 50


def test_three_flashes_a_second_are_the_limit() -> None:
    assert strobe_changes(BLACK, WHITE, delay_cs=17) == MAX_CHANGES_PER_SECOND
    assert strobe_changes(BLACK, WHITE, delay_cs=16) > MAX_CHANGES_PER_SECOND


def test_a_short_loop_is_checked_over_a_whole_second() -> None:
    assert (
        strobe_changes(BLACK, WHITE, delay_cs=5, times=1)
        == strobe_changes(BLACK, WHITE, delay_cs=5, times=20)
        == 20
    )


def test_flashes_at_the_seam_of_the_loop_are_counted() -> None:
    flat = np.zeros((48, 64), np.uint8)
    assert max_changes([flat, flat + np.uint8(1)], [90, 10], BLACK, WHITE) == 2
    assert (
        max_changes([flat + np.uint8(1), flat], [3, 10], BLACK, WHITE) == 16
    )  # twice in each loop of 13 cs, also in the incomplete last one


@pytest.mark.parametrize(("share", "count"), [(0.1, 0), (0.25, 0), (0.3, 10), (0.75, 10)])
def test_only_changes_of_more_than_a_quarter_of_the_area_count(share: float, count: int) -> None:
    assert strobe_changes(BLACK, WHITE, delay_cs=10, share=share) == count


def grey(luminance: float) -> Colour:
    """Return the grey whose relative luminance is nearest."""
    encoded = 12.92 * luminance if luminance <= 0.0031308 else 1.055 * luminance ** (1 / 2.4) - 0.055
    return (round(255 * encoded),) * 3


@pytest.mark.parametrize(
    ("dark", "bright", "flashes"),
    [(0.2, 0.29, False), (0.2, 0.31, True), (0.78, 0.9, True), (0.82, 1.0, False), (0.0, 0.09, False)],
)
def test_a_flash_changes_luminance_by_a_tenth_and_its_darker_state_is_below_0_8(
    dark: float, bright: float, flashes: bool
) -> None:
    assert (strobe_changes(grey(dark), grey(bright), delay_cs=10) > 0) is flashes


def test_small_steps_in_one_direction_add_up_to_one_change() -> None:
    steps = [grey(level) for level in (0.1, 0.15, 0.2, 0.25, 0.2, 0.15)]
    assert strobe_changes(*steps, delay_cs=2) == 17  # twice in each loop of 12 cs


def test_saturated_red_flashes_without_a_change_of_luminance() -> None:
    assert strobe_changes(DARK_RED, BLACK, delay_cs=10) == 0
    assert strobe_changes((140, 0, 0), BLACK, delay_cs=10) == 10
    assert strobe_changes((0, 0, 140), BLACK, delay_cs=10) == 0


def test_a_moving_strobe_is_detected() -> None:
    random = np.random.default_rng(1)
    pictures = []
    for _ in range(6):
        lit = random.permutation(16 * 12).reshape(12, 16) < 70
        pictures += [lit.repeat(4, axis=0).repeat(4, axis=1).astype(np.uint8), np.zeros((48, 64), np.uint8)]
    assert max_changes(pictures, [5] * 12, BLACK, WHITE) > MAX_CHANGES_PER_SECOND


def test_an_inverting_fine_pattern_counts_as_its_mean() -> None:
    pattern = (np.indices((480, 480)).sum(axis=0) % 2).astype(np.uint8)
    assert max_changes([pattern, 1 - pattern], [5, 5], BLACK, WHITE) == 0


def test_a_cell_at_the_edge_counts_by_its_area() -> None:
    flat = np.zeros((5, 33), np.uint8)  # cells of 2 px: the lowest have one row
    lit = flat.copy()
    lit[4:] = 1
    assert max_changes([flat, lit], [5, 5], BLACK, WHITE) == 0
    lit[2:] = 1
    assert max_changes([flat, lit], [5, 5], BLACK, WHITE) == 20


@given(
    st.integers(1, 70),
    st.integers(1, 70),
    st.lists(st.integers(17, 200), min_size=1, max_size=12),
    st.integers(0, 99),
)
@settings(max_examples=60)
def test_six_changes_a_second_are_allowed(width: int, height: int, delays_cs: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    pictures = [np.full((height, width), random.integers(2), np.uint8) for _ in delays_cs]
    assert max_changes(pictures, delays_cs, BLACK, WHITE) <= MAX_CHANGES_PER_SECOND


@given(st.lists(st.integers(0, 255), min_size=2, max_size=12), st.integers(2, 30), st.integers(0, 11))
@settings(max_examples=60)
def test_the_first_frame_of_a_loop_does_not_matter(levels: list[int], delay_cs: int, start: int) -> None:
    palette = [(level, level, level) for level in levels]
    rotated = palette[start % len(palette) :] + palette[: start % len(palette)]
    assert strobe_changes(*palette, delay_cs=delay_cs) == strobe_changes(*rotated, delay_cs=delay_cs)
