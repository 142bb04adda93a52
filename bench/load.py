"""A real server under orders that come at rising rates and beyond what it can do, and with idle sockets.

Orders arrive by a schedule, whether those before them are answered or not. Of every ten photos one is a
camera's (12 MP, 4.8 MB) and nine are small (30 to 60 kB); each becomes the classic three at 480 px. An order
takes from when it is due until its last GIF is heard of on the WebSocket. Who orders is a process of its own,
which shares the processors with the server: its part is told. What the machine can do at all is measured with
the library in as many processes as the server has workers, on the same photos, before and after.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields
from multiprocessing import get_context
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import psutil
from tests.servers import serving

from bench.arguments import at_least_one
from bench.arrivals import Arrival, Outcome, percentile, recovered_s, schedule
from bench.pictures import OUT, PHOTOS, large_photo
from bench.processes import PYTHON
from bench.report import machine, table
from gifmill.settings import Settings, variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.servers import Server

WORKERS = 2
SOCKETS = 2_000
GOAL_COST = 0.15
GOAL_SOCKETS_MB = 100

_EFFECTS = ("blur", "recursive", "cyclic")
_QUERY = {"effects": "classic", "size": "480"}
_RATES = (0.25, 0.5, 0.75, 0.9)
"""Of what the library can do."""

_SURGE = 2.0
_PROBES = 30
"""After the surge, one each second."""

_CAMERA_PX = (4000, 3000)
_GRAIN = 12
_IN_A_TURN = 10
_LIBRARY_TURNS = 3


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
    for effect in _EFFECTS:
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


def library(paths: Sequence[Path], turns: int = _LIBRARY_TURNS) -> Library:
    """Make everything of every photo, some times over, in as many processes as the server has workers."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        list(pool.map(work, [paths[-1]] * 2 * WORKERS))  # whoever is there now has imported all
        start = time.perf_counter()
        took = list(pool.map(work, [*paths] * turns))
        per_s = len(took) / (time.perf_counter() - start)
    return Library(per_s, tuple(mean(took[number :: len(paths)]) for number in range(len(paths))))


def cost(library: Library, arrivals: Sequence[Arrival]) -> float:
    """What share of the time HTTP and queueing took, where orders come faster than they can be made.

    Counted is what was finished, each photo with the time that the library takes for it: larger ones are
    refused more often, since more is decided while they are sent.
    """
    done = [(each.done, library.seconds[each.photo]) for each in arrivals if each.done is not None]
    elapsed = max(end for end, _ in done) - min(each.due for each in arrivals)
    return 1 - sum(seconds for _, seconds in done) / (WORKERS * elapsed)


@dataclass(frozen=True, slots=True)
class Stage:
    """What was measured at one rate.

    Attributes:
        rate: orders a second.
        arrivals: what became of each.
        probes: likewise, of those that came afterwards.
        server_mb: the most that the server itself held (USS).
        workers_mb: the most that its workers held together (PSS).
        server_cpu: of one processor, how much the server took.
        crowd_cpu: how much those took who ordered.
    """

    rate: float
    arrivals: tuple[Arrival, ...]
    probes: tuple[Arrival, ...]
    server_mb: float
    workers_mb: float
    server_cpu: float
    crowd_cpu: float

    @property
    def elapsed(self) -> float:
        """Seconds until the last GIF."""
        return max((each.done for each in self.arrivals if each.done is not None), default=0)

    def row(self) -> tuple[str, ...]:
        """As a line of the table."""
        outcome = Outcome.of(self.arrivals)
        per_s = len(outcome.seconds) / self.elapsed
        times = [f"{percentile(outcome.seconds, share):.2f}" for share in (0.5, 0.95, 0.99)]
        return (
            f"{self.rate:.2f}",
            str(outcome.accepted),
            str(outcome.refused),
            str(outcome.odd + outcome.lost + outcome.unexplained),
            f"{per_s:.2f}",
            f"{len(_EFFECTS) * per_s:.2f}",
            *times,
            f"{self.server_mb:.0f}",
            f"{self.workers_mb:.0f}",
            f"{self.server_cpu:.0%}",
            f"{self.crowd_cpu:.0%}",
        )


_HEADER = (
    "orders a second", "accepted", "refused", "wrong", "photos/s", "GIFs/s", "p50 s", "p95 s", "p99 s",
    "server MB", "workers MB", "server CPU", "client CPU",
)  # fmt: skip


def stage(server: Server, paths: Sequence[Path], rate: float, seconds: float, probes: int = 0) -> Stage:
    """Send orders at a rate for a while, then one a second."""
    times = schedule(rate, seconds, seed=1)
    later = [seconds + number for number in range(probes)]
    plan = {"address": server.address, "query": _QUERY, "photos": [str(path) for path in paths]}
    process = psutil.Process(server.process.pid)
    before = _cpu_s(process)
    start = time.monotonic()
    with memory(process) as most, _crowd({**plan, "times": [*times, *later]}) as crowd:
        told = json.loads(crowd.communicate()[0])
    lasted = time.monotonic() - start
    arrivals = [Arrival(**each) for each in told["arrivals"]]
    return Stage(
        rate,
        tuple(arrivals[: len(times)]),
        tuple(arrivals[len(times) :]),
        most["server"] / 1e6,
        most["workers"] / 1e6,
        (_cpu_s(process) - before) / lasted,
        told["cpu_s"] / lasted,
    )


@contextmanager
def _crowd(plan: dict[str, Any]) -> Iterator[subprocess.Popen[str]]:
    """Those who order, with what they are to do; ended in the end."""
    command = [PYTHON, "-m", "bench.crowd"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(plan) + "\n")
            process.stdin.flush()
            yield process
        finally:
            process.kill()


@contextmanager
def memory(process: psutil.Process) -> Iterator[dict[str, int]]:
    """The most bytes that a server ("server", USS) and its workers ("workers", PSS) hold during the block."""
    most, over = {"server": 0, "workers": 0}, threading.Event()

    def watch() -> None:
        while not over.wait(1):
            most["server"] = max(most["server"], process.memory_full_info().uss)
            held = sum(each.memory_full_info().pss for each in process.children(recursive=True))
            most["workers"] = max(most["workers"], held)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield most
    finally:
        over.set()
        watching.join()


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def sockets(server: Server, paths: Sequence[Path]) -> tuple[int, float]:
    """Open idle sockets; returns how many stayed open, and what they cost the server, in MB."""
    process = psutil.Process(server.process.pid)
    plan = {"address": server.address, "query": _QUERY, "photos": [str(path) for path in paths]}
    with _crowd({**plan, "times": [0.0] * len(paths)}) as crowd:  # what is loaded once is loaded
        crowd.communicate()
    with _crowd({**plan, "sockets": SOCKETS}) as crowd:
        before = process.memory_full_info().uss
        assert crowd.stdout is not None
        if crowd.stdout.readline().strip() != "listening":
            raise RuntimeError("the sockets could not be opened")
        time.sleep(1)
        after = process.memory_full_info().uss
        told = json.loads(crowd.communicate("\n")[0])
    return told["open"], (after - before) / 1e6


def _unlimited() -> dict[str, str]:
    """One client may have as much as all; all else is as it is by default."""
    known = {variable(each): str(each.default) for each in fields(Settings)}
    mine = {
        name: "9999999" for name in known if name.startswith(("GIFMILL_CLIENT_", "GIFMILL_PHOTO_SOCKETS"))
    }
    numbers = {name: value for name, value in known.items() if value.isdigit()}
    return {**numbers, **{name: value for name, value in mine.items() if name in numbers}}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument(
        "--seconds", type=at_least_one, default=60, metavar="N", help="at each rate (default: 60)"
    )
    seconds = parser.parse_args().seconds

    paths = photos()
    print("the library alone", file=sys.stderr)
    first = library(paths)
    stages = []
    with (
        TemporaryDirectory() as folder,
        serving(Path(folder), workers=WORKERS, environ=_unlimited()) as server,
    ):
        stage(server, paths[1:], 1, 5)  # warms up
        for share in (*_RATES, _SURGE):
            print(f"{share:.0%} of that", file=sys.stderr)
            probes = _PROBES if share == _SURGE else 0
            stages.append(stage(server, paths, share * first.per_s, seconds, probes))
    second = library(paths)
    with (
        TemporaryDirectory() as folder,
        serving(Path(folder), workers=WORKERS, environ=_unlimited()) as server,
    ):
        opened, sockets_mb = sockets(server, paths)

    can = Library(
        mean((first.per_s, second.per_s)), tuple(map(mean, zip(first.seconds, second.seconds, strict=True)))
    )
    print(f"The library in {WORKERS} processes: {can.per_s:.2f} photos a second, {3 * can.per_s:.2f} GIFs.")
    print(machine("numpy", "pillow", "uvicorn"))
    print("\n" + table(_HEADER, [each.row() for each in stages]))
    calm, surge = stages[0], stages[-1]
    usual_s = percentile(Outcome.of(calm.arrivals).seconds, 0.95)
    end = surge.probes[0].due
    back = recovered_s(surge.probes, usual_s)
    hints = [each.retry_after_s for each in surge.arrivals if each.retry_after_s is not None]
    print(f"\nRefused past saturation with Retry-After of {min(hints)} to {max(hints)} s." if hints else "")
    after = f"not within {_PROBES} s" if back is None else f"{back - end:.0f} s"
    print(f"After the surge orders took their usual time (at most {usual_s:.2f} s) again: {after}.")
    spent = cost(can, surge.arrivals)
    met = "met" if spent <= GOAL_COST else "NOT MET"
    print(f"Goal: HTTP and queueing cost at most {GOAL_COST:.0%}: {met} ({spent:.1%}).")
    met = "met" if sockets_mb < GOAL_SOCKETS_MB and opened == SOCKETS else "NOT MET"
    print(
        f"Goal: {SOCKETS:,} idle sockets under {GOAL_SOCKETS_MB} MB: {met} ({opened:,}: {sockets_mb:.1f} MB)."
    )


if __name__ == "__main__":
    main()
