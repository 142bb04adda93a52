"""What a store in a directory has to tidy up that a cloud has not: half-written files and empty folders."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


def discard_unfinished(root: Path, prefix: str, before: datetime, ours: Callable[[str], object]) -> None:
    """Delete what killed processes left half-written, and the folders in which nothing is left then.

    Args:
        root: of the store.
        prefix: of whole segments, below which to look.
        before: files changed since may still be written.
        ours: whether an object of this name could be of our making.

    Raises:
        OSError: they may still be there.
    """
    with suppress(FileNotFoundError):
        for path in (root / prefix).rglob("*#*"):
            name, number = path.relative_to(root).as_posix().rsplit("#", 1)
            if number.isdigit() and ours(name) and path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)
                remove_empty(path.parent, root)


def remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder and those that it is in, up to the first that is not empty. Writers make them again."""
    with suppress(OSError):
        while folder != root:
            folder.rmdir()
            folder = folder.parent
