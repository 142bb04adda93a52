from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench import encoders, quality_cache
from bench.benchmark_photos import EVALUATION_PHOTOS
from bench.encoder_benchmark import BenchmarkPart
from bench.encoders import ALL_EFFECTS, FULL_BENCHMARK, QUICK_BENCHMARK, main
from bench.peers import PEERS
from gifmill.gif import PRESETS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(encoders, "OUT", tmp_path / "out")
    monkeypatch.setattr(encoders, "DOCS", tmp_path / "docs")
    monkeypatch.setattr(quality_cache, "CACHE_FOLDER", tmp_path / "verdicts")
    return tmp_path


SELECTION = ["--photos", "tiny", "--effects", "blur", "--size", "32", "--peers", "Pillow", "--repeats", "1"]


def test_a_selected_part_is_printed_and_not_written_to_the_docs(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(SELECTION)

    assert "## Pareto dominance at 32 px" in capsys.readouterr().out
    assert (out / "out" / "encoders.csv").read_text().count("\n") == 2 + len(PRESETS)
    assert not (out / "docs").exists()


def test_the_whole_comparison_writes_its_pages(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = BenchmarkPart(32, ["tiny"], ["blur", "zoom"], ["Pillow"])
    monkeypatch.setattr(encoders, "FULL_BENCHMARK", (part,))
    monkeypatch.setattr("bench.encode_scaling.SIZES_PX", (16, 24, 32, 40))

    main(["--repeats", "1"])

    written = {path.name for path in (out / "docs").iterdir()}
    assert written == {"encoders.md", "encoders.csv", "pareto.png"}
    assert "## Encode time by pixels x frames" in (out / "docs" / "encoders.md").read_text()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("--photos=nobody", "unknown name 'nobody'; known names: astronaut"),
        ("--peers=nobody", "unknown name 'nobody'; known names: gifski"),
        ("--effects=nobody", "Unknown effect or pack 'nobody'. Effects: blur"),
        ("--repeats=0", "'0' is not a whole number of at least 1"),
        ("--size=0", "'0' is not a whole number of at least 1"),
    ],
)
def test_a_wrong_option_is_rejected_with_the_valid_values(
    wrong: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([wrong])

    errors = capsys.readouterr().err
    assert f"error: argument {wrong.partition('=')[0]}: {words}" in errors


def test_the_whole_comparison_has_every_evaluation_photo_effect_and_peer_at_300_px() -> None:
    parts = [part for part in FULL_BENCHMARK if part.size_px == 300]

    assert {photo for part in parts for photo in part.photos} == set(EVALUATION_PHOTOS)
    assert all(list(part.effects) == ALL_EFFECTS for part in parts)
    assert set(parts[0].peers) == set(PEERS)
    assert {part.size_px for part in FULL_BENCHMARK} == {300, 480, 1024}


def test_tuning_photos_are_not_used_for_evaluation() -> None:
    assert {photo for part in (*FULL_BENCHMARK, QUICK_BENCHMARK) for photo in part.photos} <= set(
        EVALUATION_PHOTOS
    )
