"""The contest: every encoder writes every animation, all in turns.

Encoders take turns on each animation, round after round, so that whatever else the machine does falls on all
of them alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from PIL import Image

import gifmill
from bench.decoders import decode
from bench.peers import PEERS, Peer
from bench.pictures import PHOTOS
from bench.quality import Quality, quality
from gifmill.gif import PRESETS, Preset, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gifmill.effects import Effect
    from gifmill.frames import Animation

SIZE_PX = 300


@dataclass(frozen=True, slots=True)
class Job:
    """One animation that every encoder writes.

    Attributes:
        photo: its name.
        effect: what is made of it.
        animate: makes the frames anew, so that no encoder finds what an earlier round left in them.
    """

    photo: str
    effect: Effect
    animate: Callable[[], Animation]


@dataclass(frozen=True, slots=True)
class Run:
    """One GIF written once.

    Attributes:
        gif: the file.
        encode_s: from frames in memory to the file.
        frames_s: the making of the frames before it; nothing where they were given.
    """

    gif: bytes
    encode_s: float
    frames_s: float | None


type Encoder = Callable[[Job], Run]


def ours(preset: Preset, job: Job) -> Run:
    """The frames as our effects make them, encoded with their structure."""
    start = perf_counter()
    animation = job.animate()
    framed = perf_counter()
    gif = encode(animation, preset)
    return Run(gif, perf_counter() - framed, framed - start)


def theirs(peer: Peer, job: Job) -> Run:
    """The same frames as full canvases, which is what every other encoder takes."""
    animation = job.animate()
    canvases = [Image.fromarray(animation.canvas(index)) for index in range(len(animation.frames))]
    delays_cs = [frame.delay_cs for frame in animation.frames]
    start = perf_counter()
    gif = peer(canvases, delays_cs)
    return Run(gif, perf_counter() - start, None)


ENCODERS: dict[str, Encoder] = {
    **{name: partial(theirs, peer) for name, peer in PEERS.items()},
    **{f"gifmill {name}": partial(ours, preset) for name, preset in PRESETS.items()},
}


def jobs(photos: Iterable[str], effects: Iterable[Effect]) -> list[Job]:
    """Every effect with its default options on every photo."""
    found = []
    for name in photos:
        photo = gifmill.open_photo(PHOTOS[name]).fit(SIZE_PX)
        for effect in effects:
            values = {param.name: param.default for param in effect.params}
            found.append(Job(name, effect, partial(effect.animate, photo, **values)))
    return found


def measure(job: Job, repeats: int) -> dict[str, list[Run]]:
    """Let all encoders take turns; the first round warms up and is thrown away."""
    rounds = [{name: encoder(job) for name, encoder in ENCODERS.items()} for _ in range(repeats + 1)]
    return {name: [turn[name] for turn in rounds[1:]] for name in ENCODERS}


def judge(job: Job, gif: bytes) -> Quality:
    """Decode a GIF and compare it with the frames, by time.

    Raises:
        ValueError: its decoders disagree, or it does not last as long as the animation.
    """
    animation = job.animate()
    delays_ms = [frame.delay_cs * 10 for frame in animation.frames]
    shown = decode(gif)
    if sum(shown.delays_ms) != sum(delays_ms):
        raise ValueError(f"{job.photo} {job.effect.name} lasts {sum(shown.delays_ms)} ms")
    return quality([animation.canvas(index) for index in range(len(delays_ms))], shown.along(delays_ms))
