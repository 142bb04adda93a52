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


def test_a_page_tells_promises_dominance_and_means() -> None:
    assert titles(findings(ROWS)) == [
        "## Promises at 300 px",
        "## Dominated by, at 300 px",
        "## Means at 300 px",
        "### All effects",
        "### Stills",
        "### Motion",
        "### blur",
        "### zoom",
    ]


def test_peers_that_met_fewer_photos_stand_in_a_table_over_these() -> None:
    more = [replace(row, photo="dog") for row in ROWS if row.encoder != "Pillow"]
    page = findings(ROWS + more)

    assert "### All effects (2 photos)" in page
    assert "### All effects (1 photo)" in page
    assert page.partition("(2 photos)")[2].partition("###")[0].count("Pillow") == 0


def test_every_size_has_its_own_figures() -> None:
    page = findings(ROWS + [replace(row, size_px=480) for row in ROWS])

    assert "## Means at 480 px" in page


def test_ours_alone_are_told_without_peers() -> None:
    assert titles(findings(OURS)) == ["## Means at 300 px", "### All effects"]


def test_the_mean_of_one_picture_is_called_what_it_is() -> None:
    one, two = findings(ROWS), findings(ROWS + [replace(row, photo="dog") for row in ROWS])

    assert one.count("Of one picture alone, cat, as more would take too long") == 2
    assert "Of one picture alone" not in two
    assert two.count("Means over cat, dog.") == 2


def test_versions_and_what_is_missing_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    here = {"Pillow": replace(PEERS["Pillow"], version=lambda: "Pillow 13"), "libvips": PEERS["libvips"]}
    gone = {"gifski q100": replace(PEERS["gifski q100"], version=lambda: None)}
    monkeypatch.setattr("bench.encoder_report.PEERS", here)
    assert "Peers: Pillow 13.\nMissing on this machine: none.\n" in conditions(ROWS, 3)

    monkeypatch.setattr("bench.encoder_report.PEERS", here | gone)
    assert "Peers: Pillow 13.\nMissing on this machine: gifski q100.\n" in conditions(ROWS, 3)


def test_who_runs_once_is_whoever_is_slow() -> None:
    assert "Medians of 3 interleaved rounds; of whoever is slow, one." in conditions(ROWS, 3)


def test_a_second_decoder_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Decoded by Pillow and by ffmpeg " in conditions(ROWS, 3)

    monkeypatch.setattr("bench.encoder_report.ffmpeg", lambda: None)
    assert "Decoded by Pillow alone, as ffmpeg is missing." in conditions(ROWS, 3)
