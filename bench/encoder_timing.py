"""Encoder timing: every encoder writes every animation, in interleaved rounds.

Every round runs each encoder once on the same animation, so that other load on the machine affects all
encoders alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

import gifmill
from bench.benchmark_photos import EVALUATION_PHOTOS, PHOTOS
from bench.peer_input import PeerInput
from bench.peers import BASE, PEERS
from gifmill.effects import EFFECTS, PACKS, Effect, find_effect
from gifmill.gif import PRESETS, encode
from gifmill.photo import Photo

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from gifmill.animation import Animation

GIFMILL_PREFIX = "gifmill "
"""Prefix of gifmill's names among the encoders; the preset's name follows."""

SLOW_FACTOR = 5
"""Peers that take longer than this many times gifmill's slowest preset run once, and that run counts."""

SINGLE_RUN_S = 1.0
"""Encoders that take longer than this, including gifmill, also run once: noise is small in comparison."""

MAX_PHOTO_PX = 640
"""The longest side of the largest photos. Larger animations are made from enlarged photos."""


@dataclass(frozen=True, slots=True)
class Job:
    """One animation that every encoder writes: an effect with its default options on a photo.

    Attributes:
        photo: name of the photo.
        effect: name of the effect.
        size_px: longest side in pixels; up to `MAX_PHOTO_PX`, a smaller photo keeps its own size.
    """

    photo: str
    effect: str
    size_px: int

    def animation(self) -> Animation:
        """Draw the frames: their time is no part of an encoder's."""
        effect = find_effect(self.effect)
        values = {param.name: param.default for param in effect.params}
        return draw_frames(effect.animate(_fitted(self.photo, self.size_px), **values))


def draw_frames(animation: Animation) -> Animation:
    """Return the animation with all its frames drawn."""
    frames = tuple(replace(frame, source=frame.draw()) for frame in animation.frames)
    return replace(animation, frames=frames)


@cache
def _fitted(name: str, size_px: int) -> Photo:
    photo = gifmill.open_photo({**PHOTOS, **EVALUATION_PHOTOS}[name])
    if size_px <= MAX_PHOTO_PX:
        return photo.fit(size_px)
    scale = size_px / max(photo.size)
    size = [round(side * scale) for side in photo.size]
    return Photo(np.asarray(Image.fromarray(photo.pixels).resize(size, Image.Resampling.LANCZOS)))


@dataclass(slots=True)
class TimedRuns:
    """All runs of one encoder on one animation.

    Attributes:
        gif: the GIF of the last run.
        seconds: time of each run, from frames in memory, or in the files that a command reads, to the GIF.
    """

    gif: bytes = b""
    seconds: list[float] = field(default_factory=list)

    @property
    def median_ms(self) -> float:
        """The median time in milliseconds."""
        return 1000 * median(self.seconds)


def motion_effects(effects: Iterable[Effect] = EFFECTS) -> list[str]:
    """Return the names of effects with motion: all but the classic ones, which are still between changes."""
    return [effect.name for effect in effects if effect.name not in PACKS["classic"]]


def measure(job: Job, peers: Collection[str], repeats: int) -> dict[str, TimedRuns]:
    """Time gifmill's presets and some peers in interleaved rounds.

    The first round is a warm-up; it counts only for slow encoders, which run once. The peer `BASE` is
    measured if another peer starts from its GIF, even if it is not in `peers`.
    """
    presets = {GIFMILL_PREFIX + name: preset for name, preset in PRESETS.items()}
    from_base = [name for name in peers if PEERS[name].from_base]
    turns = {name: TimedRuns() for name in (*presets, *([BASE] if from_base else []), *peers)}
    animation = job.animation()
    with TemporaryDirectory() as folder:
        source = PeerInput.from_animation(animation, Path(folder))
        source.write()

        def run_once(name: str) -> float:
            """Encode once. gifmill gets frames with their structure; peers accept only full canvases."""
            start = perf_counter()
            gif = encode(animation, presets[name]) if name in presets else PEERS[name].encode(source)
            seconds = perf_counter() - start
            turns[name].gif = gif
            if name == BASE:
                source.pillow.write_bytes(gif)
            return seconds

        first_s = {name: run_once(name) for name in turns}
        limit_s = min(SINGLE_RUN_S, SLOW_FACTOR * max(first_s[name] for name in presets))
        for name in turns:
            if first_s[name] > limit_s:
                turns[name].seconds.append(first_s[name])
        for _ in range(repeats):
            for name in turns:
                if first_s[name] <= limit_s:
                    turns[name].seconds.append(run_once(name))
    for name in from_base:
        turns[name].seconds = [seconds + turns[BASE].median_ms / 1000 for seconds in turns[name].seconds]
    return turns
