from __future__ import annotations

from dataclasses import replace

from bench.findings import conditions, findings
from bench.scores import Row
from gifmill.gif import PRESETS

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
    assert "### All effects (1 photos)" in page
    assert page.partition("(2 photos)")[2].partition("###")[0].count("Pillow") == 0


def test_every_size_has_its_own_figures() -> None:
    page = findings(ROWS + [replace(row, size_px=480) for row in ROWS])

    assert "## Means at 480 px" in page


def test_ours_alone_are_told_without_peers() -> None:
    assert titles(findings(OURS)) == ["## Means at 300 px", "### All effects", "### blur"][:2]


def test_versions_and_what_is_missing_are_told() -> None:
    told = conditions(ROWS, 3)

    assert "Peers: Pillow 1" in told
    assert "Missing on this machine: " in told
