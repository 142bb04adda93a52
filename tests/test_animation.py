from __future__ import annotations

from functools import partial
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.animation import (
    Animation,
    Blocks,
    Frame,
    Indices,
    Pixels,
    Plain,
    Size,
    Tiles,
    delays_cs,
    keep_small_frames,
    reduce_frames,
)
from gifmill.gif import PRESETS, encode_animation
from gifmill.rendering.webp import WEBP_PRESETS, encode_webp

frame_shares = st.lists(st.integers(1, 5), min_size=1, max_size=30)
durations = st.integers(0, 2000)


def numbered(height: int, width: int) -> Indices:
    return np.arange(height * width, dtype=np.uint8).reshape(height, width)


def test_a_plain_source_is_the_canvas() -> None:
    source = numbered(3, 5)
    assert Plain().lay(source, Size(5, 3)) is source


def test_a_plain_source_of_another_size_is_rejected() -> None:
    with pytest.raises(ValueError, match="does not cover"):
        Plain().lay(numbered(3, 5), Size(3, 5))


def test_blocks_enlarge_each_pixel_and_are_cut_at_the_edge() -> None:
    laid = Blocks(2, 3).lay(numbered(2, 2), Size(5, 3))
    assert laid.tolist() == [[0, 0, 0, 1, 1], [0, 0, 0, 1, 1], [2, 2, 2, 3, 3]]


def test_tiles_repeat_and_are_cut_at_the_edge() -> None:
    laid = Tiles().lay(numbered(2, 2), Size(5, 3))
    assert laid.tolist() == [[0, 1, 0, 1, 0], [2, 3, 2, 3, 2], [0, 1, 0, 1, 0]]


@pytest.mark.parametrize("layout", [Blocks(3, 4), Tiles()])
def test_layouts_treat_colours_and_indices_alike(layout: Blocks | Tiles) -> None:
    palette = np.random.default_rng(0).integers(0, 256, (20, 3), np.uint8)
    indices = numbered(4, 5)
    size = Size(17, 11)
    np.testing.assert_array_equal(layout.lay(palette[indices], size), palette[layout.lay(indices, size)])


def test_an_animation_has_canvases_and_a_duration() -> None:
    red = np.full((1, 1, 3), (255, 0, 0), np.uint8)
    animation = Animation((Frame(red, Tiles(), 7), Frame(red, Blocks(9, 9), 8)), Size(4, 3))
    assert animation.duration_cs == 15
    assert animation.canvas(0).shape == animation.canvas(1).shape == (3, 4, 3)


def counted_drawings(count: int, calls: list[int]) -> Animation:
    """Return an animation of 4 x 3 px whose drawings add their number to `calls`."""

    def draw(number: int) -> Pixels:
        calls.append(number)
        return np.full((3, 4, 3), number, np.uint8)

    frames = (Frame(partial(draw, number), Plain(), 5) for number in range(count))
    return Animation(tuple(frames), Size(4, 3))


def test_a_source_is_an_array_or_a_function_that_draws_it() -> None:
    picture = np.full((3, 4, 3), 1, np.uint8)
    drawn = counted_drawings(2, [])
    assert Frame(picture, Plain(), 5).draw() is picture
    np.testing.assert_array_equal(drawn.canvas(1), picture)


@pytest.mark.parametrize(("kept_bytes", "calls"), [(2 * 4 * 3 * 4, 1), (2 * 4 * 3 * 4 - 1, 3)])
def test_small_frames_are_drawn_once_and_large_ones_each_time(
    kept_bytes: int, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gifmill.animation.MAX_KEPT_BYTES", kept_bytes)
    found: list[int] = []
    animation = keep_small_frames(counted_drawings(2, found))
    assert not found
    for number in (0, 1) * 3:
        assert (animation.canvas(number) == number).all()
    assert sorted(found) == [0] * calls + [1] * calls


@given(durations, frame_shares)
def test_delays_sum_to_the_duration(duration: int, shares: list[int]) -> None:
    assert sum(delays_cs(duration, shares)) == duration


@given(durations, frame_shares)
def test_frame_start_times_are_rounded_to_the_nearest_centisecond(duration: int, shares: list[int]) -> None:
    ends = accumulate(delays_cs(duration, shares))
    exact = [duration * share / sum(shares) for share in accumulate(shares)]
    assert all(abs(end - expected) <= 0.5 for end, expected in zip(ends, exact, strict=True))


def test_three_equal_frames_share_a_second() -> None:
    assert delays_cs(100, (1, 1, 1)) == (33, 34, 33)


def with_delays(delays: list[int]) -> Animation:
    """Return an animation with these delays. The only pixel of a frame is its number."""
    frames = [
        Frame(np.full((1, 1, 3), at, np.uint8), Plain(), delay_cs) for at, delay_cs in enumerate(delays)
    ]
    return Animation(tuple(frames), Size(1, 1))


def frame_numbers(animation: Animation) -> list[int]:
    return [int(frame.draw()[0, 0, 0]) for frame in animation.frames]


delays = st.lists(st.integers(2, 90), min_size=1, max_size=60)


@given(delays, st.integers(1, 70))
def test_reduce_frames_keeps_duration_and_first_frame_and_the_limit(delays_cs: list[int], count: int) -> None:
    animation = with_delays(delays_cs)
    thin = reduce_frames(animation, count)
    assert thin.duration_cs == animation.duration_cs
    assert len(thin.frames) <= count
    assert frame_numbers(thin)[0] == 0


@given(delays, st.integers(1, 70))
def test_reduce_frames_keeps_start_times(delays_cs: list[int], count: int) -> None:
    animation = with_delays(delays_cs)
    thin = reduce_frames(animation, count)
    starts = [0, *accumulate(delays_cs)]
    thin_starts = [0, *accumulate(frame.delay_cs for frame in thin.frames)]
    assert thin_starts[:-1] == [starts[at] for at in frame_numbers(thin)]


def test_every_other_frame_of_an_even_motion_is_kept() -> None:
    thin = reduce_frames(with_delays([10] * 24), 12)
    assert frame_numbers(thin) == list(range(0, 24, 2))
    assert {frame.delay_cs for frame in thin.frames} == {20}


def test_a_frame_with_a_long_delay_is_never_dropped() -> None:
    assert 4 in frame_numbers(reduce_frames(with_delays([5, 5, 5, 5, 60, 5, 5, 5]), 2))


def test_an_animation_with_few_frames_is_unchanged() -> None:
    animation = with_delays([10, 20])
    assert reduce_frames(animation, 2) is animation


@pytest.mark.parametrize(
    ("frames", "size", "message"),
    [
        ((), Size(4, 3), "at least one frame"),
        ((Frame(np.zeros((3, 4, 3), np.uint8), Plain(), 0),), Size(4, 3), "Frame 0 has a delay of 0 cs"),
        ((Frame(np.zeros((3, 0, 3), np.uint8), Plain(), 5),), Size(0, 3), "0 x 3 px"),
        ((Frame(np.zeros((1, 1, 3), np.uint8), Tiles(), 5),), Size(65_536, 1), "65536 x 1 px"),
    ],
)
def test_no_file_can_hold_an_animation_without_frames_time_or_space(
    frames: tuple[Frame, ...], size: Size, message: str
) -> None:
    animation = Animation(frames, size)
    with pytest.raises(ValueError, match=message):
        encode_animation(animation, PRESETS["balanced"])
    with pytest.raises(ValueError, match=message):
        encode_webp(animation, WEBP_PRESETS["fast"])
