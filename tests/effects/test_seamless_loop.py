"""Times of the frames of a loop, and its first frame."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.effects.seamless_loop import FRAMES, loop, phases, start_at_smallest_change

if TYPE_CHECKING:
    from gifmill.animation import Pixels


def grey(level: int) -> Pixels:
    return np.full((3, 5, 3), level, np.uint8)


@pytest.mark.parametrize("duration_s", [0.5, 1.2, 10])
def test_a_long_enough_loop_has_all_frames(duration_s: float) -> None:
    assert len(phases(duration_s)) == FRAMES


def test_a_short_loop_has_as_many_frames_as_the_minimum_delay_allows() -> None:
    made = loop([grey(0)] * len(phases(0.3)), 0.3)
    assert len(made.frames) == 15
    assert {frame.delay_cs for frame in made.frames} == {2}


def test_the_step_from_the_last_phase_to_the_first_equals_all_others() -> None:
    moments = [*phases(2), 1.0]
    assert [after - before for before, after in pairwise(moments)] == pytest.approx([1 / FRAMES] * FRAMES)


def test_a_loop_has_the_requested_duration() -> None:
    assert loop([grey(0)] * 24, 1.25).duration_cs == 125


def test_a_loop_begins_after_its_smallest_step() -> None:
    levels = [0, 40, 90, 100, 60, 30]
    begun = start_at_smallest_change(grey(level) for level in levels)
    assert [int(picture[0, 0, 0]) for picture in begun] == [100, 60, 30, 0, 40, 90]


def test_a_still_loop_begins_with_its_first_picture() -> None:
    pictures = [grey(7) for _ in range(4)]
    assert start_at_smallest_change(pictures)[0] is pictures[0]
