from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from bench.encoder_results import Row
from bench.preset_comparison import compare_presets, nearest_preset, select_rows
from gifmill.gif import PRESETS

PEER = Row(300, "cat", "blur", "Pillow", 100, 200, 1.0, 3.0, 75, 0.5)


def rows(
    ms: float = 100,
    kilobytes: float = 200,
    de_mean: float = 1.0,
    ssimulacra2: float = 75,
    flicker: float = 0.5,
) -> list[Row]:
    """Return a row of the peer, and equal rows of all presets of gifmill."""
    return [
        PEER,
        *(
            Row(300, "cat", "blur", f"gifmill {name}", ms, kilobytes, de_mean, 3.0, ssimulacra2, flicker)
            for name in PRESETS
        ),
    ]


def test_figures_are_ratios_to_the_peer_and_a_score_difference() -> None:
    found = compare_presets(
        with_motion(rows(ms=25, kilobytes=180, de_mean=0.5, flicker=0.4, ssimulacra2=80)), "Pillow"
    )[0]

    assert (found.time, found.size, found.de, found.flicker) == pytest.approx((0.25, 0.9, 0.5, 0.8))
    assert found.ssimulacra2 == 5


def test_only_common_animations_are_compared() -> None:
    more = [replace(row, photo="dog", ms=1e6) for row in rows() if row.encoder != "Pillow"]

    assert compare_presets(rows(ms=50) + more, "Pillow")[0].time == pytest.approx(0.5)


def test_a_peer_without_rows_is_not_compared() -> None:
    assert compare_presets(rows(), "gifski q100") == []
    assert nearest_preset(rows(), "gifski q100") is None


def test_the_ratio_of_two_exact_encoders_is_1_and_to_one_is_infinite() -> None:
    exact = [replace(row, de_mean=0.0) for row in rows()]
    theirs_exact = [replace(row, de_mean=0.0 if row.encoder == "Pillow" else 0.1) for row in rows()]

    assert compare_presets(exact, "Pillow")[0].de == 1
    assert compare_presets(theirs_exact, "Pillow")[0].de == inf


def with_motion(rows: list[Row]) -> list[Row]:
    return [replace(row, effect="zoom") for row in rows]


def test_equal_figures_dominate() -> None:
    found = nearest_preset(with_motion(rows()), "Pillow")

    assert found is not None
    assert found[1] == {}


@pytest.mark.parametrize(
    ("worse", "word"),
    [
        ({"ms": 120}, "time x 1.20"),
        ({"kilobytes": 220}, "bytes x 1.10"),
        ({"de_mean": 1.5}, "dE x 1.50"),
        ({"ssimulacra2": 74}, "SSIMULACRA2 -1.0"),
        ({"flicker": 1.0}, "flicker x 2.00"),
    ],
)
def test_worse_figures_are_named(worse: dict[str, float], word: str) -> None:
    found = nearest_preset(with_motion(rows(**worse)), "Pillow")

    assert found is not None
    assert list(found[1]) == [word]


def test_flicker_does_not_count_without_motion() -> None:
    found = nearest_preset(rows(flicker=1.0), "Pillow")

    assert found is not None
    assert found[1] == {}


def test_stills_are_excluded_from_flicker() -> None:
    found = nearest_preset(rows(flicker=0.1) + with_motion(rows(flicker=0.6)), "Pillow")

    assert found is not None
    assert list(found[1]) == ["flicker x 1.20"]


def test_the_nearest_preset_has_the_smallest_gap() -> None:
    own = rows(ms=200)
    own[2] = replace(own[2], ms=101)
    found = nearest_preset(own, "Pillow")

    assert found is not None
    assert found[0].preset == list(PRESETS)[1]


def test_rows_are_selected_by_size_and_effect() -> None:
    some = [PEER, replace(PEER, size_px=480), replace(PEER, effect="zoom")]

    assert select_rows(some, 300, ["blur"]) == [PEER]
