"""Servers of two revisions of the page: the working tree, and an earlier one that is extracted and built."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server

ROOT = Path(__file__).parents[1]

FIRST_REVISION = "f95c059"
"""The revision to compare with before the first release: the page before its cards had small GIFs."""


def earlier_revision() -> str:
    """Return the tag of the last release, or `FIRST_REVISION` before the first."""
    command = ["git", "describe", "--tags", "--abbrev=0"]
    described = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return described.stdout.strip() if described.returncode == 0 else FIRST_REVISION


def extract(revision: str, folder: Path) -> None:
    """Write the sources of a revision into a folder, and build its native libraries.

    Raises:
        ValueError: git does not know the revision.
        subprocess.CalledProcessError: the build failed.
    """
    command = ["git", "archive", revision, "src", "hatch_build.py"]
    archived = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if archived.returncode:
        raise ValueError(f"revision {revision!r}: {archived.stderr.decode().strip()}")
    with tarfile.open(fileobj=BytesIO(archived.stdout)) as files:
        files.extractall(folder, filter="data")
    subprocess.run([sys.executable, "hatch_build.py"], cwd=folder, stdout=subprocess.DEVNULL, check=True)


@contextmanager
def serving_sources(checkout: Path, data: Path) -> Iterator[Server]:
    """Serve the page by the code of a checkout, with a worker for each processor.

    Args:
        checkout: folder with `src`.
        data: folder of the store.
    """
    environ = {"PYTHONPATH": str(checkout / "src")}
    with serving(data, workers=len(os.sched_getaffinity(0)), environ=environ) as server:
        yield server


@contextmanager
def serving_revisions(before: str | None, folder: Path) -> Iterator[dict[str, Server]]:
    """Serve the page of an earlier revision and of the working tree.

    Args:
        before: the earlier revision; without one, only the working tree is served.
        folder: an empty folder for sources and stores.

    Yields:
        The servers, "before" first, then "after".
    """
    (folder / "after").mkdir()
    with serving_sources(ROOT, folder / "after") as after:
        if before is None:
            yield {"after": after}
            return
        checkout = folder / "checkout"
        checkout.mkdir()
        extract(before, checkout)
        (folder / "before").mkdir()
        with serving_sources(checkout, folder / "before") as server:
            yield {"before": server, "after": after}
