"""The encoder's native core, loaded through ctypes.

`hatch_build.py` compiles every C file of this folder into one shared library beside this module. `_FUNCTIONS`
declares each function that C exports; `native_library` loads it and explains the checks.
"""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np

from gifmill.native_library import Array, Functions, library_path, load_library

__all__ = ["LIBRARY", "Frame", "library"]

LIBRARY = library_path(__file__)


class Frame(ctypes.Structure):
    """The structure `Frame` of frame.h, which describes its fields."""

    _fields_ = (
        *((name, ctypes.c_int32) for name in ("width", "height", "left", "top", "right", "bottom")),
        *((name, ctypes.c_void_p) for name in ("pixels", "before", "visible", "shown", "covered", "indices")),
        *((name, ctypes.c_int32) for name in ("clear", "code_size", "beam", "right_share", "below_share")),
        ("tolerance", ctypes.c_float),
        ("code_cost", ctypes.c_float),
    )


_I32, _I64 = ctypes.c_int32, ctypes.c_int64
_U8, _U8_OUT = Array(np.uint8), Array(np.uint8, written=True)
_F32, _F32_OUT = Array(np.float32), Array(np.float32, written=True)
_F64_OUT = Array(np.float64, written=True)
_I32_OUT, _I64_OPTIONAL = Array(np.int32, written=True), Array(np.int64, written=True, optional=True)

_FUNCTIONS: Functions = {
    "gifmill_cell_sums": (None, (_U8, _I32, _I32, _I32, _F64_OUT, _F64_OUT)),
    "gifmill_changed_window": (_I64, (_U8, _U8, _I32, _I32, _I32_OUT)),
    "gifmill_distinct_colours": (_I32, (_U8, _I64, _I32, _U8_OUT, _I64_OPTIONAL)),
    "gifmill_encode_frame": (_I64, (_U8_OUT, ctypes.POINTER(Frame), _U8_OUT)),
    "gifmill_from_metric": (None, (_F32, _I64, _U8_OUT)),
    "gifmill_palette_error": (ctypes.c_double, (_U8, _I64, _U8, _I32)),
    "gifmill_search_bytes": (_I64, ()),
    "gifmill_search_init": (None, (_U8_OUT, _U8, _I32, _I32, _I32)),
    "gifmill_select_palette": (_I32, (_U8, _I64, _I32, _I32, _U8, _I32, _U8_OUT)),
    "gifmill_to_metric": (None, (_U8, _I64, _F32_OUT)),
}


@cache
def library() -> ctypes.CDLL:
    """Return the library with all its functions declared. The first call loads it.

    Raises:
        ImportError: the library is missing, for another platform, or of another version.
    """
    return load_library(LIBRARY, _FUNCTIONS)
