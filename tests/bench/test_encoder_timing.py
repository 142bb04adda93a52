from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

import pytest

from bench import encoder_timing
from bench.encoder_timing import GIFMILL_PREFIX, Job, measure, motion_effects
from bench.peers import PEERS, Peer
from gifmill.effects import EFFECTS, PACKS
from gifmill.gif import PRESETS

if TYPE_CHECKING:
    from bench.peer_input import PeerInput


def test_frames_have_the_size_of_the_job() -> None:
    assert max(Job("chelsea", "recursive", 64).animation().size) == 64


def test_every_preset_and_every_requested_peer_is_measured() -> None:
    turns = measure(Job("chelsea", "blur", 32), ["Pillow"], 1)

    assert list(turns) == [*(GIFMILL_PREFIX + name for name in PRESETS), "Pillow"]


def test_the_warm_up_is_not_among_the_requested_rounds() -> None:
    turns = measure(Job("chelsea", "blur", 32), ["Pillow FASTOCTREE"], 2)

    assert {len(found.seconds) for found in turns.values()} == {2}


def test_a_slow_peer_runs_once_and_that_run_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def sleeping_encoder(_: PeerInput) -> bytes:
        sleep(0.3)
        return b"a GIF"

    monkeypatch.setitem(PEERS, "sleeper", Peer(sleeping_encoder, lambda: "sleeper 1"))
    monkeypatch.setattr(encoder_timing, "SINGLE_RUN_S", 0.2)
    turns = measure(Job("chelsea", "blur", 32), ["sleeper"], 2)["sleeper"]

    assert turns.gif == b"a GIF"
    assert len(turns.seconds) == 1
    assert turns.median_ms >= 300


def test_slow_presets_of_gifmill_also_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_timing, "SINGLE_RUN_S", 0.0)
    turns = measure(Job("chelsea", "blur", 32), ["Pillow"], 2)

    assert {len(found.seconds) for found in turns.values()} == {1}


def test_the_time_of_gifsicle_includes_that_of_pillow() -> None:
    name = "gifsicle -O3"
    if not PEERS[name].version():
        pytest.skip("gifsicle is not installed")

    turns = measure(Job("chelsea", "blur", 64), [name], 1)

    assert turns[name].median_ms > turns["Pillow"].median_ms


def test_all_but_the_classic_effects_have_motion() -> None:
    assert len(motion_effects()) == len(EFFECTS) - len(PACKS["classic"])
    assert "blur" not in motion_effects()
