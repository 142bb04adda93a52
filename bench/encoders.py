"""The encoder of gifmill compared with its peers: time, bytes and quality on the same frames.

Without arguments, runs the whole comparison and writes docs/background/bench/. With arguments, runs and
prints one part.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bench.argument_types import at_least_one
from bench.benchmark_photos import EVALUATION_PHOTOS, OUT, PHOTOS
from bench.encode_scaling import PHOTO, scaling_table
from bench.encoder_benchmark import BenchmarkPart, run, write
from bench.encoder_report import conditions, findings
from bench.pareto_chart import DEFAULT, draw
from bench.peers import PEERS
from bench.preset_comparison import select_rows
from gifmill.effects import EFFECTS, select_effects
from gifmill.errors import UnknownEffect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DOCS = Path(__file__).parents[1] / "docs" / "background" / "bench"

ALL_EFFECTS = [effect.name for effect in EFFECTS]
MAIN_PEERS = [name for name, peer in PEERS.items() if peer.main]

PHOTOS_WITH_ALL_PEERS = ["hopper", "sky"]
"""Evaluation photos for which all peers are measured; the others have only FASTER_PEERS."""

FASTER_PEERS = [name for name in MAIN_PEERS if name != "libvips"]
"""The main peers without libvips, which takes as long as all others together."""

FULL_BENCHMARK = (
    BenchmarkPart(300, PHOTOS_WITH_ALL_PEERS, ALL_EFFECTS, list(PEERS)),
    BenchmarkPart(
        300,
        [name for name in EVALUATION_PHOTOS if name not in PHOTOS_WITH_ALL_PEERS],
        ALL_EFFECTS,
        FASTER_PEERS,
    ),
    BenchmarkPart(480, ["flower"], ["blur", "recursive", "cyclic", "party", "spin", "zoom"], MAIN_PEERS),
    BenchmarkPart(1024, ["sky"], ["blur", "zoom"], MAIN_PEERS),
)
"""The whole comparison: 45 minutes on two processors, with only one photo at each of the larger sizes."""

QUICK_BENCHMARK = BenchmarkPart(240, ["hopper", "sky"], ["blur", "cyclic", "spin", "zoom"], MAIN_PEERS)
"""A comparison that takes a minute."""


def _photos(text: str) -> list[str]:
    groups = {"tune": list(PHOTOS), "judge": list(EVALUATION_PHOTOS)}
    names = [name for part in text.split(",") for name in groups.get(part, [part])]
    return _known(names, {**PHOTOS, **EVALUATION_PHOTOS})


def _effects(text: str) -> list[str]:
    try:
        return [effect.name for part in text.split(",") for effect in select_effects(part)]
    except UnknownEffect as error:
        raise argparse.ArgumentTypeError(error.message) from error


def _peers(text: str) -> list[str]:
    groups = {"all": list(PEERS), "main": MAIN_PEERS, "none": []}
    return _known(groups.get(text, text.split(",")), PEERS)


def _known(names: list[str], known: Mapping[str, object]) -> list[str]:
    for name in names:
        if name not in known:
            raise argparse.ArgumentTypeError(f"unknown name {name!r}; known names: {', '.join(known)}")
    return names


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.encoders", description=__doc__)
    parser.add_argument(
        "--photos", type=_photos, help="tune, judge, or comma-separated names (default: judge)"
    )
    parser.add_argument("--effects", type=_effects, help="comma-separated packs or effects (default: all)")
    parser.add_argument(
        "--size", type=at_least_one, metavar="PX", help="longest side in pixels (default: 300)"
    )
    parser.add_argument(
        "--peers", type=_peers, help="all, main, none, or comma-separated names (default: main)"
    )
    parser.add_argument(
        "--repeats", type=at_least_one, default=3, metavar="N", help="rounds after the warm-up (default: 3)"
    )
    parser.add_argument("--quick", action="store_true", help="run two photos, four effects and one round")
    parser.add_argument("--fit", action="store_true", help="measure only encode time by pixels x frames")
    return parser.parse_args(arguments)


def _part(choice: argparse.Namespace) -> BenchmarkPart | None:
    """Return the part of the benchmark that the options select; None without such options."""
    if choice.quick:
        return QUICK_BENCHMARK
    if all(value is None for value in (choice.photos, choice.effects, choice.size, choice.peers)):
        return None
    peers = MAIN_PEERS if choice.peers is None else choice.peers
    return BenchmarkPart(
        choice.size or 300, choice.photos or list(EVALUATION_PHOTOS), choice.effects or ALL_EFFECTS, peers
    )


def main(arguments: Sequence[str] | None = None) -> None:
    choice = _parsed(arguments)
    repeats = 1 if choice.quick else choice.repeats
    if choice.fit:
        print(_scaling())
        return
    part = _part(choice)
    OUT.mkdir(exist_ok=True)
    rows = []
    for row in run([part] if part else FULL_BENCHMARK, repeats):
        rows.append(row)
        write(rows, OUT / "encoders.csv")
    report = f"{conditions(rows, repeats)}\n\n{findings(rows)}"
    draw(select_rows(rows, rows[0].size_px, ALL_EFFECTS), _title(rows[0].size_px), OUT / "pareto.png")
    if part:
        print(report)
        return
    DOCS.mkdir(exist_ok=True)
    write(rows, DOCS / "encoders.csv")
    (OUT / "pareto.png").replace(DOCS / "pareto.png")
    (DOCS / "encoders.md").write_text(f"{_HEAD}\n{report}\n\n{_scaling()}\n")
    print(f"Written to {DOCS}.")


_HEAD = """# Encoder comparison

Written by `make bench`. [Benchmarks](../benchmarks.md) explains the figures and the method;
[encoders.csv](encoders.csv) has a row for every animation and encoder.

![Bytes against quality](pareto.png)
"""


def _title(size_px: int) -> str:
    return f"GIF encoders at {size_px} px, means over photos and effects, relative to gifmill {DEFAULT}"


def _scaling() -> str:
    head = "## Encode time by pixels x frames"
    return (
        f"{head}\n\nPreset `{DEFAULT}`, photo {PHOTO}, with a least-squares line.\n\n{scaling_table(DEFAULT)}"
    )


if __name__ == "__main__":
    main()
