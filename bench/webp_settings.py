"""WebP settings compared with our GIFs: processor time, bytes and quality: `make bench-webp`.

Every animation is encoded in interleaved rounds: by the presets of both formats, by a grid of the codec's
methods and qualities with the other options of our presets, and by single options beyond Pillow's defaults.
Only tuning photos are measured, because this benchmark chooses the presets.

Time is the least processor time of all rounds: of encoding, and of flash detection, for which a WebP is
decoded. Pillow cannot select near-lossless compression, sharp chroma subsampling, or exact colours below
transparency in an animation.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from time import process_time
from typing import TYPE_CHECKING

from bench.argument_types import at_least_one
from bench.benchmark_photos import PHOTOS
from bench.encoder_results import Row, means, row
from bench.encoder_timing import Job, TimedRuns
from bench.markdown_tables import machine, table
from bench.quality_cache import measure_quality
from gifmill.gif import PRESETS, FlashDetector
from gifmill.rendering.file_formats import WebpEncoder, encoder_for
from gifmill.rendering.webp import WebpPreset, detect_flashes, save_webp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from bench.quality import Quality
    from gifmill.animation import Animation
    from gifmill.rendering.encoded_file import Encoder

    type Encode = Callable[[Animation], bytes]

SIZE_PX = 300
EFFECTS = ("blur", "cyclic", "zoom", "party", "pat", "droste")
METHODS = range(6)
"""Method 6 takes several times as long as 5."""
QUALITIES = (75, 90, 95, 98)

DEFAULTS = {"quality": 95, "method": 2}
"""Pillow's defaults for all else are the setting that single options are added to."""

OPTIONS: tuple[dict[str, int], ...] = (
    {},
    {"kmin": 0, "kmax": 0},
    {"kmin": 4, "kmax": 5},
    {"kmin": 7, "kmax": 8},
    {"kmin": 0, "kmax": 1},
    {"minimize_size": 1},
    {"allow_mixed": 1},
    {"lossless": 1, "quality": 0, "method": 0},
    {"lossless": 1, "quality": 60},
)
"""Single options of Pillow. `kmin` and `kmax` are the smallest and the largest distance between key frames, 3
and 5 by default; 0 and 0 for none but the first. Between both, the codec encodes each frame twice, as a key
frame and as a change, and chooses one."""

HEADER = ("setting", "CPU ms", "/ GIF", "kB", "/ GIF", "dE", "SSIMULACRA2", "flicker")


def encoders(methods: Sequence[int], qualities: Sequence[int]) -> dict[str, Encode]:
    """Return all settings by name: presets of both formats, the grid, and single options."""
    found: dict[str, Encode] = {
        f"{kind} {preset}": partial(_encode, encoder_for(kind.lower(), preset))
        for kind in ("GIF", "WebP")
        for preset in PRESETS
    }
    for method in methods:
        for quality in qualities:
            encoder = WebpEncoder(WebpPreset(quality, method))
            found[f"method {method}, quality {quality}"] = partial(_encode, encoder)
    for options in OPTIONS:
        name = "Pillow: " + (" ".join(f"{name}={value}" for name, value in options.items()) or "defaults")
        found[name] = partial(_encode_with_pillow, DEFAULTS | options)
    return found


def _encode(encoder: Encoder, animation: Animation) -> bytes:
    return encoder.encode(animation).data


def _encode_with_pillow(options: dict[str, int], animation: Animation) -> bytes:
    file = save_webp(animation, **options)
    detector = FlashDetector(animation.size)
    detect_flashes(file, detector)
    detector.measure()
    return file.getvalue()


def timed(animation: Animation, settings: dict[str, Encode], repeats: int) -> dict[str, TimedRuns]:
    """Encode an animation by each setting in interleaved rounds; keep the least processor time of each."""
    runs = {name: TimedRuns() for name in settings}
    for _ in range(repeats):
        for name, encode in settings.items():
            start = process_time()
            runs[name].gif = encode(animation)
            runs[name].seconds = [min([process_time() - start, *runs[name].seconds])]
    return runs


def formatted(rows: Sequence[Row]) -> str:
    """Format the means of each setting, with ratios to the balanced GIF."""
    base = next(row for row in rows if row.encoder == "GIF balanced")
    lines = [
        (
            row.encoder,
            f"{row.ms:.0f}",
            f"{row.ms / base.ms:.2f}",
            f"{row.kilobytes:.0f}",
            f"{row.kilobytes / base.kilobytes:.2f}",
            f"{row.de_mean:.2f}",
            f"{row.ssimulacra2:.1f}",
            f"{row.flicker:.2f}",
        )
        for row in rows
    ]
    return table(HEADER, lines)


def main() -> int:
    """Measure all settings on all animations, and print their means."""
    parser = argparse.ArgumentParser(prog="python -m bench.webp_settings", description=__doc__)
    parser.add_argument("--repeats", type=at_least_one, default=2)
    parser.add_argument("--size", type=at_least_one, default=SIZE_PX, metavar="PX")
    parser.add_argument("--photos", nargs="+", choices=PHOTOS, default=list(PHOTOS))
    parser.add_argument("--effects", nargs="+", default=EFFECTS)
    parser.add_argument("--methods", nargs="+", type=int, choices=range(7), default=METHODS)
    parser.add_argument("--qualities", nargs="+", type=int, default=QUALITIES)
    arguments = parser.parse_args()
    settings = encoders(arguments.methods, arguments.qualities)
    jobs = [Job(photo, effect, arguments.size) for effect in arguments.effects for photo in arguments.photos]
    with ProcessPoolExecutor(1) as pool:
        pending: list[tuple[Job, dict[str, TimedRuns], Future[dict[str, Quality]]]] = []
        for job in jobs:
            runs = timed(job.animation(), settings, arguments.repeats)
            files = {name: own.gif for name, own in runs.items()}
            pending.append((job, runs, pool.submit(measure_quality, job, files)))
        rows = [
            row(job, name, runs[name], quality)
            for job, runs, verdicts in pending
            for name, quality in verdicts.result().items()
        ]
    print(f"{len(arguments.photos)} photos, {', '.join(arguments.effects)}, {arguments.size} px.")
    print(f"{machine('numpy', 'pillow')}\n")
    print(formatted(list(means(rows, arguments.effects).values())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
