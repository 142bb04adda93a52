"""New environments with a built wheel in them: installation, use, types, sizes and import times."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from hatch_build import ROOT
from tools.wheels import uv_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PHOTO = ROOT / "cat.jpg"
CONSUMER = ROOT / "tests/consumer/consumer.py"
REPEATS = 7
_AS_PIP = ("--compile-bytecode", "--only-binary", ":all:")


class Failed(Exception):
    """A check that failed, with the reason."""


class Installed(NamedTuple):
    """An environment with the wheel in it.

    Attributes:
        python: its interpreter.
        folder: its folder.
    """

    python: Path
    folder: Path

    def run(self, *arguments: str, expected: int = 0) -> str:
        """Run Python without the environment variables of this process, and return its output.

        Raises:
            Failed: the exit code is not the expected one.
        """
        clean = {"PATH": f"{self.python.parent}:/usr/bin:/bin", "HOME": str(self.folder)}
        done = subprocess.run(
            [self.python, *arguments],
            cwd=self.folder,
            env=clean,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if done.returncode != expected:
            output = (done.stderr or done.stdout).strip()
            raise Failed(f"{' '.join(arguments)} ended with {done.returncode}: {output[-2000:]}")
        return done.stdout + done.stderr


def install(wheel: Path, python: str, extra: str, folder: Path) -> Installed:
    """Install a wheel and its newest requirements into a new environment, with compiled modules as pip does.

    Args:
        wheel: a wheel for this machine.
        python: the interpreter.
        extra: the extra's name, or an empty string.
        folder: receives the environment.

    Raises:
        Failed: it cannot be installed.
    """
    chosen = f"gifmill[{extra}] @ {wheel.as_uri()}" if extra else str(wheel)
    interpreter = folder / "bin/python"
    for arguments in (
        ("venv", "--quiet", "--python", python, str(folder)),
        ("pip", "install", "--quiet", *_AS_PIP, "--python", str(interpreter), chosen),
    ):
        done = subprocess.run([uv_path(), *arguments], cwd="/", capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"uv {arguments[0]} failed: {done.stderr.strip()[-2000:]}")
    return Installed(interpreter, folder)


def use(installed: Installed, extra: str) -> None:
    """Make GIFs with the command and with the library, and use what the extra brings.

    Raises:
        Failed: something does not work.
    """
    installed.run("-m", "gifmill", "make", str(PHOTO), "-e", "zoom", "--size", "64")
    if not (installed.folder / "cat-zoom.gif").exists():
        raise Failed("gifmill make wrote no cat-zoom.gif")
    installed.run("-m", "gifmill", "effects")
    installed.run(str(CONSUMER), str(PHOTO), str(installed.folder))
    if extra == "server":
        installed.run("-m", "gifmill", "doctor", "--data", str(installed.folder / "data"))
    else:
        # Were the server there, it would reject this port instead of running for ever.
        advice = installed.run("-m", "gifmill", "serve", "--port", "none", expected=1)
        if "gifmill[server]" not in advice:
            raise Failed(f"gifmill serve does not say what to install: {advice}")
    if extra == "aws":
        installed.run("-c", "import gifmill.aws.api, gifmill.aws.render")


def check_types(installed: Installed) -> None:
    """Check a program that uses the library with `mypy --strict`, against the installed package.

    Raises:
        Failed: mypy reports an error.
    """
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-executable"]
    cache = f"--cache-dir={installed.folder / 'mypy'}"
    environ = {name: text for name, text in os.environ.items() if name not in ("MYPYPATH", "PYTHONPATH")}
    done = subprocess.run(
        [*command, str(installed.python), cache, CONSUMER.name],
        cwd=CONSUMER.parent,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"mypy --strict of a program that uses gifmill: {done.stdout}{done.stderr}")


def megabytes(folder: Path) -> float:
    """Return the size of all files of a folder in MB; links, such as the interpreter, do not count."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def milliseconds(python: Path, arguments: Sequence[str]) -> float:
    """Return the shortest time of Python with these arguments, from the start of its process to its end."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        subprocess.run([python, *arguments], check=True, cwd="/", stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return min(times) * 1e3  # other work on the machine only adds to a time
