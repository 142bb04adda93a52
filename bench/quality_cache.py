"""Quality metrics of encoded files, cached because they are slow but deterministic.

Results are in bench/out/verdicts/, under a digest of the frames, the file, and the code that computes them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from bench import decoders, perceived_colour, quality, ssimulacra2_batch
from bench.benchmark_photos import OUT
from bench.decoders import decode
from bench.external_programs import ffmpeg
from bench.quality import OriginalAnimation, Quality

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.encoder_timing import Job
    from gifmill.animation import Pixels

CACHE_FOLDER = OUT / "verdicts"


class InvalidGif(Exception):
    """An encoder's output is not a GIF of its animation. The message names the encoder and the animation."""


def measure_quality(job: Job, gifs: Mapping[str, bytes]) -> dict[str, Quality]:
    """Decode each encoder's GIF of an animation and compare it with the original frames, by time.

    Raises:
        InvalidGif: a GIF cannot be decoded, its duration differs, or the two decoders disagree.
    """
    animation = job.animation()
    canvases = [animation.canvas(index) for index in range(len(animation.frames))]
    delays_ms = [frame.delay_cs * 10 for frame in animation.frames]
    frames = sha256(_code_digest() + repr(delays_ms).encode())
    for canvas in canvases:
        frames.update(canvas.tobytes())

    @cache
    def original() -> OriginalAnimation:
        return OriginalAnimation(canvases)

    verdicts = {}
    for name, gif in gifs.items():
        key = sha256(frames.digest() + gif).hexdigest()
        kept = CACHE_FOLDER / key[:2] / f"{key}.json"
        if not kept.exists():
            try:
                verdict = original().quality(frames_at(gif, delays_ms))
            except Exception as error:
                # Decoders raise errors of any type for broken files.
                raise InvalidGif(
                    f"{name}, {job.effect} of {job.photo} at {job.size_px} px: {error}"
                ) from error
            kept.parent.mkdir(parents=True, exist_ok=True)
            unfinished = kept.with_suffix(".part")
            unfinished.write_text(json.dumps(asdict(verdict)))
            unfinished.replace(kept)
        verdicts[name] = Quality(**json.loads(kept.read_text()))
    return verdicts


def frames_at(gif: bytes, delays_ms: Sequence[int]) -> list[Pixels]:
    """Decode a GIF and return its canvas at the middle of each frame of a timeline, given its delays.

    Raises:
        ValueError: the duration differs, or the two decoders disagree.
    """
    decoded = decode(gif)
    if sum(decoded.delays_ms) != sum(delays_ms):
        raise ValueError(f"duration {sum(decoded.delays_ms)} ms, expected {sum(delays_ms)}")
    return decoded.resample(delays_ms)


@cache
def _code_digest() -> bytes:
    """Return a digest of the code of the metrics, and of the versions of its packages and of ffmpeg."""
    modules = (sys.modules[__name__], decoders, perceived_colour, quality, ssimulacra2_batch)
    sources = [Path(str(module.__file__)).read_bytes() for module in modules]
    versions = [version(package) for package in ("numpy", "pillow", "scikit-image", "scipy", "ssimulacra2")]
    return sha256(b"".join(sources) + repr((ffmpeg(), *versions)).encode()).digest()
