from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.encoder_report import conditions, findings
from bench.encoder_results import Row
from bench.peers import PEERS
from gifmill.gif import PRESETS

if TYPE_CHECKING:
    import pytest

PEER = Row(300, "cat", "blur", "Pillow", 100, 200, 1.0, 3.0, 75, 0.5)
OURS = [replace(PEER, encoder=f"gifmill {name}", ms=50) for name in PRESETS]
ROWS = [replace(row, effect=effect) for effect in ("blur", "zoom") for row in (PEER, *OURS)]


def titles(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("#")]


def test_the_report_has_goals_dominance_and_means() -> None:
    assert titles(findings(ROWS)) == [
        "## Goals at 300 px",
        "## Pareto dominance at 300 px",
        "## Means at 300 px",
        "### All effects",
        "### Stills",
        "### Motion",
        "### blur",
        "### zoom",
    ]


def test_peers_with_fewer_photos_have_a_separate_table() -> None:
    more = [replace(row, photo="dog") for row in ROWS if row.encoder != "Pillow"]
    page = findings(ROWS + more)

    assert "### All effects (2 photos)" in page
    assert "### All effects (1 photo)" in page
    assert page.partition("(2 photos)")[2].partition("###")[0].count("Pillow") == 0


def test_every_size_has_a_section() -> None:
    page = findings(ROWS + [replace(row, size_px=480) for row in ROWS])

    assert "## Means at 480 px" in page


def test_results_without_peers_have_only_means() -> None:
    assert titles(findings(OURS)) == ["## Means at 300 px", "### All effects"]


def test_results_on_one_photo_are_marked() -> None:
    one, two = findings(ROWS), findings(ROWS + [replace(row, photo="dog") for row in ROWS])

    assert one.count("On one photo only (cat), because more would take too long") == 2
    assert "On one photo only" not in two
    assert two.count("Means over cat, dog.") == 2


def test_versions_and_missing_peers_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = {"Pillow": replace(PEERS["Pillow"], version=lambda: "Pillow 13"), "libvips": PEERS["libvips"]}
    missing = {"gifski q100": replace(PEERS["gifski q100"], version=lambda: None)}
    monkeypatch.setattr("bench.encoder_report.PEERS", installed)
    assert "Peers: Pillow 13.\nMissing on this machine: none.\n" in conditions(ROWS, 3)

    monkeypatch.setattr("bench.encoder_report.PEERS", installed | missing)
    assert "Peers: Pillow 13.\nMissing on this machine: gifski q100.\n" in conditions(ROWS, 3)


def test_the_report_says_that_slow_encoders_run_once() -> None:
    assert "Medians of 3 interleaved rounds; slow encoders run once." in conditions(ROWS, 3)


def test_a_missing_second_decoder_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Decoded by Pillow and by ffmpeg " in conditions(ROWS, 3)

    monkeypatch.setattr("bench.encoder_report.ffmpeg", lambda: None)
    assert "Decoded by Pillow alone (ffmpeg is missing)." in conditions(ROWS, 3)
