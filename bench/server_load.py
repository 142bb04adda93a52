"""Load test of a real server: rising order rates, overload, and idle sockets.

Orders arrive on a schedule, regardless of earlier responses. Of every ten photos, one is a camera photo
(12 MP, 4.8 MB) and nine are small (30 to 60 kB); each gives the classic three GIFs at 480 px. The latency of
an order is from its scheduled time to the WebSocket message for its last GIF. The load generator is a
separate process on the same processors; its CPU use is reported. The capacity of the machine is the
throughput of the library on the same photos, with one process per worker, measured before and after.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import psutil
from tests.servers import serving

from bench.argument_types import at_least_one
from bench.arrival_schedule import Arrival, Outcome, percentile, recovery_time_s, schedule
from bench.library_throughput import EFFECTS, WORKERS, Throughput, load_photos, measure_throughput, overhead
from bench.markdown_tables import machine, table
from bench.peak_memory import peak_memory
from bench.process_measurement import PYTHON
from gifmill.settings import Settings, variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.servers import Server

SOCKETS = 2_000
GOAL_COST = 0.15
GOAL_SOCKETS_MB = 100

_QUERY = {"effects": "classic", "size": "480"}
_RATES = (0.25, 0.5, 0.75, 0.9)
"""Order rates as fractions of the library's throughput."""

_SURGE = 2.0
_PROBES = 30
"""Number of orders after the surge, one a second."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The measurements at one rate.

    Attributes:
        rate: orders a second.
        arrivals: outcome of each order.
        probes: outcome of each order after them.
        server_mb: peak memory of the server process (USS).
        workers_mb: peak memory of its workers together (PSS).
        server_cpu: processors used by the server process, 1 = one processor.
        client_cpu: processors used by the load generator.
    """

    rate: float
    arrivals: tuple[Arrival, ...]
    probes: tuple[Arrival, ...]
    server_mb: float
    workers_mb: float
    server_cpu: float
    client_cpu: float

    @property
    def elapsed(self) -> float:
        """The time until the last GIF, in seconds."""
        return max((each.done for each in self.arrivals if each.done is not None), default=0)

    def row(self) -> tuple[str, ...]:
        """Format the row of the table."""
        outcome = Outcome.from_arrivals(self.arrivals)
        per_s = len(outcome.seconds) / self.elapsed
        times = [f"{percentile(outcome.seconds, share):.2f}" for share in (0.5, 0.95, 0.99)]
        return (
            f"{self.rate:.2f}",
            str(outcome.accepted),
            str(outcome.refused),
            str(outcome.unexpected + outcome.lost + outcome.refused_without_hint),
            f"{per_s:.2f}",
            f"{len(EFFECTS) * per_s:.2f}",
            *times,
            f"{self.server_mb:.0f}",
            f"{self.workers_mb:.0f}",
            f"{self.server_cpu:.0%}",
            f"{self.client_cpu:.0%}",
        )


_HEADER = (
    "orders a second", "accepted", "rejected", "wrong", "photos/s", "GIFs/s", "p50 s", "p95 s", "p99 s",
    "server MB", "workers MB", "server CPU", "client CPU",
)  # fmt: skip


def stage(server: Server, paths: Sequence[Path], rate: float, seconds: float, probes: int = 0) -> Stage:
    """Send orders at a rate for some seconds, then `probes` orders, one a second."""
    times = schedule(rate, seconds, seed=1)
    later = [seconds + number for number in range(probes)]
    plan = {"address": server.address, "query": _QUERY, "photos": [str(path) for path in paths]}
    process = psutil.Process(server.process.pid)
    before = _cpu_s(process)
    start = time.monotonic()
    with peak_memory(process) as peaks, _load_generator({**plan, "times": [*times, *later]}) as generator:
        results = json.loads(generator.communicate()[0])
    lasted = time.monotonic() - start
    arrivals = [Arrival(**each) for each in results["arrivals"]]
    return Stage(
        rate,
        tuple(arrivals[: len(times)]),
        tuple(arrivals[len(times) :]),
        peaks["server"] / 1e6,
        peaks["workers"] / 1e6,
        (_cpu_s(process) - before) / lasted,
        results["cpu_s"] / lasted,
    )


@contextmanager
def _load_generator(plan: dict[str, Any]) -> Iterator[subprocess.Popen[str]]:
    """Start the load generator with a plan; kill it after the block."""
    command = [PYTHON, "-m", "bench.load_generator"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(plan) + "\n")
            process.stdin.flush()
            yield process
        finally:
            process.kill()


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def sockets(server: Server, paths: Sequence[Path]) -> tuple[int, float]:
    """Open idle sockets; return the number that stayed open, and their memory in the server, in MB."""
    process = psutil.Process(server.process.pid)
    plan = {"address": server.address, "query": _QUERY, "photos": [str(path) for path in paths]}
    with _load_generator({**plan, "times": [0.0] * len(paths)}) as generator:  # warm-up
        generator.communicate()
    with _load_generator({**plan, "sockets": SOCKETS}) as generator:
        before = process.memory_full_info().uss
        assert generator.stdout is not None
        if generator.stdout.readline().strip() != "listening":
            raise RuntimeError("the sockets could not be opened")
        time.sleep(1)
        after = process.memory_full_info().uss
        results = json.loads(generator.communicate("\n")[0])
    return results["open"], (after - before) / 1e6


def _unlimited() -> dict[str, str]:
    """Return an environment without limits per client, and with defaults for all other settings."""
    known = {variable(each.name): str(each.default) for each in fields(Settings)}
    mine = {
        name: "9999999" for name in known if name.startswith(("GIFMILL_CLIENT_", "GIFMILL_PHOTO_SOCKETS"))
    }
    numbers = {name: value for name, value in known.items() if value.isdigit()}
    return {**numbers, **{name: value for name, value in mine.items() if name in numbers}}


def library_throughput(paths: Sequence[Path]) -> Throughput:
    """Measure the library's present throughput."""
    print("the library alone", file=sys.stderr)
    return measure_throughput(paths)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.server_load", description=__doc__)
    parser.add_argument(
        "--seconds", type=at_least_one, default=60, metavar="N", help="seconds at each rate (default: 60)"
    )
    seconds = parser.parse_args().seconds

    paths = load_photos()
    per_s = library_throughput(paths).per_s
    stages, surges, costs = [], [], []
    with (
        TemporaryDirectory() as folder,
        serving(Path(folder), workers=WORKERS, environ=_unlimited()) as server,
    ):
        stage(server, paths[1:], 1, 5)  # warms up
        for share in _RATES:
            print(f"{share:.0%} of its throughput", file=sys.stderr)
            stages.append(stage(server, paths, share * per_s, seconds))
        measured = [library_throughput(paths)]
        for probes in (0, _PROBES):  # each between two baselines, because a machine's speed varies
            print(f"{_SURGE:.0%} of its throughput", file=sys.stderr)
            surges.append(stage(server, paths, _SURGE * per_s, seconds, probes))
            measured.append(library_throughput(paths))
            capacity = Throughput.mean(measured[-2:])
            costs.append(overhead(capacity, surges[-1].arrivals, surges[-1].client_cpu))
    with (
        TemporaryDirectory() as folder,
        serving(Path(folder), workers=WORKERS, environ=_unlimited()) as server,
    ):
        opened, sockets_mb = sockets(server, paths)

    speeds = ", ".join(f"{each.per_s:.2f}" for each in measured)
    print(f"The library in {WORKERS} processes: {per_s:.2f} photos a second at the start, then {speeds}.")
    print(machine("numpy", "pillow", "uvicorn"))
    print("\n" + table(_HEADER, [each.row() for each in (*stages, *surges)]))
    calm, surge = stages[0], surges[-1]
    usual_s = percentile(Outcome.from_arrivals(calm.arrivals).seconds, 0.95)
    end = surge.probes[0].due
    back = recovery_time_s(surge.probes, usual_s)
    hints = [each.retry_after_s for each in surge.arrivals if each.retry_after_s is not None]
    print(f"\nRefused past saturation with Retry-After of {min(hints)} to {max(hints)} s." if hints else "")
    after = f"not within {_PROBES} s" if back is None else f"{back - end:.0f} s"
    print(f"Recovery after the surge (latency of at most {usual_s:.2f} s again): {after}.")
    spent = mean(costs)
    met = "met" if spent <= GOAL_COST else "NOT MET"
    both = " and ".join(f"{each:.1%}" for each in costs)
    print(f"Goal: HTTP and queueing cost at most {GOAL_COST:.0%}: {met} ({spent:.1%}: {both}).")
    met = "met" if sockets_mb < GOAL_SOCKETS_MB and opened == SOCKETS else "NOT MET"
    print(
        f"Goal: {SOCKETS:,} idle sockets under {GOAL_SOCKETS_MB} MB: {met} ({opened:,}: {sockets_mb:.1f} MB)."
    )


if __name__ == "__main__":
    main()
