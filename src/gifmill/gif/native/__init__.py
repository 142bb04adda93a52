"""The encoder's native core, loaded through ctypes.

`hatch_build.py` compiles every C file of this folder into one shared library beside this module. `_FUNCTIONS`
declares each function that C exports, and ctypes checks each call against it: arrays by dtype and layout,
numbers by type. The caller checks the sizes. ctypes releases Python's lock during a call.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["LIBRARY", "Frame", "library", "pointer"]

_NAMES = {"darwin": "libgifmill.dylib", "win32": "gifmill.dll"}

LIBRARY = Path(__file__).with_name(_NAMES.get(sys.platform, "libgifmill.so"))
"""The library's file, for this operating system."""


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


class _Array:
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


class Frame(ctypes.Structure):
    """The structure `Frame` of frame.c, which describes its fields."""

    _fields_ = (
        *((name, ctypes.c_int32) for name in ("width", "height", "left", "top", "right", "bottom")),
        *((name, ctypes.c_void_p) for name in ("pixels", "before", "shown", "indices")),
        *((name, ctypes.c_int32) for name in ("clear", "code_size", "beam", "half", "quarter")),
        ("tolerance", ctypes.c_float),
        ("code_cost", ctypes.c_float),
    )


_I32, _I64 = ctypes.c_int32, ctypes.c_int64
_U8, _U8_OUT = _Array(np.uint8), _Array(np.uint8, written=True)
_F32, _F32_OUT = _Array(np.float32), _Array(np.float32, written=True)
_F64_OUT = _Array(np.float64, written=True)
_I32_OUT, _I64_OPTIONAL = _Array(np.int32, written=True), _Array(np.int64, written=True, optional=True)

_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    # name: (result, arguments), in the order of the C function; None is void
    "gifmill_cell_sums": (None, (_U8, _I32, _I32, _I32, _F64_OUT, _F64_OUT)),
    "gifmill_changed_window": (_I64, (_U8, _U8, _I32, _I32, _I32_OUT)),
    "gifmill_distinct_colours": (_I32, (_U8, _I64, _I32, _U8_OUT, _I64_OPTIONAL)),
    "gifmill_encode_frame": (_I64, (_U8_OUT, ctypes.POINTER(Frame), _U8_OUT)),
    "gifmill_from_metric": (None, (_F32, _I64, _U8_OUT)),
    "gifmill_palette_error": (ctypes.c_double, (_U8, _I64, _U8, _I32)),
    "gifmill_search_bytes": (_I64, (_I32,)),
    "gifmill_search_init": (None, (_U8_OUT, _U8, _I32, _I32)),
    "gifmill_select_palette": (_I32, (_U8, _I64, _I32, _I32, _U8, _I32, _U8_OUT)),
    "gifmill_to_metric": (None, (_U8, _I64, _F32_OUT)),
}


@cache
def library() -> ctypes.CDLL:
    """Return the library with all its functions declared. The first call loads it.

    Raises:
        ImportError: the library is missing, for another platform, or of another version.
    """
    try:
        loaded = ctypes.CDLL(str(LIBRARY))
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(loaded, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise ImportError(
            f"The native library of the encoder cannot be loaded: {error}. In a checkout, build it with "
            f"`python hatch_build.py`; otherwise install gifmill again."
        ) from error
    return loaded
