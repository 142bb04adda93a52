"""Number and times of the frames of a loop."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest

from gifmill.animation import Size
from gifmill.effects.seamless_loop import loop, phases

if TYPE_CHECKING:
    from gifmill.animation import Pixels


def grey(level: int) -> Pixels:
    return np.full((3, 5, 3), level, np.uint8)


@pytest.mark.parametrize("duration_s", [0.2, 0.5, 0.8, 1.2, 1.5, 1.7, 3, 10])
def test_a_loop_has_15_to_25_frames_per_second(duration_s: float) -> None:
    assert 15 <= len(phases(duration_s)) / duration_s <= 25


def test_a_longer_loop_has_no_fewer_frames() -> None:
    counts = [len(phases(tenths / 10)) for tenths in range(2, 101)]
    assert counts == sorted(counts)


def test_a_short_loop_has_as_many_frames_as_the_minimum_delay_allows() -> None:
    made = loop([grey(0)] * len(phases(0.3, 50)), 0.3)
    assert len(made.frames) == 15
    assert {frame.delay_cs for frame in made.frames} == {2}


def test_the_step_from_the_last_phase_to_the_first_equals_all_others() -> None:
    moments = [*phases(2), 1.0]
    assert [after - before for before, after in pairwise(moments)] == pytest.approx([1 / 30] * 30)


def test_a_loop_has_the_requested_duration() -> None:
    assert loop([grey(0)] * 24, 1.25).duration_cs == 125


def test_a_loop_of_known_size_draws_nothing() -> None:
    draw = Mock(side_effect=partial(grey, 7))
    assert loop([draw] * 24, 1, Size(5, 3)).size == (5, 3)
    assert draw.call_count == 0


def test_a_loop_finds_the_size_of_arrays_and_of_drawings() -> None:
    assert loop([grey(0)] * 24, 1).size == loop([partial(grey, 0)] * 24, 1).size == (5, 3)


def test_a_loop_has_as_many_phases_as_requested_within_the_minimum_delay() -> None:
    assert len(phases(2, 60)) == 60
    assert len(phases(2, 1)) == 1
    assert len(phases(0.5, 60)) == 25
