"""Suppression of the messages that libtiff prints on standard error, and of Pillow's TIFF warnings."""

from __future__ import annotations

import ctypes
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PIL import _imaging

if TYPE_CHECKING:
    from collections.abc import Iterator

_SETTERS = ("TIFFSetErrorHandler", "TIFFSetWarningHandler")
"""Each takes a handler, or null for none, and returns the previous one. Source: libtiff, tiffio.h."""


@contextmanager
def suppress_messages() -> Iterator[None]:
    """Suppress messages and warnings in the block; only warnings where libtiff is not accessible."""
    before = [(name, _set_handler(name, None)) for name in _SETTERS]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, handler in before:
            _set_handler(name, handler)


def _set_handler(name: str, handler: int | None) -> int | None:
    """Set a handler of the libtiff that Pillow is linked with; on Windows that is not accessible."""
    try:
        setter = getattr(ctypes.CDLL(_imaging.__file__), name)
    except (AttributeError, OSError):
        return None
    setter.argtypes, setter.restype = [ctypes.c_void_p], ctypes.c_void_p
    previous: int | None = setter(handler)
    return previous
