from __future__ import annotations

from dataclasses import replace

from bench.encoder_results import Row
from bench.pareto_dominance import dominance_table
from gifmill.gif import PRESETS

PEER = Row(300, "cat", "blur", "Pillow", 100, 200, 1.0, 3.0, 75, 0.5)
BETTER = [replace(PEER, encoder=f"gifmill {name}", ms=50 if name == "balanced" else 200) for name in PRESETS]


def cells(rows: list[Row]) -> list[str]:
    return [
        cell.strip() for cell in dominance_table(rows, 300, ["Pillow", "libvips"]).splitlines()[-1].split("|")
    ][1:-1]


def test_a_peer_is_dominated_by_a_preset_without_a_worse_figure() -> None:
    assert cells([PEER, *BETTER]) == ["Pillow", "balanced", "balanced", "", "1 of 1", ""]


def test_flicker_counts_for_effects_with_motion() -> None:
    rows = [replace(row, effect="zoom") for row in (PEER, *BETTER)]
    rows[1:] = [replace(row, flicker=0.6) for row in rows[1:]]

    assert cells(rows)[3:] == ["no; balanced flicker x 1.20", "0 of 1", "zoom: balanced flicker x 1.20"]


def test_flicker_counts_over_all_effects_too() -> None:
    # Flicker of the still effect is so low that the mean of both effects is below the peer's.
    stills = [PEER, *(replace(row, flicker=0.1) for row in BETTER)]
    motion = [replace(row, effect="zoom") for row in (PEER, *(replace(row, flicker=0.6) for row in BETTER))]

    assert cells(stills + motion)[1:4] == [
        "no; balanced flicker x 1.20",
        "balanced",
        "no; balanced flicker x 1.20",
    ]


def test_peers_without_rows_are_not_in_the_table() -> None:
    assert "libvips" not in dominance_table([PEER, *BETTER], 300, ["Pillow", "libvips"])
