"""The commands of `make deploy` and `make destroy`, run against an emulator of AWS."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.emulator.process import ACCOUNT, REGION, ROOT, SECRET, Emulator
from tests.requirements import skip_or_fail

_TIMEOUT_S = 300
_MAX_OUTPUT_CHARS = 4_000

_ARCH = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
"""Functions run here, so their layer must be for this machine."""


def require_cdk() -> None:
    """Skip a test where the CDK's command is not installed; in CI that is an error."""
    if not (ROOT / "node_modules/.bin/cdk").exists():
        skip_or_fail("no CDK command in node_modules/ (`make e2e` installs it)")


class Commands:
    """Runs commands that find an emulator where they would find AWS.

    Attributes:
        emulator: the one.
    """

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.emulator = emulator
        self._environ = _environ(emulator, folder)
        self._folder = folder

    def cdk(self, *arguments: str) -> None:
        """Run the CDK's command, as `make` and people do."""
        out = str(self._folder / "cdk.out")
        options = ("--no-notices", "--ci", "--output", out, "-c", f"arch={_ARCH}")
        self._run("npx", "cdk", *arguments, *options)

    def module(self, name: str) -> None:
        """Run a module of infra/."""
        self._run(sys.executable, "-m", name)

    def _run(self, *command: str) -> None:
        """Run a command, and end whatever it started after the timeout."""
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        with process:
            try:
                said, _ = process.communicate(timeout=_TIMEOUT_S)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        assert process.returncode == 0, said[-_MAX_OUTPUT_CHARS:]


def _environ(emulator: Emulator, folder: Path) -> dict[str, str]:
    """Nobody's real account: no profile, no credentials, no endpoint but the emulator's."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    return {
        **ours,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), ours["PATH"])),  # node and npx
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CA_BUNDLE": str(emulator.authority),
        "NODE_EXTRA_CA_CERTS": str(_trusted(emulator, folder)),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


def _trusted(emulator: Emulator, folder: Path) -> Path:
    """What node is to trust: the emulator, and what it trusts already, for it may fetch the CDK's command."""
    trusted = folder / "trusted.pem"
    known = Path(os.environ.get("NODE_EXTRA_CA_CERTS") or os.devnull)
    trusted.write_bytes(emulator.authority.read_bytes() + (known.read_bytes() if known.exists() else b""))
    return trusted
