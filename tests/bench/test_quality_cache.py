from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench import quality_cache
from bench.encoder_timing import Job
from bench.quality_cache import InvalidGif, frames_at, measure_quality
from gifmill.gif import encode

if TYPE_CHECKING:
    from pathlib import Path

    from bench.decoders import DecodedGif

JOB = Job("coffee", "blur", 48)


@pytest.fixture(autouse=True)
def verdicts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(quality_cache, "CACHE_FOLDER", tmp_path)
    return tmp_path


def test_gifs_of_gifmill_decode_alike_and_keep_the_duration() -> None:
    assert measure_quality(JOB, {"ours": encode(JOB.animation())})["ours"].ssimulacra2 > 70


def test_a_result_is_cached(verdicts: Path) -> None:
    gif = encode(JOB.animation())
    first = measure_quality(JOB, {"ours": gif})
    kept = next(verdicts.rglob("*.json"))
    kept.write_text(kept.read_text().replace('"flicker": ', '"flicker": 7'))

    assert measure_quality(JOB, {"ours": gif})["ours"].flicker > first["ours"].flicker + 6


def test_different_animations_have_separate_results(verdicts: Path) -> None:
    gif = encode(JOB.animation())
    measure_quality(JOB, {"ours": gif})
    measure_quality(Job("chelsea", "blur", 48), {"ours": encode(Job("chelsea", "blur", 48).animation())})

    assert len(list(verdicts.rglob("*.json"))) == 2


def test_a_gif_of_another_duration_is_rejected() -> None:
    delays_ms = [frame.delay_cs * 10 for frame in JOB.animation().frames]
    delays_ms[-1] += 10

    with pytest.raises(ValueError, match="duration 3000 ms, expected 3010"):
        frames_at(encode(JOB.animation()), delays_ms)


def cut_off() -> bytes:
    return encode(Job("coffee", "zoom", 48).animation())[:-400] + b";"


@pytest.mark.parametrize(
    "gif",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GIF89a", id="a magic number"),
        pytest.param(cut_off(), id="cut off"),
        pytest.param(encode(Job("coffee", "party", 48).animation()), id="another animation"),
    ],
)
def test_an_encoder_that_fails_is_named_with_photo_and_effect(gif: bytes) -> None:
    with pytest.raises(InvalidGif, match=r"^Broken 1, blur of coffee at 48 px: ."):
        measure_quality(JOB, {"ours": encode(JOB.animation()), "Broken 1": gif})


@pytest.mark.parametrize("error", [OSError, RuntimeError, SyntaxError, EOFError])
def test_errors_of_any_type_name_the_encoder(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: bytes) -> DecodedGif:
        raise error("no such block")

    monkeypatch.setattr(quality_cache, "decode", fail)
    with pytest.raises(InvalidGif, match=r"^ours, blur of coffee at 48 px: no such block$") as caught:
        measure_quality(JOB, {"ours": b"GIF89a"})
    assert isinstance(caught.value.__cause__, error)


@pytest.mark.parametrize("dependency", ["ffmpeg", "version"])
def test_a_result_of_other_versions_is_not_used(
    dependency: str, verdicts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gif = encode(JOB.animation())
    measure_quality(JOB, {"ours": gif})
    quality_cache._code_digest.cache_clear()
    monkeypatch.setattr(quality_cache, dependency, lambda *_: "another one")
    measure_quality(JOB, {"ours": gif})
    quality_cache._code_digest.cache_clear()

    assert len(list(verdicts.rglob("*.json"))) == 2
