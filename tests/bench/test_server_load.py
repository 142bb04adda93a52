from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from tests.servers import serving

from bench import server_load
from bench.arrival_schedule import Outcome
from bench.peak_memory import peak_memory
from bench.server_load import sockets, stage
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server

SMALL = [Path(__file__).parents[1] / "sample_photos" / name for name in ("chelsea.jpg", "rocket.jpg")]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("load"), environ=server_load._unlimited()) as server:
        yield server


def test_only_limits_per_client_are_removed() -> None:
    settings = Settings.from_env(server_load._unlimited())
    assert settings.client_orders_per_min > 1_000_000
    assert (settings.max_queue, settings.max_wait_s) == (Settings().max_queue, Settings().max_wait_s)


def test_clients_are_notified_of_all_ordered_gifs(served: Server) -> None:
    found = stage(served, SMALL, rate=3, seconds=2, probes=1)
    outcome = Outcome.from_arrivals((*found.arrivals, *found.probes))
    assert outcome.offered == outcome.accepted == len(outcome.seconds) > 1
    assert found.server_cpu > 0
    assert found.client_cpu > 0
    assert found.probes[0].due == 2
    assert len(found.row()) == len(server_load._HEADER)


def test_sockets_stay_open_until_they_are_counted(served: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_load, "SOCKETS", 30)
    opened, megabytes = sockets(served, SMALL)
    assert opened == 30
    assert 0 < megabytes < 30


def test_memory_of_the_server_and_its_workers_is_separate(served: Server) -> None:
    with peak_memory(psutil.Process(served.process.pid)) as peaks:
        served.finished(served.order(SMALL[0].read_bytes())["id"])
        while not all(peaks.values()):
            time.sleep(0.05)
    assert 10_000_000 < peaks["server"] < peaks["workers"]
