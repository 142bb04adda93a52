"""Looks for keys and passwords in all that git keeps or would keep: `.venv/bin/python -m tools.leaks`.

A file that was clean is not read again until it changes: all of them take half a minute.
What only looks like a secret has `pragma: allowlist secret` in a comment on its line.
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

_PASSED_OVER = (
    "package-lock.json",  # hashes of packages
    "uv.lock",  # likewise
    "tests/golden/*.json",  # hashes of pictures
    "src/gifmill/samples.py",  # pictures in base64
    "*.csv",
    "*.gif",
    "*.heic",
    "*.jpg",
    "*.png",
    "*.webp",
)
"""Nothing but hashes, figures and pictures."""


def found(root: Path = ROOT) -> list[str]:
    """What looks as if nobody should read it: path, line, kind.

    Args:
        root: of a git repository; what is clean in it is remembered below `.cache`.
    """
    memory = root / ".cache/leaks.json"
    clean = set(json.loads(memory.read_text())) if memory.exists() else set()
    marks = {_mark(root, path): root / path for path in _files(root)}
    new = {mark: path for mark, path in marks.items() if mark not in clean}
    with ProcessPoolExecutor() as pool:
        leaks = dict(zip(new, pool.map(_leaks, new.values(), chunksize=8), strict=True))
    memory.parent.mkdir(exist_ok=True)
    memory.write_text(json.dumps(sorted(mark for mark in marks if not leaks.get(mark))))
    return [f"{new[mark].relative_to(root)}:{leak}" for mark in new for leak in leaks[mark]]


def _mark(root: Path, path: str) -> str:
    """What changes with a file, its name, and what looks into it."""
    looking = f"{version('detect-secrets')}\n{path}\n"
    return sha256(looking.encode() + (root / path).read_bytes()).hexdigest()


def _leaks(path: Path) -> list[str]:
    with default_settings():
        return [f"{leak.line_number}: {leak.type}" for leak in scan_file(str(path))]


def _files(root: Path) -> Iterator[str]:
    """What is in git, and what would be with the next `git add`."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for path in sorted(set(listed.split("\0")) - {""}):
        if (root / path).is_file() and not any(fnmatch(path, pattern) for pattern in _PASSED_OVER):
            yield path


def main() -> int:
    """Say what was found."""
    lines = found()
    print(*lines, f"leaks: {len(lines)} found", sep="\n")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
