"""Our encoder beside its peers: time, bytes and quality on the same frames, in one run."""

from __future__ import annotations

import argparse
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict

from bench.contest import ENCODERS, SIZE_PX, jobs, judge, measure
from bench.decoders import has_ffmpeg
from bench.pictures import OUT, PHOTOS
from bench.report import machine
from bench.scores import formatted, means, row, verdict
from gifmill.effects import audience


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.encoders", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, metavar="N", help="rounds that count (default: 5)")
    parser.add_argument("--effects", default="classic", help="a pack or an effect (default: classic)")
    parser.add_argument("--quick", action="store_true", help="two photos, one round: to see that it works")
    chosen = parser.parse_args()
    photos = list(PHOTOS)[:2] if chosen.quick else list(PHOTOS)
    repeats = 1 if chosen.quick else chosen.repeats
    effects = audience(chosen.effects)

    work = jobs(photos, effects)
    runs = []
    for done, job in enumerate(work, 1):
        print(f"\rmeasuring {done}/{len(work)} ", end="", file=sys.stderr, flush=True)
        runs.append(measure(job, repeats))
    # Judging is slow and is not timed: all processors may work at it.
    print("judging ", end="", file=sys.stderr, flush=True)
    with ProcessPoolExecutor() as pool:
        figures = [
            {name: pool.submit(judge, job, encoded[-1].gif) for name, encoded in turns.items()}
            for job, turns in zip(work, runs, strict=True)
        ]
        rows = [
            row(job, name, turns[name], judged[name].result())
            for job, turns, judged in zip(work, runs, figures, strict=True)
            for name in ENCODERS
        ]
    print(file=sys.stderr)

    threads = os.environ.get("OPENBLAS_NUM_THREADS", "as many as it likes")
    decoders = "Pillow and ffmpeg, which agree on every pixel" if has_ffmpeg() else "Pillow alone"
    print(
        f"{len(photos)} photos at {SIZE_PX} px: {', '.join(photos)}. Medians of {repeats} interleaved runs."
    )
    print("Means over photos: geometric of ms and kB, arithmetic of quality.")
    print(f"BLAS threads: {threads}. Decoded by {decoders}.")
    print(machine("numpy", "pillow"))
    for effect in effects:
        print(f"\n## {effect.name}\n\n{formatted(means(rows, effect.name))}")
    overall = means(rows)
    print(f"\n## all\n\n{formatted(overall)}")
    if not chosen.quick:  # two photos and one round decide nothing
        print(f"\n{verdict(overall)}")
    OUT.mkdir(exist_ok=True)
    (OUT / "encoders.json").write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()
