"""Memory that was freed, handed back to the system."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable


def give_back() -> None:
    """Hand memory that was freed back to the system.

    The C library keeps what it thinks will be needed again, up to 100 MB after a large photo; the next one
    would come on top. Elsewhere than with glibc nothing happens.
    """
    trim = _trim()
    if trim:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        return cast("Callable[[int], int]", ctypes.CDLL(None).malloc_trim)
    except (AttributeError, OSError):
        return None
