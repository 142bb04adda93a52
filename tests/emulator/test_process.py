from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest
from tests.emulator.clients import http_client
from tests.emulator.process import PYTHON, ROOT, Emulator, emulator, require_emulator

_START = """
import time
from tests.emulator.process import emulator
with emulator() as running:
    print(running.pid, running.log, flush=True)
    time.sleep(60)
"""


@pytest.mark.usefixtures("emulated")
def test_functions_import_only_their_layer() -> None:
    script = "from importlib.util import find_spec; print(*map(find_spec, ('PIL', 'numpy', 'gifmill')))"
    found = subprocess.run([PYTHON, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["None", "None", "None"]


def test_it_listens_on_loopback_only(emulated: Emulator) -> None:
    listening = {
        connection.laddr.ip
        for connection in psutil.Process(emulated.pid).net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_its_certificate_covers_only_host_names_of_aws(emulated: Emulator) -> None:
    with http_client(emulated) as client:
        assert client.get("https://s3.us-east-1.amazonaws.com/").status_code < 500
    with http_client(emulated) as client, pytest.raises(httpx.ConnectError, match=r"example\.org"):
        client.get("https://example.org/")


def test_the_block_ends_its_process_and_deletes_its_files() -> None:
    require_emulator()
    with emulator() as running:
        folder = running.log.parent
        assert psutil.pid_exists(running.pid)
    assert not psutil.pid_exists(running.pid)
    assert not folder.exists()


def test_it_ends_with_its_parent_process() -> None:
    require_emulator()
    starter = subprocess.Popen([sys.executable, "-c", _START], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with starter:
        assert starter.stdout is not None
        pid, log = starter.stdout.readline().split()
        started = psutil.Process(int(pid))
        starter.kill()
    end = time.monotonic() + 60
    while started.is_running() and started.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert not Path(log).parent.exists()
