from __future__ import annotations

from dataclasses import replace

import pytest

from bench.scores import BASELINE, GOAL, Row, formatted, mean, means, verdict

PILLOW = Row("cat", "blur", BASELINE, 100, None, 200, 1.0, 3.0, 75)
OURS = Row("cat", "blur", GOAL, 20, 25, 180, 0.5, 1.0, 85)


def test_time_and_bytes_are_averaged_geometrically_quality_arithmetically() -> None:
    both = mean([OURS, replace(OURS, encode_ms=80, kilobytes=720, de_mean=0.7, ssimulacra2=95)], "all", GOAL)

    assert (both.encode_ms, both.kilobytes) == pytest.approx((40, 360))
    assert (both.de_mean, both.ssimulacra2) == pytest.approx((0.6, 90))


def test_the_mean_of_one_effect_leaves_the_others_out() -> None:
    rows = [PILLOW, OURS, replace(OURS, effect="cyclic", encode_ms=500)]

    assert [row.encode_ms for row in means(rows, "blur")] == pytest.approx([100, 20])


def test_every_row_shows_its_ratio_to_the_baseline() -> None:
    assert "| 0.200 | 0.900 |" in " ".join(formatted([PILLOW, OURS]).split())


def test_the_goal_is_met_at_its_very_limits() -> None:
    assert "Pillow: met" in verdict([PILLOW, replace(OURS, encode_ms=20, kilobytes=184)])


@pytest.mark.parametrize(
    "worse",
    [
        replace(OURS, encode_ms=20.1),
        replace(OURS, kilobytes=184.1),
        replace(OURS, de_mean=1.0),
        replace(OURS, ssimulacra2=75),
    ],
    ids=("slower", "larger", "other colours", "other structure"),
)
def test_one_figure_that_misses_misses_the_goal(worse: Row) -> None:
    assert "NOT MET" in verdict([PILLOW, worse])
