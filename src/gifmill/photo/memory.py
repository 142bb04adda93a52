"""Out-of-memory detection for decoders, and trimming of the heap."""

from __future__ import annotations

import ctypes
import mmap
import sys
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, cast

from gifmill.errors import PhotoError

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PIXEL_BYTES = 12
"""Upper bound for any decoder. Measured: AVIF of 4:4:4 and TIFF of 16 bits take 10."""


@contextmanager
def detect_out_of_memory(pixels: int) -> Iterator[None]:
    """Raise a decoder's error as MemoryError where memory was short.

    Decoders report a failed allocation in many ways: libjpeg as a broken stream, libavif as colour planes
    that cannot be decoded. So the free part of a limited address space decides.

    Args:
        pixels: of the photo to decode.

    Raises:
        MemoryError: a decoder failed and less memory is free than it may need.
    """
    try:
        yield
    except (PhotoError, MemoryError):
        raise
    except Exception:
        check_address_space(pixels * _PIXEL_BYTES)
        raise


def check_address_space(needed_bytes: int) -> None:
    """Check that this process may allocate this much more address space.

    Raises:
        MemoryError: its limit (RLIMIT_AS) does not allow it.
    """
    if sys.platform == "win32" or resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY:
        return
    try:
        mmap.mmap(-1, max(1, needed_bytes)).close()
    except (OSError, ValueError) as error:
        raise MemoryError from error


def trim_heap() -> None:
    """Return freed memory to the operating system.

    glibc keeps freed memory for reuse, up to 100 MB after a large photo, and the next photo would add to it.
    With other C libraries this does nothing.
    """
    trim = _malloc_trim()
    if trim:
        trim(0)


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    try:
        return cast("Callable[[int], int]", ctypes.CDLL(None).malloc_trim)
    except (AttributeError, OSError):
        return None
