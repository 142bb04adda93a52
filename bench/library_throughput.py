"""Throughput of the library alone on this machine, and the share that a server adds as overhead."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import mean
from typing import TYPE_CHECKING

from bench.benchmark_photos import OUT, PHOTOS, large_photo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.arrival_schedule import Arrival

WORKERS = 2
EFFECTS = ("blur", "recursive", "cyclic")

_CAMERA_PX = (4000, 3000)
_GRAIN = 12
_IN_A_TURN = 10
_TURNS = 4


def photos() -> list[Path]:
    """Ten photos in the order in which they are sent: the first is a camera's."""
    small = list(PHOTOS.values())
    camera = large_photo(OUT / "12mp.jpg", _CAMERA_PX, noise=_GRAIN)
    return [camera, *(small[number % len(small)] for number in range(_IN_A_TURN - 1))]


def work(path: Path) -> float:
    """What becomes of one photo, by the library alone; returns the seconds that it took."""
    import gifmill

    start = time.perf_counter()
    photo = gifmill.open_photo(path.read_bytes())
    for effect in EFFECTS:
        gifmill.render(photo, effect, size=480)
    return time.perf_counter() - start


@dataclass(frozen=True, slots=True)
class Library:
    """What the library does with all processes at work.

    Attributes:
        per_s: photos a second, in the mix.
        seconds: that each photo of the ten takes.
    """

    per_s: float
    seconds: tuple[float, ...]

    @classmethod
    def mean(cls, measured: Sequence[Library]) -> Library:
        """Of some measures what lies in their middle."""
        seconds = zip(*(each.seconds for each in measured), strict=True)
        return cls(mean(each.per_s for each in measured), tuple(map(mean, seconds)))


def library(paths: Sequence[Path], turns: int = _TURNS) -> Library:
    """Make everything of every photo, some times over, in as many processes as the server has workers."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        list(pool.map(work, [paths[-1]] * 2 * WORKERS))  # whoever is there now has imported all
        start = time.perf_counter()
        took = list(pool.map(work, [*paths] * turns))
        per_s = len(took) / (time.perf_counter() - start)
    return Library(per_s, tuple(mean(took[number :: len(paths)]) for number in range(len(paths))))


def cost(library: Library, arrivals: Sequence[Arrival], crowd_cpu: float) -> float:
    """What share of the time HTTP and queueing took, where orders come faster than they can be made.

    Counted is what was finished, each photo with the time that the library takes for it: larger ones are
    refused more often, since more is decided while they are sent. What those took who ordered, in processors,
    was not there for the server.
    """
    done = [(each.done, library.seconds[each.photo]) for each in arrivals if each.done is not None]
    elapsed = max(end for end, _ in done) - min(each.due for each in arrivals)
    return 1 - sum(seconds for _, seconds in done) / ((WORKERS - crowd_cpu) * elapsed)
