"""Rendering time of effects compared with encoding time: `make bench-effects`.

Measures each effect's time to make its frames and to encode them, interleaved so that other load affects both
alike, and the peak memory of a process that makes frames of the largest size.
"""

from __future__ import annotations

import argparse
import sys
from statistics import geometric_mean, mean, median
from time import perf_counter
from typing import TYPE_CHECKING

from bench.argument_types import at_least_one
from bench.benchmark_photos import PHOTOS
from bench.markdown_tables import machine, table
from bench.process_measurement import PYTHON, run
from gifmill import open_photo
from gifmill.effects import EFFECTS, Effect
from gifmill.gif import PRESETS, encode_animation
from gifmill.rendering import COMMON, Options

if TYPE_CHECKING:
    from gifmill.effects import Value

SIZE_PX = 480
LARGEST_PX = 1080
GOAL_BYTES = 200_000_000

_PROCESS = """
import sys
from gifmill.effects import find_effect
from gifmill.photo import Photo
import numpy as np
effect, side = find_effect(sys.argv[1]), int(sys.argv[2])
y, x = np.mgrid[0:side, 0:side]
photo = Photo(np.stack([x % 256, y % 256, (x + y) % 256], axis=2).astype(np.uint8))
values = {param.name: param.default for param in effect.params}
effect.animate(photo, **values)
"""
"""Source of the process whose peak memory is measured: makes the frames of one effect."""


def _values(effect: Effect) -> dict[str, Value]:
    common = {param.name for param in COMMON}
    return {name: value for name, value in Options().values(effect).items() if name not in common}


def _measured(effect: Effect, repeats: int) -> tuple[float, float, int]:
    """Return the seconds to make and to encode the frames, as means over the photos, and the frame count."""
    preset = PRESETS["balanced"]
    makes, encodes, frames = [], [], 0
    for path in PHOTOS.values():
        photo = open_photo(path, max_side_px=SIZE_PX)
        made, encoded = [], []
        for _ in range(repeats):
            start = perf_counter()
            animation = effect.animate(photo, **_values(effect))
            made.append(perf_counter() - start)
            start = perf_counter()
            encode_animation(animation, preset)
            encoded.append(perf_counter() - start)
            frames = len(animation.frames)
        makes.append(median(made))
        encodes.append(median(encoded))
    return mean(makes), mean(encodes), frames


def main() -> int:
    """Measure all effects, print a table and return exit code 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.effect_cost", description=__doc__)
    parser.add_argument("--repeats", type=at_least_one, default=3)
    repeats = parser.parse_args().repeats
    print(
        f"{len(PHOTOS)} photos, {SIZE_PX} px, medians of {repeats}; memory at {LARGEST_PX} x {LARGEST_PX} px."
    )
    print(f"{machine('numpy', 'pillow')}\n")
    rows, ratios, max_bytes = [], [], 0
    for effect in EFFECTS:
        make_s, encode_s, frames = _measured(effect, repeats)
        peak = run([PYTHON, "-c", _PROCESS, effect.name, str(LARGEST_PX)]).max_rss_bytes
        ratios.append(make_s / encode_s)
        max_bytes = max(max_bytes, peak)
        rows.append(
            [
                effect.name,
                str(frames),
                f"{1000 * make_s / frames:.1f}",
                f"{1000 * encode_s / frames:.1f}",
                f"{ratios[-1]:.2f}",
                f"{peak / 1e6:.0f}",
            ]
        )
    header = ["effect", "frames", "make, ms a frame", "encode, ms a frame", "ratio", "peak MB"]
    print(table(header, rows))
    average = geometric_mean(ratios)
    met = {
        f"making frames / encoding them, mean ratio {average:.2f} < 1": average < 1,
        f"peak memory {max_bytes / 1e6:.0f} MB <= {GOAL_BYTES / 1e6:.0f}": max_bytes <= GOAL_BYTES,
    }
    verdicts = (f"{goal}: {'met' if reached else 'NOT MET'}" for goal, reached in met.items())
    print(f"\nGoals: {'; '.join(verdicts)}.")
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
