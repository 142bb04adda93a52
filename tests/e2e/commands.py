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
from tests.requirement_checks import skip_or_fail

_TIMEOUT_S = 300
_MAX_OUTPUT_CHARS = 4_000

_ARCH = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
"""Functions run here, so their layer must be for this machine."""


def require_cdk() -> None:
    """Skip a test if the CDK's command is not installed; in CI fail instead."""
    if not (ROOT / "node_modules/.bin/cdk").exists():
        skip_or_fail("The CDK's command is not in node_modules/. Install it with make e2e.")


class Commands:
    """Runs commands with an emulator in place of AWS.

    Attributes:
        emulator: the emulator.
    """

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.emulator = emulator
        self._environ = _environ(emulator, folder)
        self._folder = folder

    def cdk(self, *arguments: str) -> None:
        """Run the CDK's command as `make` does."""
        out = str(self._folder / "cdk.out")
        options = ("--no-notices", "--ci", "--output", out, "-c", f"arch={_ARCH}")
        self._run("npx", "cdk", *arguments, *options)

    def module(self, name: str) -> None:
        """Run a module of infra/."""
        self._run(sys.executable, "-m", name)

    def _run(self, *command: str) -> None:
        """Run a command. After it, or after the timeout, kill all processes that it started."""
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
                output, _ = process.communicate(timeout=_TIMEOUT_S)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        assert process.returncode == 0, output[-_MAX_OUTPUT_CHARS:]


def _environ(emulator: Emulator, folder: Path) -> dict[str, str]:
    """Return an environment with the emulator's endpoint and credentials, and no real profile."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    return {
        **inherited,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), inherited["PATH"])),  # node and npx
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CA_BUNDLE": str(emulator.authority),
        "NODE_EXTRA_CA_CERTS": str(_trusted_certificates(emulator, folder)),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


def _trusted_certificates(emulator: Emulator, folder: Path) -> Path:
    """Write the certificates that node trusts: the emulator's, and the present ones for downloads of npx."""
    trusted = folder / "trusted.pem"
    known = Path(os.environ.get("NODE_EXTRA_CA_CERTS") or os.devnull)
    trusted.write_bytes(emulator.authority.read_bytes() + (known.read_bytes() if known.exists() else b""))
    return trusted
