"""Drawing time of effects compared with encoding time: `make bench-effects`.

Measures each effect's time to draw its frames and to encode them, interleaved so that other load affects both
alike.
"""

from __future__ import annotations

import argparse
import sys
from statistics import geometric_mean, mean, median
from time import perf_counter
from typing import TYPE_CHECKING

from bench.argument_types import at_least_one
from bench.benchmark_photos import PHOTOS
from bench.encoder_timing import draw_frames
from bench.markdown_tables import machine, table
from gifmill import open_photo
from gifmill.effects import EFFECTS, Effect
from gifmill.gif import PRESETS, encode_animation

if TYPE_CHECKING:
    from gifmill.effects import Value

SIZE_PX = 480


def default_values(effect: Effect) -> dict[str, Value]:
    """Return the defaults of an effect's own parameters."""
    return {param.name: param.default for param in effect.params}


def _measured(effect: Effect, repeats: int) -> tuple[float, float, int]:
    """Return the seconds to draw and to encode the frames, as means over the photos, and the frame count."""
    preset = PRESETS["balanced"]
    makes, encodes, frames = [], [], 0
    for path in PHOTOS.values():
        photo = open_photo(path, max_side_px=SIZE_PX)
        made, encoded = [], []
        for _ in range(repeats):
            start = perf_counter()
            animation = draw_frames(effect.animate(photo, **default_values(effect)))
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
    print(f"{len(PHOTOS)} photos, {SIZE_PX} px, medians of {repeats}.")
    print(f"{machine('numpy', 'pillow')}\n")
    rows, ratios = [], []
    for effect in EFFECTS:
        make_s, encode_s, frames = _measured(effect, repeats)
        ratios.append(make_s / encode_s)
        rows.append(
            [
                effect.name,
                str(frames),
                f"{1000 * make_s / frames:.1f}",
                f"{1000 * encode_s / frames:.1f}",
                f"{ratios[-1]:.2f}",
            ]
        )
    header = ["effect", "frames", "draw, ms a frame", "encode, ms a frame", "ratio"]
    print(table(header, rows))
    average = geometric_mean(ratios)
    met = average < 1
    print(f"\nGoal: drawing / encoding, mean ratio {average:.2f} < 1: {'met' if met else 'NOT MET'}.")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
