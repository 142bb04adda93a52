"""Fuzz a real server from its OpenAPI document: `python -m tests.fuzz.openapi_fuzzer SECONDS`.

The exit code is that of schemathesis: 0 if every response matches the document.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.servers import serving

HIGH_LIMITS = {
    "GIFMILL_CLIENT_ORDERS_BURST": "1000000",
    "GIFMILL_CLIENT_REQUESTS_BURST": "1000000",
    "GIFMILL_CLIENT_CONNECTIONS": "1000",
}
"""High rate limits: a server that rejects most requests with 429 would test little else."""

_CONFIG = Path(__file__).with_name("schemathesis.toml")


def main() -> int:
    """Run a server and schemathesis, and return the exit code of schemathesis."""
    [seconds] = sys.argv[1:]
    with tempfile.TemporaryDirectory() as data, serving(Path(data), environ=HIGH_LIMITS) as server:
        command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(_CONFIG), "run"]
        command += [f"{server.address}v1/openapi.json", "--max-time", seconds]
        return subprocess.run(command, check=False, env={**os.environ, "NO_COLOR": "1"}).returncode


if __name__ == "__main__":
    sys.exit(main())
