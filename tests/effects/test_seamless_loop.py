"""Times of the frames of a loop, and its first frame."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest

from gifmill.animation import Size
from gifmill.effects.seamless_loop import FRAMES, difference, loop, phases, start_at_smallest_change

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
    begun = start_at_smallest_change([partial(grey, level) for level in levels], Size(5, 3))
    assert [int(draw()[0, 0, 0]) for draw in begun] == [100, 60, 30, 0, 40, 90]


def test_a_still_loop_begins_with_its_first_picture() -> None:
    pictures = [grey(7) for _ in range(4)]
    begun = start_at_smallest_change([Mock(return_value=picture) for picture in pictures], Size(5, 3))
    assert begun[0]() is pictures[0]


@pytest.mark.parametrize(("kept_bytes", "calls"), [(4 * 5 * 3 * 4, 1), (4 * 5 * 3 * 4 - 1, 2)])
def test_the_first_frame_is_found_when_a_picture_is_needed(
    kept_bytes: int, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures that are not kept are drawn once more, to compare them."""
    monkeypatch.setattr("gifmill.animation.MAX_KEPT_BYTES", kept_bytes)
    drawings = [Mock(side_effect=partial(grey, level)) for level in (0, 40, 100, 60)]
    begun = start_at_smallest_change(drawings, Size(5, 3))
    assert [draw.call_count for draw in drawings] == [0] * 4
    for draw in begun:
        draw()
    assert [draw.call_count for draw in drawings] == [calls] * 4


def test_a_loop_of_known_size_draws_nothing() -> None:
    draw = Mock(side_effect=partial(grey, 7))
    assert loop([draw] * 24, 1, Size(5, 3)).size == (5, 3)
    assert draw.call_count == 0


def test_a_loop_finds_the_size_of_arrays_and_of_drawings() -> None:
    assert loop([grey(0)] * 24, 1).size == loop([partial(grey, 0)] * 24, 1).size == (5, 3)


@pytest.mark.parametrize("shape", [(0,), (1,), (37,), (24, 36, 3), (1100, 1000, 3)])
def test_a_difference_is_the_sum_of_all_distances(shape: tuple[int, ...]) -> None:
    one, other = np.random.default_rng(0).integers(0, 256, (2, *shape), np.uint8)
    assert difference(one, other) == abs(one.astype(int) - other).sum()
    assert difference(one * 0, one * 0 + 255) == 255 * one.size


def test_pictures_of_two_shapes_have_no_difference() -> None:
    with pytest.raises(ValueError, match="pictures of"):
        difference(np.zeros((2, 3), np.uint8), np.zeros((3, 2), np.uint8))


def test_a_loop_has_as_many_phases_as_requested_within_the_minimum_delay() -> None:
    assert len(phases(2, 60)) == 60
    assert len(phases(2, 1)) == 1
    assert len(phases(0.5, 60)) == 25
