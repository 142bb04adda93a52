"""Vulnerability audit of all shipped releases: `.venv/bin/python -m tools.audit`.

pip-audit reports no vulnerabilities also when its service has no data. This audit reports that case.
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

_SHIPPED = ("--no-default-groups", "--all-extras", "--no-emit-project", "--no-hashes", "--no-annotate")
"""Options of uv for the shipped releases: the package and the functions, with all dependencies."""


def audit_releases(service: Sequence[str] = ()) -> tuple[int, list[str]]:
    """Audit every locked release.

    Args:
        service: options of pip-audit for the vulnerability service; PyPI by default.

    Returns:
        The exit code, 1 if a release is vulnerable, and the lines of the report.
    """
    uv = _output("sh", "tools/uv.sh").strip()
    with tempfile.TemporaryDirectory() as folder:
        locked = Path(folder) / "requirements.txt"
        locked.write_text(_output(uv, "export", "--quiet", "--locked", *_SHIPPED))
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
        reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
        return 0, [f"audit: NOT DONE, the vulnerability service cannot be reached: {reason[:200]}"]
    known = [release for release in releases if "vulns" in release]
    skipped = [release["name"] for release in releases if "vulns" not in release]
    lines = [_line(release, vulnerability) for release in known for vulnerability in release["vulns"]]
    code = int(bool(lines))
    if skipped:
        names = "the service knows none of them" if not known else ", ".join(skipped)
        undone = f"audit: NOT DONE for {len(skipped)} of {len(releases)} releases: {names}"
        return code, [*lines, undone]
    return code, [*lines, f"audit: {len(known)} releases, {len(lines)} known vulnerabilities"]


def _line(release: Mapping[str, Any], vulnerability: Mapping[str, Any]) -> str:
    fixed = ", ".join(vulnerability["fix_versions"]) or "no release"
    return f"{release['name']} {release['version']}: {vulnerability['id']}, fixed in {fixed}"


def _output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def main() -> int:
    """Print the report. Incomplete audits go to standard error."""
    code, lines = audit_releases()
    for line in lines:
        print(line, file=sys.stderr if "NOT DONE" in line else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
