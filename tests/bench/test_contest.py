from __future__ import annotations

import pytest

from bench.contest import OURS, Job, measure, moving
from bench.peers import PEERS
from gifmill.gif import PRESETS


def test_frames_are_of_the_size_measured() -> None:
    assert max(Job("chelsea", "recursive", 64).animation().size) == 64


def test_every_preset_and_every_peer_asked_for_takes_part() -> None:
    turns = measure(Job("chelsea", "blur", 32), ["Pillow"], 1)

    assert list(turns) == [*(OURS + name for name in PRESETS), "Pillow"]


def test_encoders_run_as_often_as_asked_and_the_warm_up_does_not_count() -> None:
    turns = measure(Job("chelsea", "blur", 32), ["Pillow FASTOCTREE"], 2)

    assert {len(found.seconds) for found in turns.values()} == {2}


def test_a_slow_peer_runs_once_and_that_counts() -> None:
    turns = measure(Job("chelsea", "blur", 32), ["libvips"], 2)["libvips"]

    assert len(turns.seconds) in {1, 2}
    assert turns.median_ms > 0


def test_the_time_of_gifsicle_holds_that_of_pillow() -> None:
    name = "gifsicle -O3"
    if not PEERS[name].version():
        pytest.skip("gifsicle is not on this machine")

    turns = measure(Job("chelsea", "blur", 64), [name], 1)

    assert turns[name].median_ms > turns["Pillow"].median_ms


def test_all_but_the_classic_effects_move() -> None:
    assert len(moving()) == 12
    assert "blur" not in moving()
