"""Decoding of every file of a folder to 480 px, each in its own process, compared with libvips and Chromium.

A crash, a time-out or an unexpected error ends the process of one file, not the run. A difference from a
reference is no proof of an error: a person must find out which of the two is right.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from bench.argument_types import at_least_one
from bench.markdown_tables import machine, table
from bench.photo_readings import (
    CRASH,
    PHOTO,
    READERS,
    TIME_OUT,
    UNEXPECTED,
    Reading,
    read_in_chromium,
    read_one,
    reading,
)
from bench.process_measurement import PYTHON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import Browser

    from gifmill.animation import Pixels

    type Reader = Callable[[bytes, int], Pixels]

SIDE_PX = 480
TIMEOUT_S = 30

AGREES_LEVELS = 6.0
"""The largest mean difference between two decodings of the same picture.

In the test images of six other projects, libvips and gifmill differed by under 4 levels for the same picture,
because of resampling and chroma upsampling, and by 9 or more for different ones. In Chromium, a small picture
with a weak gamma may differ by less than this.
"""

FAILURES = (CRASH, TIME_OUT, UNEXPECTED)
AGREES, DIFFERS, TURNED, OTHER_SIZE = "agrees", "differs", "turned", "other size"
_LISTED = 10


class Comparison(NamedTuple):
    """The comparison of a reading with a reference's.

    Attributes:
        verdict: AGREES; DIFFERS; TURNED if another orientation is nearest; OTHER_SIZE. Without two pictures
            to compare, the result of the reference.
        levels: mean absolute difference of a channel, 0 to 255, in the nearest orientation.
    """

    verdict: str = ""
    levels: float | None = None


def compare(ours: Reading, theirs: Reading) -> Comparison:
    """Compare two readings. Their sides may differ by a pixel, because decoders round differently."""
    if ours.pixels is None or theirs.pixels is None:
        return Comparison(theirs.result)
    height, width = ours.pixels.shape[:2]
    levels = {}
    for which in range(8):
        turned = np.rot90(theirs.pixels[:, :: -1 if which >= 4 else 1], which % 4)
        if max(abs(height - turned.shape[0]), abs(width - turned.shape[1])) <= 1:
            levels[which] = _mean_difference(ours.pixels, turned)
    if not levels:
        return Comparison(OTHER_SIZE)
    nearest = min(levels, key=lambda which: levels[which])
    if levels.get(0, np.inf) <= AGREES_LEVELS:
        return Comparison(AGREES, levels[0])
    if nearest and (0 not in levels or levels[nearest] <= AGREES_LEVELS):
        return Comparison(TURNED, levels[nearest])
    return Comparison(DIFFERS, levels[0])


def _mean_difference(ours: Pixels, theirs: Pixels) -> float:
    if ours.shape != theirs.shape:
        size = ours.shape[1], ours.shape[0]
        theirs = np.asarray(Image.fromarray(theirs).resize(size, Image.Resampling.BILINEAR))
    return float(np.abs(ours.astype(np.int16) - theirs).mean())


class Row(NamedTuple):
    """The results of one file: gifmill's reading without pixels, and comparisons with the references."""

    name: str
    ours: Reading
    size: str
    libvips: Comparison
    chromium: Comparison

    def cells(self) -> dict[str, str]:
        """Return the cells of the printed table and the CSV file, by column name."""
        return {
            "file": self.name,
            "result": self.ours.result,
            "px": self.size,
            "peak MB": f"{self.ours.peak_bytes / 1e6:.0f}",
            "wall s": f"{self.ours.wall_s:.2f}",
            "CPU s": f"{self.ours.cpu_s:.2f}",
            "stderr": str(self.ours.stderr_lines),
            "libvips": self.libvips.verdict,
            "libvips levels": _one_digit(self.libvips.levels),
            "Chromium": self.chromium.verdict,
            "Chromium levels": _one_digit(self.chromium.levels),
            "code": self.ours.code,
            "message": " ".join(self.ours.message.split()),
        }


def _one_digit(levels: float | None) -> str:
    return "" if levels is None else f"{levels:.1f}"


def rows_of(folder: Path, side_px: int, timeout_s: float, browser: Browser | None = None) -> Iterator[Row]:
    """Read every file of a folder and its subfolders, one process per processor at a time."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())

    def readings(path: Path) -> list[Reading]:
        child = [PYTHON, "-m", "bench.photo_corpus", str(path), "--side", str(side_px), "--one"]
        return [reading([*child, reader], timeout_s) for reader in READERS]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, (ours, libvips) in zip(paths, pool.map(readings, paths), strict=True):
            shown = (
                read_in_chromium(browser, path.read_bytes(), side_px, timeout_s) if browser else Reading("")
            )
            size = " x ".join(map(str, ours.pixels.shape[1::-1])) if ours.pixels is not None else ""
            comparisons = compare(ours, libvips), compare(ours, shown)
            yield Row(str(path.relative_to(folder)), replace(ours, pixels=None), size, *comparisons)


def summary(rows: Sequence[Row]) -> str:
    """Return counts of the results, and the files that a person must check."""
    counts = Counter((row.ours.result, row.ours.code) for row in rows)
    lines = [(*key, str(number)) for key, number in counts.most_common()]
    parts = [table(("result", "code", "files"), lines, ["code"])]
    for name in ("libvips", "chromium"):
        parts += _comparison_lines(name, [(row, getattr(row, name)) for row in rows])
    slowest = sorted(rows, key=lambda row: row.ours.cpu_s, reverse=True)[:_LISTED]
    largest = sorted(rows, key=lambda row: row.ours.peak_bytes, reverse=True)[:_LISTED]
    noisy = [row for row in rows if row.ours.stderr_lines]
    parts += [
        _listed("Slowest, CPU s", [f"{row.name}: {row.ours.cpu_s:.2f}" for row in slowest]),
        _listed("Largest, MB", [f"{row.name}: {row.ours.peak_bytes / 1e6:.0f}" for row in largest]),
        _listed("Lines on stderr", [f"{row.name}: {row.ours.stderr_lines}" for row in noisy]),
        _listed(
            "Crashes, time-outs and unexpected errors",
            [_failure(row) for row in rows if row.ours.result in FAILURES],
        ),
    ]
    return "\n\n".join(parts)


def _comparison_lines(name: str, pairs: Sequence[tuple[Row, Comparison]]) -> list[str]:
    verdicts = Counter(comparison.verdict for row, comparison in pairs if row.ours.result == PHOTO)
    counts = ", ".join(f"{verdict or 'not run'} {number}" for verdict, number in verdicts.most_common())
    only = [f"{row.name}: {row.ours.code}" for row, comparison in pairs if comparison.verdict == PHOTO]
    apart = [
        f"{row.name}: {comparison.verdict} {_one_digit(comparison.levels)}"
        for row, comparison in pairs
        if comparison.verdict in {DIFFERS, TURNED, OTHER_SIZE}
    ]
    return [
        f"gifmill compared with {name}: {counts}.",
        _listed(f"Read by {name} only", only),
        _listed(f"Different from {name}", apart),
    ]


def _failure(row: Row) -> str:
    return f"{row.name}: {row.ours.result} {row.ours.code} {row.ours.message}"


def _listed(title: str, items: Sequence[str]) -> str:
    return "\n".join([f"{title}: {len(items)}", *(f"- {item}" for item in items)])


def main() -> int:
    """Run the comparison; return exit code 1 after a crash, a time-out or an error outside `GifmillError`."""
    parser = argparse.ArgumentParser(prog="python -m bench.photo_corpus", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--side", type=at_least_one, default=SIDE_PX, metavar="PX")
    parser.add_argument(
        "--timeout", type=at_least_one, default=TIMEOUT_S, metavar="S", help="seconds for one file"
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write one row per file")
    parser.add_argument("--chromium", action="store_true", help="compare with Chromium as well")
    parser.add_argument("--one", choices=READERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        read_one(arguments.one, arguments.folder, arguments.side)
        return 0
    with _chromium() if arguments.chromium else nullcontext() as browser:
        rows = list(rows_of(arguments.folder, arguments.side, arguments.timeout, browser))
    cells = [row.cells() for row in rows]
    if arguments.csv:
        with arguments.csv.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(cells[0]))
            writer.writeheader()
            writer.writerows(cells)
    words = ["result", "libvips", "Chromium", "code", "message"]
    print(machine("pillow", "isal", "pi-heif", "pyvips"))
    print(f"\n{table(list(cells[0]), [list(each.values()) for each in cells], words)}\n\n{summary(rows)}")
    return int(any(row.ours.result in FAILURES for row in rows))


@contextmanager
def _chromium() -> Iterator[Browser | None]:
    from playwright.sync_api import Error, sync_playwright
    from tests.chromium import launch_options

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(**launch_options())
        except Error as error:
            print(
                f"No Chromium (sh tools/chromium.sh installs one): {error.message.splitlines()[0]}",
                file=sys.stderr,
            )
            yield None
            return
        yield browser
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
