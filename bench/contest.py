"""The contest: every encoder writes every animation, all in turns.

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

import gifmill
from bench.film import Film
from bench.peers import PEERS
from bench.pictures import JUDGES, PHOTOS
from gifmill.effects import EFFECTS, PACKS, Effect, effect_named
from gifmill.gif import PRESETS, encode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gifmill.frames import Animation
    from gifmill.photo import Photo

OURS = "gifmill "
"""What the names of our encoders begin with; the preset follows."""

SLOW = 5
"""Peers that take more than this many times as long as our slowest preset run once, which counts."""


@dataclass(frozen=True, slots=True)
class Job:
    """One animation that every encoder writes: an effect with its default options on a photo.

    Attributes:
        photo: its name.
        effect: the effect's name.
        size_px: the longest side, where the photo is not smaller.
    """

    photo: str
    effect: str
    size_px: int

    def animation(self) -> Animation:
        """The frames, made anew."""
        effect = effect_named(self.effect)
        values = {param.name: param.default for param in effect.params}
        return effect.animate(_fitted(self.photo, self.size_px), **values)


@cache
def _fitted(name: str, size_px: int) -> Photo:
    return gifmill.open_photo({**PHOTOS, **JUDGES}[name]).fit(size_px)


@dataclass(slots=True)
class Turns:
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


def measure(job: Job, peers: Iterable[str], repeats: int) -> dict[str, Turns]:
    """Let our presets and some peers take turns; the first round warms up, and counts for the slow alone."""
    presets = {OURS + name: preset for name, preset in PRESETS.items()}
    animation = job.animation()
    with TemporaryDirectory() as folder:
        film = Film.of(animation, Path(folder))
        film.write()

        def turn(name: str) -> tuple[float, bytes]:
            """Ours get the frames with their structure, peers full canvases, which is all that they take."""
            start = perf_counter()
            gif = encode(animation, presets[name]) if name in presets else PEERS[name].encode(film)
            seconds = perf_counter() - start
            if name in PEERS and PEERS[name].on_pillow:
                seconds += film.pillow.seconds
            return seconds, gif

        first = {name: turn(name) for name in (*presets, *peers)}
        limit_s = SLOW * max(first[name][0] for name in presets)
        turns = {name: Turns(gif) for name, (_, gif) in first.items()}
        slow = {name for name, (seconds, _) in first.items() if seconds > limit_s}
        for name in slow:
            turns[name].seconds.append(first[name][0])
        for _ in range(repeats):
            for name in [name for name in turns if name not in slow]:
                seconds, turns[name].gif = turn(name)
                turns[name].seconds.append(seconds)
    return turns
