"""A small disk that can be filled: a tmpfs in a mount namespace, which needs no privileges on Linux.

A limit such as RLIMIT_FSIZE would end the writer with a signal or EFBIG; only a full file system returns
ENOSPC for each write of each process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_WAYS = (
    ("unshare", "--user", "--map-root-user", "--mount", "--"),
    ("unshare", "--mount", "--"),  # for root on systems without user namespaces
)
_MOUNT = "mkdir -p {folder} && mount -t tmpfs -o size={megabytes}m none {folder}"
_TRY = "folder=$(mktemp -d) && mount -t tmpfs -o size=1m none $folder"

_REFILL_S = 0.02
"""Interval at which freed space is filled again."""


def small_disk(folder: Path, megabytes: int) -> Sequence[str] | None:
    """Return a command prefix that mounts a small, empty disk at `folder` for the time of the command.

    Returns None if this system does not allow that.
    """
    for way in _WAYS:
        if shutil.which(way[0]) is None:
            return None
        if subprocess.run([*way, "sh", "-c", _TRY], capture_output=True, check=False).returncode == 0:
            mount = _MOUNT.format(folder=folder, megabytes=megabytes)
            return (*way, "sh", "-c", f'{mount} && exec "$@"', "sh")
    return None


@contextmanager
def fill_disk(folder: Path) -> Iterator[None]:
    """Fill the disk of a folder to the last byte during the block."""
    over = threading.Event()
    filler = folder / "filler"
    filling = threading.Thread(target=_inflate, args=(filler, over))
    filling.start()
    try:
        _wait_until_full(folder)
        yield
    finally:
        over.set()
        filling.join()
        filler.unlink()


def _inflate(filler: Path, over: threading.Event) -> None:
    with filler.open("wb", buffering=0) as file:
        while not over.is_set():
            if free := _free_bytes(filler):
                with suppress(OSError):  # another process has used the space
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), free)
                    continue
            time.sleep(_REFILL_S)


def _wait_until_full(folder: Path) -> None:
    while _free_bytes(folder):
        time.sleep(_REFILL_S)


def _free_bytes(path: Path) -> int:
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize
