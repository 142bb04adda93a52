"""Memory: whether a decoder ran out of it, and handing back what was freed."""

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
"""What the hungriest decoders take for a pixel: AVIF of 4:4:4 and TIFF of 16 bits took 10, measured."""


@contextmanager
def detect_out_of_memory(pixels: int) -> Iterator[None]:
    """Raise a decoder's failure as MemoryError where it had too little memory.

    Decoders report an allocation that failed in many ways: libjpeg as a broken stream, libavif as colour
    planes that cannot be decoded. So what is left of a limited address space decides.

    Args:
        pixels: of the photo that is decoded.

    Raises:
        MemoryError: a decoder failed and there is less room than one may need.
    """
    try:
        yield
    except (PhotoError, MemoryError):
        raise
    except Exception:
        check_address_space(pixels * _PIXEL_BYTES)
        raise


def check_address_space(needed_bytes: int) -> None:
    """Refuse to go on where this process may not have so much more address space.

    Raises:
        MemoryError: it may not.
    """
    if sys.platform == "win32" or resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY:
        return
    try:
        mmap.mmap(-1, max(1, needed_bytes)).close()
    except (OSError, ValueError) as error:
        raise MemoryError from error


def trim_heap() -> None:
    """Hand memory that was freed back to the system.

    The C library keeps what it thinks will be needed again, up to 100 MB after a large photo; the next one
    would come on top. With other C libraries than glibc nothing happens.
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
