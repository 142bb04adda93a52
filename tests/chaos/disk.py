"""A small disk of our own that can be full: a tmpfs in a mount namespace, which needs no rights on Linux.

A limit such as RLIMIT_FSIZE would end the writer with a signal or EFBIG; only a file system that is full
answers ENOSPC, to whatever is written, in whichever process.
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
    ("unshare", "--mount", "--"),  # for root where there are no user namespaces
)
_MOUNT = "mkdir -p {folder} && mount -t tmpfs -o size={megabytes}m none {folder}"
_TRY = "folder=$(mktemp -d) && mount -t tmpfs -o size=1m none $folder"

_REFILL_S = 0.02
"""What is deleted meanwhile makes room: the balloon takes it."""


def small_disk(folder: Path, megabytes: int) -> Sequence[str] | None:
    """What to put before a command so that it finds a small, empty disk at `folder`, which goes with it.

    None where this system allows no such thing.
    """
    for way in _WAYS:
        if shutil.which(way[0]) is None:
            return None
        if subprocess.run([*way, "sh", "-c", _TRY], capture_output=True, check=False).returncode == 0:
            mount = _MOUNT.format(folder=folder, megabytes=megabytes)
            return (*way, "sh", "-c", f'{mount} && exec "$@"', "sh")
    return None


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Leave no byte free on the disk that a folder is on, for the time of the block."""
    over = threading.Event()
    balloon = folder / "balloon"
    blowing = threading.Thread(target=_blow, args=(balloon, over))
    blowing.start()
    try:
        _wait_until_full(folder)
        yield
    finally:
        over.set()
        blowing.join()
        balloon.unlink()


def _blow(balloon: Path, over: threading.Event) -> None:
    with balloon.open("wb", buffering=0) as file:
        while not over.is_set():
            if free := _free_bytes(balloon):
                with suppress(OSError):  # somebody else took the room
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), free)
                    continue
            time.sleep(_REFILL_S)


def _wait_until_full(folder: Path) -> None:
    while _free_bytes(folder):
        time.sleep(_REFILL_S)


def _free_bytes(path: Path) -> int:
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize
