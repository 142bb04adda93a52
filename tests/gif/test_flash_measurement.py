"""Flashes at other delays than those of the file: each count equals that of a detector with these delays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gifmill.animation import Size
from gifmill.gif import FlashDetector, FlashMeasurement
from gifmill.gif.flash_measurement import MAX_CHANGES_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZE = Size(32, 32)


def detected(levels: Sequence[int], delays_cs: Sequence[int]) -> FlashDetector:
    detector = FlashDetector(SIZE)
    for level, delay_cs in zip(levels, delays_cs, strict=True):
        detector.add_pixels(np.full((32, 32, 3), level, np.uint8), delay_cs)
    return detector


def strobe(pictures: int) -> FlashMeasurement:
    return detected([255 * (at % 2) for at in range(pictures)], [1] * pictures).measure()


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 60)), min_size=2, max_size=10))
@settings(max_examples=60)
def test_counts_do_not_depend_on_the_delays_of_the_measured_file(frames: list[tuple[int, int]]) -> None:
    levels, delays_cs = zip(*frames, strict=True)
    measured = detected(levels, [7] * len(levels)).measure()
    expected = detected(levels, delays_cs).max_changes_per_second()
    assert measured.max_changes_per_second(delays_cs) == expected
    assert measured.is_safe(delays_cs) is (expected <= MAX_CHANGES_PER_SECOND)


def test_the_first_safe_duration_is_the_shortest() -> None:
    assert strobe(8).first_safe(range(8, 400), lambda cs: [cs // 8] * 8) == 8 * 17
    assert not strobe(8).is_safe([16] * 8)
    assert strobe(8).first_safe(range(8, 8 * 17), lambda cs: [cs // 8] * 8) is None


def test_a_duration_may_be_longer_than_a_second_and_shorter() -> None:
    assert strobe(2).first_safe(range(2, 90), lambda cs: [cs // 2] * 2) == 34


def test_only_pictures_that_change_within_a_dangerous_second_flash() -> None:
    levels = [0, 255, 0, 255, 0, 255, 0, 255, 0, 0, 0, 0, 255]
    delays_cs = [10] * 8 + [100] * 5
    flashing = detected(levels, delays_cs).measure().flashing_pictures(delays_cs)
    assert np.flatnonzero(flashing).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8]


def test_pictures_of_a_calm_animation_do_not_flash() -> None:
    assert not strobe(8).flashing_pictures([40] * 8).any()


def test_a_margin_counts_smaller_changes() -> None:
    for margin, count in ((0, 0), (0.2, 20)):
        detector = FlashDetector(SIZE, margin=margin)
        for level in (0, 89):  # a luminance of 0.0999
            detector.add_pixels(np.full((32, 32, 3), level, np.uint8), 5)
        assert detector.max_changes_per_second() == count


def test_each_picture_needs_a_delay() -> None:
    with pytest.raises(ValueError, match="3 delays for 8 pictures"):
        strobe(8).is_safe([1, 2, 3])


def test_nothing_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="no frames"):
        FlashDetector(SIZE).measure()
