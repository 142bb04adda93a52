"""Cold start of the command: a camera photo to three GIFs, measured over the whole process.

The baseline is the startup cost of any program of this kind: a Python process that imports numpy and Pillow.
The runs of the commands are interleaved. Times are medians.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.argument_types import at_least_one
from bench.markdown_tables import machine, table
from bench.process_measurement import GIFMILL, PYTHON, run

PHOTO = Path(__file__).parent / "out" / "12mp.jpg"
PHOTO_PX = (4000, 3000)
GRAIN = 8.0
"""Standard deviation of the grain. It makes the photo 4 MB, as on a phone; without grain it would be 1 MB."""

FLOOR = "python: import numpy, PIL.Image"
MAKE = "gifmill make, 12 MP to three GIFs"
GOAL_RATIO = 2


def make_photo() -> None:
    """Write the photo. Run in a child process: the memory of this process counts for every child."""
    from bench.benchmark_photos import large_photo

    large_photo(PHOTO, PHOTO_PX, noise=GRAIN)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.cold_start", description=__doc__)
    parser.add_argument(
        "--repeats", type=at_least_one, default=15, metavar="N", help="rounds that count (default: 15)"
    )
    repeats = parser.parse_args().repeats

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(make_photo).result()
    with TemporaryDirectory() as folder:
        commands = {
            "python: pass": [PYTHON, "-c", "pass"],
            FLOOR: [PYTHON, "-c", "import numpy, PIL.Image"],
            "gifmill effects": [GIFMILL, "effects"],
            MAKE: [GIFMILL, "make", str(PHOTO), "--size", "300", "-o", folder],
        }
        rounds = []
        for done in range(repeats + 1):
            print(f"\rmeasuring {done}/{repeats} ", end="", file=sys.stderr, flush=True)
            rounds.append({name: run(command) for name, command in commands.items()})
        print(file=sys.stderr)

    seconds = {name: median(ended[name].seconds for ended in rounds[1:]) for name in commands}
    rows = [
        (
            name,
            f"{1000 * seconds[name]:.0f}",
            f"{seconds[name] / seconds[FLOOR]:.2f}",
            f"{max(ended[name].max_rss_bytes for ended in rounds[1:]) / 1e6:.0f}",
        )
        for name in commands
    ]
    ratio = seconds[MAKE] / seconds[FLOOR]
    print(f"{PHOTO_PX[0]} x {PHOTO_PX[1]} px JPEG of {PHOTO.stat().st_size / 1e6:.1f} MB;", end=" ")
    print(f"medians of {repeats} interleaved runs after one warm-up run, in which Python compiles.")
    print(machine("numpy", "pillow"))
    print("\n" + table(("process", "ms", "ratio", "peak MB"), rows))
    met = "met" if ratio <= GOAL_RATIO else "NOT MET"
    print(f"\nGoal: at most {GOAL_RATIO:g} x the floor: {met} ({ratio:.2f}).")


if __name__ == "__main__":
    main()
