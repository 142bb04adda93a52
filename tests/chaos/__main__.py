"""`make chaos`: upload a thousand photos while faults are injected, and report violated invariants."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.chaos_run import ChaosRun
from tests.chaos.disk import small_disk

from bench.argument_types import at_least_one

if TYPE_CHECKING:
    from tests.chaos.report import Report

_NO_DISK = "this system allows no mount in a namespace: the disk could not be filled"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--photos", type=at_least_one, default=1000, metavar="N", help="default: 1000")
    parser.add_argument("--seed", type=int, default=None, metavar="N", help="default: random")
    parser.add_argument("--report", type=Path, default=None, metavar="FILE", help="write it as JSON to FILE")
    parser.add_argument("--inside", type=Path, default=None, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    seed = random.randrange(1_000_000) if arguments.seed is None else arguments.seed

    if arguments.inside is None:
        return _run_on_small_disk(arguments, seed)
    can_fill = os.path.ismount(arguments.inside)
    run = ChaosRun(arguments.inside / "data", arguments.photos, seed, can_fill=can_fill, log=_log)
    report = run.run()
    if not can_fill:
        report.disk = _NO_DISK
    if arguments.report:
        arguments.report.write_text(json.dumps(asdict(report)))
    _print(report)
    return 1 if report.violations else 0


def _log(message: str) -> None:
    print(message, file=sys.stderr, flush=True)  # noqa: T201


def _print(report: Report) -> None:
    """Print the report, one value per line."""
    for name, value in asdict(report).items():
        text = f"{value:.1f}" if isinstance(value, float) else str(value)
        print(f"{name.replace('_', ' '):>20}  {text}", flush=True)  # noqa: T201


def _run_on_small_disk(arguments: argparse.Namespace, seed: int) -> int:
    megabytes = 64 + arguments.photos // 2
    with tempfile.TemporaryDirectory(prefix="gifmill-chaos-") as folder:
        command = [sys.executable, "-m", "tests.chaos", "--photos", str(arguments.photos)]
        command += ["--seed", str(seed), "--inside", folder]
        if arguments.report:
            command += ["--report", str(arguments.report.absolute())]
        before = small_disk(Path(folder), megabytes) or ()
        return subprocess.run([*before, *command], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
