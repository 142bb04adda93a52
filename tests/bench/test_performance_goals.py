from __future__ import annotations

from dataclasses import replace

import pytest

from bench.encoder_results import Row
from bench.peers import PEERS
from bench.performance_goals import GOALS, goal_table
from gifmill.gif import PRESETS

PEER = Row(300, "cat", "blur", "libvips", 150, 100, 1.0, 3.0, 75, 0.5)
OURS = replace(PEER, encoder="gifmill balanced", ms=5.99, kilobytes=84.99, de_mean=0.9, ssimulacra2=76)


def cells(ours: Row, peer: Row = PEER) -> list[str]:
    others = [replace(ours, encoder=f"gifmill {name}") for name in PRESETS if name != "balanced"]
    lines = goal_table([peer, ours, *others], 300).splitlines()
    return [cell.strip() for cell in lines[2].split("|")][1:-1] if lines else []


def test_a_goal_is_met_at_its_limits() -> None:
    found = cells(OURS)

    assert found[0] == "libvips"
    assert found[-3:] == ["yes", "1 of 1", ""]


@pytest.mark.parametrize(
    ("worse", "name"),
    [
        (replace(OURS, ms=6.1), "time"),
        (replace(OURS, kilobytes=85.1), "bytes"),
        (replace(OURS, de_mean=0.91), "dE"),
        (replace(OURS, ssimulacra2=75.9), "SSIMULACRA2"),
    ],
)
def test_a_missed_figure_misses_the_goal(worse: Row, name: str) -> None:
    assert cells(worse)[-3:] == ["no", "1 of 1", ""]
    columns = ["time", "bytes", "dE", "SSIMULACRA2"]
    bold = [column for column, cell in zip(columns, cells(worse)[3:7], strict=True) if "**" in cell]
    assert bold == [name]


@pytest.mark.parametrize(
    ("worse", "name"),
    [
        (replace(OURS, ms=151), "time"),
        (replace(OURS, kilobytes=101), "bytes"),
        (replace(OURS, de_mean=1.1), "dE"),
        (replace(OURS, ssimulacra2=74.9), "SSIMULACRA2"),
    ],
)
def test_an_effect_that_the_peer_dominates_is_named(worse: Row, name: str) -> None:
    assert cells(worse)[-3:] == ["no", "0 of 1", f"blur ({name})"]


def test_motion_must_flicker_less_than_gifski() -> None:
    peer = replace(PEER, encoder="gifski q100", effect="zoom")
    rows = [replace(OURS, effect="zoom", ssimulacra2=80, encoder=f"gifmill {name}") for name in PRESETS]

    still, moving = goal_table([peer, *rows], 300).splitlines()[2:]

    assert "| 1 effect " in still
    assert "1 moving" in moving
    assert "**1.00** (<= 0.80)" in moving
    assert "flicker" not in moving.split("|")[-2]


def test_no_moving_effect_may_flicker_more_than_gifski() -> None:
    peer = replace(PEER, encoder="gifski q100", effect="zoom")
    ours = replace(OURS, effect="zoom", ssimulacra2=80, flicker=0.51)
    rows = [replace(ours, encoder=f"gifmill {name}") for name in PRESETS]

    assert "zoom (flicker)" in goal_table([peer, *rows], 300).splitlines()[3]


def test_goals_without_their_peer_are_omitted() -> None:
    assert cells(OURS, replace(PEER, encoder="nobody")) == []


def test_goals_have_existing_peers_and_presets() -> None:
    assert {goal.peer for goal in GOALS} <= {name for name, peer in PEERS.items() if peer.main}
    assert {name for goal in GOALS for name in goal.presets} <= set(PRESETS)


def test_at_other_sizes_the_limits_of_each_effect_hold() -> None:
    ours, peer = (replace(row, size_px=480) for row in (replace(OURS, ms=149, kilobytes=99), PEER))
    rows = [replace(ours, encoder=f"gifmill {name}") for name in PRESETS]

    assert "| yes " in goal_table([peer, *rows], 480)
