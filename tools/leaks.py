"""Scan for keys and passwords in all files that git tracks or would add: `.venv/bin/python -m tools.leaks`.

A clean file is not scanned again until it changes: a full scan takes half a minute.
Mark a false finding with the comment `pragma: allowlist secret` on its line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from fnmatch import fnmatch
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]

_IGNORED = (
    "package-lock.json",  # hashes of packages
    "uv.lock",  # hashes too
    "tests/golden/*.json",  # hashes of pictures
    "src/gifmill/cli/doctor_photos.py",  # pictures in base64
    "*.csv",
    "*.gif",
    "*.heic",
    "*.jpg",
    "*.png",
    "*.webp",
)
"""Files with only hashes, figures and pictures."""


def find_secrets(root: Path = ROOT) -> list[str]:
    """Find lines that look like secrets.

    Args:
        root: a git repository; `.cache` in it remembers clean files.

    Returns:
        Path, line and kind of each finding, as text.
    """
    cache = root / ".cache/leaks.json"
    clean = set(json.loads(cache.read_text())) if cache.exists() else set()
    marks = {_digest(root, path): root / path for path in _files(root)}
    new = {mark: path for mark, path in marks.items() if mark not in clean}
    with ProcessPoolExecutor() as pool:
        leaks = dict(zip(new, pool.map(_leaks, new.values(), chunksize=8), strict=True))
    cache.parent.mkdir(exist_ok=True)
    cache.write_text(json.dumps(sorted(mark for mark in marks if not leaks.get(mark))))
    return [f"{new[mark].relative_to(root)}:{leak}" for mark in new for leak in leaks[mark]]


def _digest(root: Path, path: str) -> str:
    """Return a digest of a file's content and path and of the scanner's version."""
    header = f"{version('detect-secrets')}\n{path}\n"
    return sha256(header.encode() + (root / path).read_bytes()).hexdigest()


def _leaks(path: Path) -> list[str]:
    with default_settings():
        return [f"{leak.line_number}: {leak.type}" for leak in scan_file(str(path))]


def _files(root: Path) -> Iterator[str]:
    """List files that git tracks, and those that `git add` would add."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for path in sorted(set(listed.split("\0")) - {""}):
        if (root / path).is_file() and not any(fnmatch(path, pattern) for pattern in _IGNORED):
            yield path


def main() -> int:
    """Print the findings. Return 1 if there are any."""
    lines = find_secrets()
    print(*lines, f"leaks: {len(lines)} found", sep="\n")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
