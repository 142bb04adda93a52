"""A real server with each file of the corpus."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from PIL import Image
from tests.hostile.resource_usage import MAX_CPU_S
from tests.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hostile.conftest import Files
    from tests.servers import Server

HIGH_LIMITS = {
    "GIFMILL_CLIENT_ORDERS_BURST": "10000",
    "GIFMILL_CLIENT_REQUESTS_BURST": "100000",
    "GIFMILL_INTAKE_TIMEOUT_S": "120",
}
"""Settings so that neither rate limits nor the load of this machine affect the tests."""


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a separate server, whose workers have decoded nothing else."""
    with serving(tmp_path_factory.mktemp("data"), environ=HIGH_LIMITS) as running:
        yield running


def peaks_bytes(server: Server) -> dict[int, int]:
    """Return the peak memory of each process of the server by process id."""
    peaks = {}
    for process in [psutil.Process(server.process.pid), *psutil.Process(server.process.pid).children()]:
        status = Path(f"/proc/{process.pid}/status").read_text()
        peaks[process.pid] = 1_024 * int(status.split("VmHWM:")[1].split()[0])
    return peaks


def cpu_s(server: Server) -> float:
    """Return the processor time of all processes of the server."""
    parent = psutil.Process(server.process.pid)
    return sum(sum(process.cpu_times()[:2]) for process in [parent, *parent.children()])


@pytest.mark.parametrize("corpus", ["small_corpus", "large_corpus"])
def test_each_file_gives_its_error_code_or_a_gif(
    target: Server, corpus: str, request: pytest.FixtureRequest
) -> None:
    files: Files = request.getfixturevalue(corpus)
    workers, start_s = set(peaks_bytes(target)), cpu_s(target)

    max_bytes = 0
    for photo, (outcome, _, limit_bytes) in files.items():
        max_bytes = max(max_bytes, limit_bytes)  # the peak of a process never falls
        before_s = cpu_s(target)
        query = {"effects": "cyclic", "size": "64"}
        response = target.client.post("/v1/photos", content=photo.read_bytes(), params=query, timeout=120)
        document = response.json()
        if outcome == "photo":
            assert response.status_code == 202, (photo.name, document)
            [gif] = target.finished(document["id"])["gifs"]
            with Image.open(io.BytesIO(target.client.get(gif["url"]).content)) as image:
                assert image.format == "GIF"
                image.load()
        else:
            assert (response.status_code // 100, document["code"]) == (4, outcome), (photo.name, document)
        assert max(peaks_bytes(target).values()) < max_bytes, photo.name
        assert cpu_s(target) - before_s < MAX_CPU_S, photo.name

    if corpus == "small_corpus":
        assert cpu_s(target) - start_s < len(files), "more than a second per file"
    assert set(peaks_bytes(target)) == workers, "a worker died"
