"""Clean-up of a store in a directory: incomplete files and empty folders."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


def delete_incomplete_files(root: Path, prefix: str, before: datetime, owns: Callable[[str], object]) -> None:
    """Delete incomplete files that killed processes left, and folders that are empty then.

    Args:
        root: the store's directory.
        prefix: a prefix of whole path segments to search below.
        before: files modified later may still be in use.
        owns: whether an object of this name could be gifmill's.

    Raises:
        OSError: they may still exist.
    """
    with suppress(FileNotFoundError):
        for path in (root / prefix).rglob("*#*"):
            name, number = path.relative_to(root).as_posix().rsplit("#", 1)
            if number.isdigit() and owns(name) and path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)
                remove_empty_folders(path.parent, root)


def remove_empty_folders(folder: Path, root: Path) -> None:
    """Remove a folder and its parents up to the first that is not empty. Writers create them again."""
    with suppress(OSError):
        while folder != root:
            folder.rmdir()
            folder = folder.parent
