"""The emulator of AWS in its own process group, on a free port, with TLS and IAM. It is always stopped.

Functions are its child processes, with its Python, its environment and the patches in `patches/`.
"""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import trustme
from tests.requirement_checks import skip_or_fail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-emulator/bin/python"
PATCHES = Path(__file__).parent / "patches"

REGION = "us-east-1"
ACCOUNT = "123456789012"
SECRET = "emulated"  # pragma: allowlist secret
"""An arbitrary value, also in the emulator's environment. The access key is the account's number."""


_START_S = 90
_STOP_S = 0.3
"""Its state is temporary, so it has nothing to save."""

_NAMES = (
    "localhost",
    "127.0.0.1",
    "*.amazonaws.com",
    f"*.{REGION}.amazonaws.com",
    f"*.s3.{REGION}.amazonaws.com",
    f"*.execute-api.{REGION}.amazonaws.com",
    "*.cloudfront.net",
)


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator.

    Attributes:
        port: the port of all services on 127.0.0.1.
        authority: the file of the certificate authority's certificate.
        certificate: the file of the emulator's certificate.
        log: the log file of the emulator and the functions.
        pid: the process, leader of its group.
    """

    port: int
    authority: Path
    certificate: Path
    log: Path
    pid: int

    @property
    def endpoint(self) -> str:
        """Return the URL of all AWS APIs."""
        return f"https://127.0.0.1:{self.port}"


_PORT_TRIES = 5
"""A free port may be taken by another process before the emulator binds it."""


@contextmanager
def emulator(without: Iterable[str] = ()) -> Iterator[Emulator]:
    """Start an empty emulator, and delete its state at the end of the block.

    Args:
        without: names of patches to omit, so that a test can show that each is needed.
    """
    with tempfile.TemporaryDirectory(prefix="gifmill-emulator-") as folder:
        state = Path(folder)
        authority, certificate, key = _certificates(state)
        log = state / "log"
        for _ in range(_PORT_TRIES):
            port = _free_port()
            process = _start(log, _environ(state, port, authority, certificate, key), without)
            try:
                running = Emulator(port, authority, certificate, log, process.pid)
                if not _becomes_healthy(process, running):
                    continue
                yield running
                return
            finally:
                _stop(process)
        raise AssertionError(log.read_text())


def _start(log: Path, environ: Mapping[str, str], without: Iterable[str]) -> subprocess.Popen[bytes]:
    with log.open("w") as out:
        # When this process ends for any reason, standard input closes and the emulator stops itself.
        return subprocess.Popen(
            [PYTHON, "-m", "patched", *(f"--without={name}" for name in without)],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def require_emulator() -> None:
    """Skip a test if the emulator is not installed; in CI fail instead."""
    if PYTHON.exists():
        return
    skip_or_fail(
        "The emulator of AWS is not installed. Install it with tools/emulator.sh, as make test does."
    )


def _certificates(folder: Path) -> tuple[Path, Path, Path]:
    """Create a certificate authority, and a certificate for all host names of AWS that tests use."""
    authority = trustme.CA(organization_name="gifmill tests")
    certificate = authority.issue_cert(*_NAMES)
    files = folder / "authority.pem", folder / "certificate.pem", folder / "key.pem"
    authority.cert_pem.write_to_path(files[0])
    certificate.cert_chain_pems[0].write_to_path(files[1])
    certificate.private_key_pem.write_to_path(files[2])
    return files


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _environ(state: Path, port: int, authority: Path, certificate: Path, key: Path) -> dict[str, str]:
    """Return the environment. It inherits only the path and the language, since functions inherit it too."""
    return {
        **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        "HOME": str(state),
        "TMPDIR": str(state),
        "PYTHONPATH": str(PATCHES),
        "PYTHONUNBUFFERED": "1",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": f"{REGION}.amazonaws.com",  # to recognise host names of APIs
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "AUTH": "true",
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(certificate),
        "MINISTACK_SSL_KEY": str(key),
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_ENDPOINT_URL": f"https://127.0.0.1:{port}",
        "AWS_CA_BUNDLE": str(authority),
        "SSL_CERT_FILE": str(authority),
    }


def _becomes_healthy(process: subprocess.Popen[bytes], running: Emulator) -> bool:
    """Wait until the emulator responds. Return False if another process took its port before its start."""
    context = ssl.create_default_context(cafile=running.authority)
    end = time.monotonic() + _START_S
    with httpx.Client(base_url=running.endpoint, verify=context) as client:
        while True:
            if process.poll() is not None:
                output = running.log.read_text()
                assert "Address already in use" in output, output
                return False
            with suppress(httpx.TransportError):
                if client.get("/_ministack/health").is_success:
                    return True
            assert time.monotonic() < end, running.log.read_text()
            time.sleep(0.02)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Terminate the emulator, then kill what is left of its process group."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdin is not None
    process.stdin.close()
