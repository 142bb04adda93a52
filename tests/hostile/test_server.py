"""A real server with each file of the corpus."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from PIL import Image
from tests.hostile.resource_usage import MOST_CPU_S, MOST_SMALL_CPU_S
from tests.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hostile.conftest import Files
    from tests.servers import Server

pytestmark = pytest.mark.timeout(300)

UNHURRIED = {
    "GIFMILL_CLIENT_ORDERS_BURST": "10000",
    "GIFMILL_CLIENT_REQUESTS_BURST": "100000",
    "GIFMILL_INTAKE_TIMEOUT_S": "120",
}
"""The tests are about single files: rate limits and the load of this machine must not matter."""


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, whose workers nothing else has made larger."""
    with serving(tmp_path_factory.mktemp("data"), environ=UNHURRIED) as running:
        yield running


def peaks_bytes(server: Server) -> dict[int, int]:
    """The most memory that each process of the server has held, but for those that have gone meanwhile."""
    peaks = {}
    for process in [psutil.Process(server.process.pid), *psutil.Process(server.process.pid).children()]:
        status = Path(f"/proc/{process.pid}/status").read_text()
        peaks[process.pid] = 1_024 * int(status.split("VmHWM:")[1].split()[0])
    return peaks


def cpu_s(server: Server) -> float:
    """The processor time that all processes of the server have taken."""
    parent = psutil.Process(server.process.pid)
    return sum(sum(process.cpu_times()[:2]) for process in [parent, *parent.children()])


@pytest.mark.parametrize("corpus", ["small_corpus", "large_corpus"])
def test_each_file_gives_its_error_code_or_a_gif(
    target: Server, corpus: str, request: pytest.FixtureRequest
) -> None:
    files: Files = request.getfixturevalue(corpus)
    most_cpu_s = MOST_SMALL_CPU_S if corpus == "small_corpus" else MOST_CPU_S
    workers, start_s = set(peaks_bytes(target)), cpu_s(target)

    most_bytes = 0
    for photo, (outcome, _, may_hold) in files.items():
        most_bytes = max(most_bytes, may_hold)  # a peak stays what it was
        before_s = cpu_s(target)
        query = {"effects": "cyclic", "size": "64"}
        answer = target.client.post("/v1/photos", content=photo.read_bytes(), params=query, timeout=120)
        document = answer.json()
        if outcome == "photo":
            assert answer.status_code == 202, (photo.name, document)
            [gif] = target.finished(document["id"])["gifs"]
            with Image.open(io.BytesIO(target.client.get(gif["url"]).content)) as image:
                assert image.format == "GIF"
                image.load()
        else:
            assert (answer.status_code // 100, document["code"]) == (4, outcome), (photo.name, document)
        assert max(peaks_bytes(target).values()) < most_bytes, photo.name
        assert cpu_s(target) - before_s < most_cpu_s, photo.name

    if corpus == "small_corpus":
        assert cpu_s(target) - start_s < len(files), "more than a second each"
    assert set(peaks_bytes(target)) == workers, "no worker died of it"
