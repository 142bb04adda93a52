"""Drawing time of effects compared with encoding time, and memory of drawing: `make bench-effects`.

Measures each effect's time to draw its frames and to encode them, interleaved so that other load affects both
alike. `--alpha` cuts a soft ellipse out of each photo: frames of four channels with transparency.
"""

from __future__ import annotations

import argparse
import sys
import tracemalloc
from statistics import geometric_mean, mean, median
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bench.argument_types import at_least_one
from bench.benchmark_photos import PHOTOS
from bench.encoder_timing import draw_frames
from bench.markdown_tables import machine, table
from gifmill import open_photo
from gifmill.effects import EFFECTS, Effect
from gifmill.gif import PRESETS, encode_animation
from gifmill.photo import Photo

if TYPE_CHECKING:
    from pathlib import Path

    from gifmill.effects import Value

SIZE_PX = 480

GOAL = 0.5
"""Drawing time divided by encoding time, the geometric mean over all effects."""


class Cost(NamedTuple):
    """The cost of an effect, as means over the photos.

    Attributes:
        draw_s: seconds to draw all frames.
        encode_s: seconds to encode them.
        draw_bytes: peak memory of drawing them one after the other, with those that are kept.
        frames: number of frames.
    """

    draw_s: float
    encode_s: float
    draw_bytes: float
    frames: int


def default_values(effect: Effect) -> dict[str, Value]:
    """Return the defaults of an effect's own parameters."""
    return {param.name: param.default for param in effect.params}


def opened(path: Path, *, alpha: bool) -> Photo:
    """Return a photo at the size of the GIFs; with alpha, only a soft ellipse of it."""
    photo = open_photo(path, max_side_px=SIZE_PX)
    if not alpha:
        return photo
    rows, columns = (np.linspace(-1, 1, side) for side in photo.pixels.shape[:2])
    radius = np.hypot(rows[:, None], columns)
    opacity = np.clip((1 - radius) * 8, 0, 1) * 255
    return Photo(np.dstack([photo.pixels, opacity.astype(np.uint8)]))


def _measured(effect: Effect, repeats: int, *, alpha: bool) -> Cost:
    preset = PRESETS["balanced"]
    draws, encodes, peaks, frames = [], [], [], 0
    for path in PHOTOS.values():
        photo = opened(path, alpha=alpha)
        drawn, encoded = [], []
        for _ in range(repeats):
            start = perf_counter()
            animation = draw_frames(effect.animate(photo, **default_values(effect)))
            drawn.append(perf_counter() - start)
            start = perf_counter()
            encode_animation(animation, preset)
            encoded.append(perf_counter() - start)
            frames = len(animation.frames)
        draws.append(median(drawn))
        encodes.append(median(encoded))
        peaks.append(_peak_bytes(effect, photo))
    return Cost(mean(draws), mean(encodes), mean(peaks), frames)


def _peak_bytes(effect: Effect, photo: Photo) -> int:
    """Return the peak memory of drawing all frames, one after the other."""
    tracemalloc.start()
    try:
        for frame in effect.animate(photo, **default_values(effect)).frames:
            frame.draw()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _row(effect: Effect, cost: Cost) -> list[str]:
    return [
        effect.name,
        str(cost.frames),
        f"{1000 * cost.draw_s / cost.frames:.1f}",
        f"{1000 * cost.encode_s / cost.frames:.1f}",
        f"{cost.draw_s / cost.encode_s:.2f}",
        f"{cost.draw_bytes / 1e6:.0f}",
    ]


def main() -> int:
    """Measure all effects, print a table and return exit code 1 if the goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.effect_cost", description=__doc__)
    parser.add_argument("--repeats", type=at_least_one, default=3)
    parser.add_argument("--alpha", action="store_true", help="photos with transparency")
    chosen = parser.parse_args()
    kind = "photos with alpha" if chosen.alpha else "photos"
    print(f"{len(PHOTOS)} {kind}, {SIZE_PX} px, medians of {chosen.repeats}.")
    print(f"{machine('numpy', 'pillow')}\n")
    costs = [_measured(effect, chosen.repeats, alpha=chosen.alpha) for effect in EFFECTS]
    header = ["effect", "frames", "draw, ms a frame", "encode, ms a frame", "ratio", "draw, peak MB"]
    print(table(header, list(map(_row, EFFECTS, costs))))
    average = geometric_mean(cost.draw_s / cost.encode_s for cost in costs)
    met = average <= GOAL
    total = sum(cost.draw_s for cost in costs) / sum(cost.encode_s for cost in costs)
    largest = max(cost.draw_bytes for cost in costs)
    print(f"\nAll effects together: {total:.2f}. Largest memory: {largest / 1e6:.0f} MB.")
    print(f"Goal: drawing / encoding, mean ratio {average:.2f} <= {GOAL}: {'met' if met else 'NOT MET'}.")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
