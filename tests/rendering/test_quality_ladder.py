from __future__ import annotations

from itertools import pairwise

import pytest

from gifmill.rendering.file_formats import encoder_for
from gifmill.rendering.quality_ladder import quality_ladder


@pytest.mark.parametrize("kind", ["gif", "webp"])
@pytest.mark.parametrize("preset", ["fast", "small", "balanced", "crisp", "smooth"])
@pytest.mark.parametrize(("side_px", "min_px"), [(480, 480), (480, 16), (30, 16), (1, 1)])
@pytest.mark.parametrize("frames", [1, 7, 24, 200])
def test_each_step_reduces_more_than_the_previous_one(
    kind: str, preset: str, side_px: int, min_px: int, frames: int
) -> None:
    steps = quality_ladder(encoder_for(kind, preset), frames, side_px, min_px)
    assert steps[0].encoder == encoder_for(kind, preset)
    assert (steps[0].side_px, steps[-1].side_px) == (side_px, min_px)
    for above, below in pairwise(steps):
        assert below.share < above.share
        assert below.side_px <= above.side_px
        assert (below.frames or frames) <= (above.frames or frames)


def test_steps_differ_by_more_than_a_fraction_of_a_pixel() -> None:
    steps = quality_ladder(encoder_for("gif", "balanced"), 24, 40, 16)
    assert len({(step.side_px, step.frames, step.encoder) for step in steps}) == len(steps)
    assert {step.side_px for step in steps} == set(range(16, 41))


def test_size_is_reduced_before_colours_and_colours_before_frames() -> None:
    steps = quality_ladder(encoder_for("gif", "balanced"), 24, 480, 16)
    smaller = next(at for at, step in enumerate(steps) if step.side_px < 480)
    coarser = next(at for at, step in enumerate(steps) if step.encoder != steps[0].encoder)
    fewer = next(at for at, step in enumerate(steps) if step.frames)
    assert smaller < coarser < fewer


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_many_frames_are_halved_step_by_step(kind: str) -> None:
    steps = quality_ladder(encoder_for(kind, "balanced"), 200, 128, 128)
    frames = list(dict.fromkeys(step.frames for step in steps))
    assert frames[:5] == [None, 100, 50, 25, 18]
