from __future__ import annotations

from itertools import pairwise

import pytest

from gifmill.rendering.file_formats import coding_of
from gifmill.rendering.quality_ladder import ladder


@pytest.mark.parametrize("kind", ["gif", "webp"])
@pytest.mark.parametrize("preset", ["fast", "small", "balanced", "crisp", "smooth"])
@pytest.mark.parametrize(("side_px", "smallest_px"), [(480, 480), (480, 16), (30, 16), (1, 1)])
@pytest.mark.parametrize("frames", [1, 7, 24, 200])
def test_every_rung_gives_up_more_than_the_one_above(
    kind: str, preset: str, side_px: int, smallest_px: int, frames: int
) -> None:
    rungs = ladder(coding_of(kind, preset), frames, side_px, smallest_px)
    assert rungs[0].coding == coding_of(kind, preset)
    assert (rungs[0].side_px, rungs[-1].side_px) == (side_px, smallest_px)
    for above, below in pairwise(rungs):
        assert below.share < above.share
        assert below.side_px <= above.side_px
        assert (below.frames or frames) <= (above.frames or frames)


def test_no_two_rungs_are_the_same_but_for_a_part_of_a_pixel() -> None:
    rungs = ladder(coding_of("gif", "balanced"), 24, 40, 16)
    assert len({(rung.side_px, rung.frames, rung.coding) for rung in rungs}) == len(rungs)
    assert {rung.side_px for rung in rungs} == set(range(16, 41))


def test_size_is_given_up_before_colours_and_colours_before_frames() -> None:
    rungs = ladder(coding_of("gif", "balanced"), 24, 480, 16)
    smaller = next(at for at, rung in enumerate(rungs) if rung.side_px < 480)
    coarser = next(at for at, rung in enumerate(rungs) if rung.coding != rungs[0].coding)
    fewer = next(at for at, rung in enumerate(rungs) if rung.frames)
    assert smaller < coarser < fewer
