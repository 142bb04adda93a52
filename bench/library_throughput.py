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
_PHOTOS_PER_ROUND = 10
_ROUNDS = 4


def load_photos() -> list[Path]:
    """Return ten photos in the order of sending: one camera photo, then nine small ones."""
    small = list(PHOTOS.values())
    camera = large_photo(OUT / "12mp.jpg", _CAMERA_PX, noise=_GRAIN)
    return [camera, *(small[number % len(small)] for number in range(_PHOTOS_PER_ROUND - 1))]


def render_photo(path: Path) -> float:
    """Read one photo and render all effects with the library, and return the seconds."""
    import gifmill

    start = time.perf_counter()
    photo = gifmill.open_photo(path.read_bytes())
    for effect in EFFECTS:
        gifmill.render(photo, effect, size=480)
    return time.perf_counter() - start


@dataclass(frozen=True, slots=True)
class Throughput:
    """Throughput of the library with all processes busy.

    Attributes:
        per_s: photos a second, over the ten photos.
        seconds: time of each of the ten photos.
    """

    per_s: float
    seconds: tuple[float, ...]

    @classmethod
    def mean(cls, measured: Sequence[Throughput]) -> Throughput:
        """Average several measurements."""
        seconds = zip(*(each.seconds for each in measured), strict=True)
        return cls(mean(each.per_s for each in measured), tuple(map(mean, seconds)))


def measure_throughput(paths: Sequence[Path], rounds: int = _ROUNDS) -> Throughput:
    """Measure the throughput in WORKERS processes, with `rounds` repetitions of every photo."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        list(pool.map(render_photo, [paths[-1]] * 2 * WORKERS))  # warm-up: every process has its imports
        start = time.perf_counter()
        seconds = list(pool.map(render_photo, [*paths] * rounds))
        per_s = len(seconds) / (time.perf_counter() - start)
    return Throughput(per_s, tuple(mean(seconds[number :: len(paths)]) for number in range(len(paths))))


def overhead(throughput: Throughput, arrivals: Sequence[Arrival], client_cpu: float) -> float:
    """Return the fraction of the server's processor time spent on HTTP and queueing, under overload.

    Useful time is the library's time for each finished photo. It counts by photo, because larger photos are
    refused more often: more other orders arrive during their upload. `client_cpu` is the number of processors
    that the load generator used, which the server did not have.
    """
    done = [(each.done, throughput.seconds[each.photo]) for each in arrivals if each.done is not None]
    elapsed = max(end for end, _ in done) - min(each.due for each in arrivals)
    return 1 - sum(seconds for _, seconds in done) / ((WORKERS - client_cpu) * elapsed)
