"""Files that appear whole or not at all, and the checks whether a path may be written."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

_ANY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_PERMISSIONS = 0o777


def write_atomically(path: Path, data: bytes, *, overwrite: bool = True) -> None:
    """Write a file: to a temporary file in the same directory, which is then renamed.

    A symlink stays, and the file that it points to is written. The file that is replaced passes its
    permissions on, and its owner where that is allowed; a new one has those of the umask. A device or a pipe
    is written to.

    Args:
        path: the file.
        data: its content.
        overwrite: replace an existing file. Otherwise it is kept, even if it appears meanwhile.

    Raises:
        FileExistsError: the file exists, and `overwrite` is false.
        OSError: it is read-only, or a directory; or its directory is missing, full or not writable. The
            error has the file's name, not that of the temporary one.
    """
    try:
        if not overwrite and path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        before = check_writable(path)
        if before and not stat.S_ISREG(before.st_mode):
            path.write_bytes(data)
        else:
            _write(Path(os.path.realpath(path)), data, before, overwrite)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def check_writable(path: Path) -> os.stat_result | None:
    """Check that a file may be replaced; return its status, or None if there is none.

    Raises:
        OSError: it is read-only, or a directory, or its name cannot be used.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    # The superuser may write to any file, so the permissions themselves count, too.
    if not status.st_mode & _ANY_WRITE or not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "The file is read-only", str(path))
    return status


def _write(target: Path, data: bytes, before: os.stat_result | None, overwrite: bool) -> None:
    mode = before.st_mode & _PERMISSIONS if before else 0o666  # the umask applies to it
    unfinished = target.parent / f".{os.urandom(8).hex()}.part"
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:  # noqa: PTH123
            file.write(data)
        if before:
            with suppress(OSError):  # only the superuser may change the owner
                os.chown(unfinished, before.st_uid, before.st_gid)
            unfinished.chmod(mode)
        if overwrite:
            unfinished.replace(target)
        else:
            _rename_to_new(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def _rename_to_new(unfinished: Path, target: Path) -> None:
    """Rename a file unless the new name exists: a link is the only atomic way that does not replace it.

    Raises:
        FileExistsError: the new name exists.
    """
    try:
        target.hardlink_to(unfinished)
    except FileExistsError:
        raise
    except OSError:  # FAT and some network file systems have no links: reserve the name first
        target.touch(exist_ok=False)
        try:
            unfinished.replace(target)
        except BaseException:
            target.unlink()
            raise
