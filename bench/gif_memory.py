"""Peak memory of the processes that make the largest GIFs, and of long animations: `make bench-gif-memory`.

This process imports no numpy: Linux counts its memory into that of the processes it starts.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.benchmark_photos import OUT, large_photo
from bench.markdown_tables import machine, table
from bench.process_measurement import GIFMILL, PYTHON, run
from gifmill.effects import EFFECTS

LARGEST_PX = 1080
LARGEST_GOAL_BYTES = 120_000_000
LONG_PX = 480
LONG_FRAMES = (30, 300)
LONG_GOAL_BYTES = 150_000_000

HEADER = ("GIF", "peak MB", "file MB", "s")

LONG_ANIMATION = """
import sys
from functools import partial
from math import cos, tau
from pathlib import Path
import numpy as np
from PIL import Image
from gifmill import open_photo
from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.gif import PRESETS, FlashDetector, encode_animation

side_px, frames = int(sys.argv[2]), int(sys.argv[3])
size = Size(side_px, side_px)
image = Image.fromarray(open_photo(sys.argv[1], max_side_px=side_px).pixels)

def draw(number):
    part = (1 - cos(tau * number / frames)) / 6
    left, top = part * image.width, part * image.height
    box = (left, top, image.width - left, image.height - top)
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS, box))

animation = Animation(tuple(Frame(partial(draw, number), Plain(), 4) for number in range(frames)), size)
data, _ = encode_animation(animation, PRESETS["balanced"], FlashDetector(size))
Path(sys.argv[4]).write_bytes(data)
"""
"""Source of the process that encodes an animation longer than any effect's: a zoom into a photo, and back."""


def _measured(name: str, command: list[str], gif: Path) -> tuple[int, tuple[str, ...]]:
    """Return a command's peak memory in bytes, and its row of the table."""
    run(command)  # compiles modules
    measured = run(command)
    peak = measured.max_rss_bytes
    return peak, (name, f"{peak / 1e6:.0f}", f"{gif.stat().st_size / 1e6:.1f}", f"{measured.seconds:.1f}")


def main() -> int:
    """Measure all effects and long animations, print a table and return exit code 1 if a goal is missed."""
    photo = str(large_photo(OUT / f"{LARGEST_PX}.jpg", (LARGEST_PX, LARGEST_PX)))
    print(f"{machine('numpy', 'pillow')}\n")
    largest, long, rows = [], [], []
    with TemporaryDirectory() as folder:
        for effect in EFFECTS:
            gif = Path(folder, f"{LARGEST_PX}-{effect.name}.gif")
            command = [GIFMILL, "make", photo, "-e", effect.name, "--size", str(LARGEST_PX), "-o", folder]
            peak, row = _measured(f"{effect.name}, {LARGEST_PX} px", command, gif)
            largest.append(peak)
            rows.append(row)
        for frames in LONG_FRAMES:
            gif = Path(folder, "long.gif")
            command = [PYTHON, "-c", LONG_ANIMATION, photo, str(LONG_PX), str(frames), str(gif)]
            peak, row = _measured(f"{frames} frames, {LONG_PX} px", command, gif)
            long.append(peak)
            rows.append(row)
    print(table(HEADER, rows))
    goals = (
        (f"{LARGEST_PX} px", max(largest), LARGEST_GOAL_BYTES),
        (f"{max(LONG_FRAMES)} frames of {LONG_PX} px", max(long), LONG_GOAL_BYTES),
    )
    verdicts = (
        f"{name}, {peak / 1e6:.0f} MB <= {goal / 1e6:.0f}: {'met' if peak <= goal else 'NOT MET'}"
        for name, peak, goal in goals
    )
    print(f"\nGoals: {'; '.join(verdicts)}.")
    return 0 if all(peak <= goal for _, peak, goal in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
