from __future__ import annotations

import pytest

from bench.contest import ENCODERS, SIZE_PX, Job, jobs, judge, measure
from bench.peers import PEERS
from bench.pictures import PHOTOS
from gifmill.effects import effect_named
from gifmill.frames import Animation, Frame
from gifmill.gif import PRESETS


def test_at_least_four_photos_are_in_the_contest() -> None:
    assert len(PHOTOS) >= 4


def test_photos_are_as_small_as_a_repository_likes() -> None:
    assert max(path.stat().st_size for path in PHOTOS.values()) < 60_000


def test_every_preset_and_every_peer_is_an_encoder() -> None:
    assert set(ENCODERS) == {*PEERS, *(f"gifmill {name}" for name in PRESETS)}


def test_frames_are_of_the_size_measured() -> None:
    job = jobs(["chelsea"], [effect_named("recursive")])[0]

    assert max(job.animate().size) == SIZE_PX


def test_all_encoders_run_as_often_as_asked_and_the_warm_up_does_not_count() -> None:
    job = jobs(["chelsea"], [effect_named("blur")])[0]

    runs = measure(job, 2)

    assert {name: len(turns) for name, turns in runs.items()} == dict.fromkeys(ENCODERS, 2)


def test_our_gifs_decode_alike_and_last_as_long_as_the_animation() -> None:
    job = jobs(["coffee"], [effect_named("blur")])[0]

    assert judge(job, ENCODERS["gifmill balanced"](job).gif).ssimulacra2 > 70


def test_a_gif_of_another_length_is_refused() -> None:
    job = jobs(["chelsea"], [effect_named("blur")])[0]
    longer = job.animate()
    last = longer.frames[-1]
    frames = (*longer.frames[:-1], Frame(last.source, last.layout, last.delay_cs + 1))
    gif = ENCODERS["gifmill fast"](_job_of(Animation(frames, longer.size))).gif

    with pytest.raises(ValueError, match="lasts 3010 ms"):
        judge(job, gif)


def _job_of(animation: Animation) -> Job:
    return Job("made", effect_named("blur"), lambda: animation)
