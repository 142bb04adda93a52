"""Encoder timing: every encoder writes every animation, in interleaved rounds.

Encoders take turns on each animation, round after round, so that whatever else the machine does falls on all
of them alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

import gifmill
from bench.benchmark_photos import JUDGES, PHOTOS
from bench.peer_input import PeerInput
from bench.peers import BASE, PEERS
from gifmill.effects import EFFECTS, PACKS, Effect, find_effect
from gifmill.gif import PRESETS, encode
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from gifmill.animation import Animation

OURS = "gifmill "
"""What the names of our encoders begin with; the preset follows."""

SLOW = 5
"""Peers that take more than this many times as long as our slowest preset run once, which counts."""

LONG_S = 1.0
"""So does whoever takes longer than this, ours too: what disturbs a measurement is small beside it."""

PICTURES_PX = 640
"""The longest side of the largest pictures. Animations larger than that are made of enlarged ones."""


@dataclass(frozen=True, slots=True)
class Job:
    """One animation that every encoder writes: an effect with its default options on a photo.

    Attributes:
        photo: its name.
        effect: the effect's name.
        size_px: the longest side; of a smaller photo, up to `PICTURES_PX`, its own.
    """

    photo: str
    effect: str
    size_px: int

    def animation(self) -> Animation:
        """The frames, made anew."""
        effect = find_effect(self.effect)
        values = {param.name: param.default for param in effect.params}
        return effect.animate(_fitted(self.photo, self.size_px), **values)


@cache
def _fitted(name: str, size_px: int) -> Photo:
    photo = gifmill.open_photo({**PHOTOS, **JUDGES}[name])
    if size_px <= PICTURES_PX:
        return photo.fit(size_px)
    scale = size_px / max(photo.size)
    size = [round(side * scale) for side in photo.size]
    return Photo(np.asarray(Image.fromarray(photo.pixels).resize(size, Image.Resampling.LANCZOS)))


@dataclass(slots=True)
class TimedRuns:
    """What one encoder did with one animation.

    Attributes:
        gif: the file that it wrote last.
        seconds: for each turn the time from frames in memory, or in files that a command reads, to the GIF.
    """

    gif: bytes = b""
    seconds: list[float] = field(default_factory=list)

    @property
    def median_ms(self) -> float:
        """The time that counts."""
        return 1000 * median(self.seconds)


def moving(effects: Iterable[Effect] = EFFECTS) -> list[str]:
    """The effects that move: all but the classic ones, whose pictures stand still between a few changes."""
    return [effect.name for effect in effects if effect.name not in PACKS["classic"]]


def measure(job: Job, peers: Collection[str], repeats: int) -> dict[str, TimedRuns]:
    """Let our presets and some peers take turns; the first round warms up, and counts for the slow alone.

    The peer that others start from takes part before them, asked for or not.
    """
    presets = {OURS + name: preset for name, preset in PRESETS.items()}
    on_pillow = [name for name in peers if PEERS[name].on_pillow]
    turns = {name: TimedRuns() for name in (*presets, *([BASE] if on_pillow else []), *peers)}
    animation = job.animation()
    with TemporaryDirectory() as folder:
        film = PeerInput.of(animation, Path(folder))
        film.write()

        def turn(name: str) -> float:
            """Ours get the frames with their structure, peers full canvases, which is all that they take."""
            start = perf_counter()
            gif = encode(animation, presets[name]) if name in presets else PEERS[name].encode(film)
            seconds = perf_counter() - start
            turns[name].gif = gif
            if name == BASE:
                film.pillow.write_bytes(gif)
            return seconds

        first_s = {name: turn(name) for name in turns}
        limit_s = min(LONG_S, SLOW * max(first_s[name] for name in presets))
        for name in turns:
            if first_s[name] > limit_s:
                turns[name].seconds.append(first_s[name])
        for _ in range(repeats):
            for name in turns:
                if first_s[name] <= limit_s:
                    turns[name].seconds.append(turn(name))
    for name in on_pillow:
        turns[name].seconds = [seconds + turns[BASE].median_ms / 1000 for seconds in turns[name].seconds]
    return turns
