"""Asks whether a release that we ship is known to be vulnerable: `.venv/bin/python -m tools.audit`.

pip-audit says that it knows of nothing also where it was told nothing: here that is said.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[1]

_SHIPPED = ("--no-default-groups", "--group", "lambda", "--no-emit-project", "--no-hashes", "--no-annotate")
"""What runs where photos are: the package and the functions, with all that they bring along."""


def audited(service: Sequence[str] = ()) -> tuple[int, list[str]]:
    """Ask about every locked release.

    Args:
        service: options of pip-audit that say whom to ask; by default PyPI.

    Returns:
        An exit code, 1 where a release is vulnerable, and what to say.
    """
    uv = _said("sh", "tools/uv.sh").strip()
    with tempfile.TemporaryDirectory() as folder:
        locked = Path(folder) / "requirements.txt"
        locked.write_text(_said(uv, "export", "--quiet", "--locked", *_SHIPPED))
        command = [
            sys.executable,
            "-m",
            "pip_audit",
            "-r",
            str(locked),
            "--no-deps",
            "--disable-pip",
            "-f",
            "json",
        ]
        command += ["--progress-spinner", "off", "--cache-dir", str(ROOT / ".cache/pip-audit"), *service]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        releases = json.loads(done.stdout)["dependencies"]
    except ValueError:
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return 0, [f"audit: NOT DONE, nobody could be asked: {reason[:200]}"]
    known = [release for release in releases if "vulns" in release]
    skipped = [release["name"] for release in releases if "vulns" not in release]
    lines = [_line(release, flaw) for release in known for flaw in release["vulns"]]
    code = int(bool(lines))
    if skipped:
        names = "none is known to who was asked" if not known else ", ".join(skipped)
        undone = f"audit: NOT DONE for {len(skipped)} of {len(releases)} releases: {names}"
        return code, [*lines, undone]
    return code, [*lines, f"audit: {len(known)} releases, {len(lines)} flaws known"]


def _line(release: Mapping[str, Any], flaw: Mapping[str, Any]) -> str:
    mended = ", ".join(flaw["fix_versions"]) or "nothing yet"
    return f"{release['name']} {release['version']}: {flaw['id']}, mended in {mended}"


def _said(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def main() -> int:
    """Say what was found; what could not be asked goes to standard error."""
    code, lines = audited()
    for line in lines:
        print(line, file=sys.stderr if "NOT DONE" in line else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
