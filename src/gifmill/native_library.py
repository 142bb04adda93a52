"""Loading of the native libraries through ctypes, and the check of their arguments.

A package with C files declares each function that C exports, and ctypes checks each call against it: arrays
by dtype and layout, numbers by type. The caller checks the sizes. Python's lock is released during a call.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Array", "Functions", "library_path", "load_library", "pointer"]

type Functions = dict[str, tuple[Any, tuple[Any, ...]]]
"""By name, the result and the arguments of a C function, in its order. The result None is void."""

_NAMES = {"darwin": "libgifmill.dylib", "win32": "gifmill.dll"}


def library_path(module: str) -> Path:
    """Return the path of the library beside a module, for this operating system.

    Args:
        module: the module's `__file__`.
    """
    return Path(module).with_name(_NAMES.get(sys.platform, "libgifmill.so"))


def load_library(path: Path, functions: Functions) -> ctypes.CDLL:
    """Load a library and declare all its functions.

    Raises:
        ImportError: the library is missing, for another platform, or of another version.
    """
    try:
        loaded = ctypes.CDLL(str(path))
        for name, (result, arguments) in functions.items():
            function = getattr(loaded, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise ImportError(
            f"The native library cannot be loaded: {error}. In a checkout, build it with "
            f"`python hatch_build.py`; otherwise install gifmill again."
        ) from error
    return loaded


def pointer(array: object, dtype: type[np.generic], *, written: bool = False) -> ctypes.c_void_p:
    """Return a pointer to an array's data. It is valid as long as the caller keeps the array.

    Args:
        array: an array that is C-contiguous and of this dtype.
        dtype: the dtype that C expects.
        written: whether C writes into the array.

    Raises:
        TypeError: this is no such array.
    """
    if not isinstance(array, np.ndarray) or array.dtype != dtype:
        found = f"an array of {array.dtype}" if isinstance(array, np.ndarray) else type(array).__name__
        raise TypeError(f"Expected an array of {dtype.__name__}, got {found}")
    if not array.flags.c_contiguous:
        raise TypeError(f"Expected a C-contiguous array, got strides {array.strides}")
    if written and not array.flags.writeable:
        raise TypeError("Expected a writable array, got a read-only one")
    return ctypes.c_void_p(array.ctypes.data)


class Array:
    """Argument type of an array. ctypes keeps the array during the call."""

    def __init__(self, dtype: type[np.generic], *, written: bool = False, optional: bool = False) -> None:
        self.dtype, self.written, self.optional = dtype, written, optional

    def from_param(self, array: object) -> ctypes.c_void_p:
        """Return a pointer to the array, or a null pointer for None if it is optional.

        Raises:
            TypeError: this is no such array. ctypes reports it as its own ArgumentError.
        """
        if array is None and self.optional:
            return ctypes.c_void_p(None)
        return pointer(array, self.dtype, written=self.written)
