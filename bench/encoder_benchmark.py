"""The encoder benchmark: for each photo, time all animations, then compute quality on all processors.

The two never overlap: other load would disturb the timing.
"""

from __future__ import annotations

import csv
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from bench.encoder_results import Row, row
from bench.encoder_timing import Job, measure
from bench.quality_cache import measure_quality

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class BenchmarkPart:
    """One part of the benchmark: every effect on every photo at one size.

    Attributes:
        size_px: longest side of the GIFs, in pixels.
        photos: names of photos.
        effects: names of effects.
        peers: names of other encoders, measured besides all presets of gifmill.
    """

    size_px: int
    photos: Sequence[str]
    effects: Sequence[str]
    peers: Sequence[str]


def run(parts: Sequence[BenchmarkPart], repeats: int) -> Iterator[Row]:
    """Run parts of the benchmark and yield their rows, photo by photo."""
    # Libraries in use have threads, which a fork would lose.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for part in parts:
            for photo in part.photos:
                turns = {}
                for effect in part.effects:
                    _show_progress(f"{part.size_px} px, {photo}: timing {effect}")
                    job = Job(photo, effect, part.size_px)
                    turns[job] = measure(job, part.peers, repeats)
                _show_progress(f"{part.size_px} px, {photo}: computing quality")
                gifs = [{name: turn.gif for name, turn in found.items()} for found in turns.values()]
                for (job, found), verdicts in zip(
                    turns.items(), pool.map(measure_quality, turns, gifs), strict=True
                ):
                    for name, turn in found.items():
                        yield row(job, name, turn, verdicts[name])
    _show_progress("")


def _show_progress(step: str) -> None:
    print(f"\r\033[K{step}", end="", file=sys.stderr, flush=True)


def write(rows: Sequence[Row], path: Path) -> None:
    """Write rows as a CSV file."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(Row.__slots__), lineterminator="\n")
        writer.writeheader()
        for one in rows:
            values = asdict(one)
            writer.writerow({name: _short(value) for name, value in values.items()})


def _short(value: str | float) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
