from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.animation import Animation, Frame, Plain, Size, delays_cs
from gifmill.rendering.slowdown import file_delays, slow


def animation(delays: list[int] | tuple[int, ...]) -> Animation:
    picture = np.zeros((4, 4, 3), np.uint8)
    return Animation(tuple(Frame(picture, Plain(), delay) for delay in delays), Size(4, 4))


def delays_of(found: Animation) -> list[int]:
    return [frame.delay_cs for frame in found.frames]


@given(st.integers(1, 40), st.integers(200, 400), st.integers(200, 900))
def test_equal_frames_are_as_if_they_were_drawn_for_the_longer_duration(
    frames: int, duration_cs: int, longer_cs: int
) -> None:
    slots = [1] * frames
    assert delays_of(slow(animation(delays_cs(duration_cs, slots)), longer_cs)) == list(
        delays_cs(longer_cs, slots)
    )


@given(st.lists(st.integers(2, 300), min_size=1, max_size=20), st.floats(1, 3))
def test_the_sum_of_the_delays_is_exact_and_none_gets_shorter(delays: list[int], factor: float) -> None:
    duration_cs = int(sum(delays) * factor)
    slower = delays_of(slow(animation(delays), duration_cs))
    assert sum(slower) == duration_cs
    assert all(after >= before for before, after in zip(delays, slower, strict=True)) or factor < 1.5
    assert delays_of(slow(animation(delays), sum(delays))) == delays


@given(st.data(), st.integers(2, 12), st.integers(100, 300))
def test_merged_frames_have_the_delays_of_a_new_encode(
    data: st.DataObject, frames: int, longer_cs: int
) -> None:
    drawn = animation(delays_cs(100, [1] * frames))
    merged = data.draw(st.lists(st.booleans(), min_size=frames - 1, max_size=frames - 1))
    expected: list[int] = []
    in_file: list[int] = []
    for at, (before, after) in enumerate(
        zip(delays_of(drawn), delays_of(slow(drawn, longer_cs)), strict=True)
    ):
        if at and merged[at - 1]:
            in_file[-1] += before
            expected[-1] += after
        else:
            in_file.append(before)
            expected.append(after)
    assert file_delays(in_file, drawn, longer_cs) == expected


def test_a_delay_that_the_encoder_divided_keeps_its_share() -> None:
    assert file_delays([50_000, 50_000, 10], animation([100_000, 10]), 120_012) == pytest.approx(
        [60_000, 60_000, 12], abs=1
    )
