"""The native library of the effects, loaded through ctypes.

`hatch_build.py` compiles every C file of this folder into one shared library beside this module. `_FUNCTIONS`
declares each function that C exports; `native_library` loads it and explains the checks.
"""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np

from gifmill.native_library import Array, Functions, library_path, load_library

__all__ = ["LIBRARY", "library"]

LIBRARY = library_path(__file__)

_I32, _I64, _FLOAT = ctypes.c_int32, ctypes.c_int64, ctypes.c_float
_U8, _U8_OUT = Array(np.uint8), Array(np.uint8, written=True)
_I16, _I16_OUT = Array(np.int16), Array(np.int16, written=True)
_I32S, _I64S = Array(np.int32), Array(np.int64)
_I32S_OUT = Array(np.int32, written=True)
_F32, _F32_OUT = Array(np.float32), Array(np.float32, written=True)
_F32_OPTIONAL, _U16 = Array(np.float32, optional=True), Array(np.uint16)
_TEXTURE = (_U8, _I32, _I32, _I32)

_FUNCTIONS: Functions = {
    "gifmill_affine": (None, (*_TEXTURE, _F32, _I32, _I32, _U8_OUT)),
    "gifmill_blur": (None, (_F32, _I32, _I32, _F32, _I32, _F32_OUT, _F32_OUT, _F32_OUT)),
    "gifmill_diffuse": (None, (_F32, _F32, _F32, _F32, _I32, _I32, _I32, _F32_OUT, _F32_OUT)),
    "gifmill_displace": (None, (*_TEXTURE, _F32, _F32, _F32_OPTIONAL, _FLOAT, _FLOAT, _U8_OUT)),
    "gifmill_displace_over": (None, (_U8, _I32, _I32, _F32, _F32, _F32, _FLOAT, _FLOAT, _U8_OUT)),
    "gifmill_dissimilarity": (None, (_F32, _I32, _F32, _I32, _I32, _F32_OUT, _F32_OUT)),
    "gifmill_draw_bent": (None, (_U8, _I32S, _F32, _I32, _F32, _I32, _I32, _U8_OUT, _I32, _I32, _I32)),
    "gifmill_draw_discs": (None, (_U8_OUT, _I32, _I32, _I32, _F32, _U8, _I64)),
    "gifmill_draw_particles": (None, (_F32, _I32, _U8_OUT, _I32, _I32, _I32)),
    "gifmill_draw_sprite": (None, (_U8, _I32S, _F32, _U8_OUT, _I32, _I32, _I32S)),
    "gifmill_kaleidoscope": (None, (*_TEXTURE, _F32, _FLOAT, _F32, _I32, _F32, _U8_OUT)),
    "gifmill_lay_over": (None, (_U8, _U8, _I64, _I32, _U8_OUT)),
    "gifmill_map_colours": (None, (_U8, _I64, _U16, _U8_OUT)),
    "gifmill_mask": (None, (_U8_OUT, _U8, _I64, _U8)),
    "gifmill_neon": (None, (_U8, _I32, _I64, _U8, _U8, _U8, _U8, _I32, _I32, _I32, _U8_OUT)),
    "gifmill_nested": (
        None,
        (_U8, _I64S, _I32S, _I32, _I32, _F32, _F32, _F32, _F32, _FLOAT, _F32, _I32, _F32, _F32, _U8_OUT),
    ),
    "gifmill_ripple": (
        None,
        (*_TEXTURE, _F32, _I32, _F32, _I32, _FLOAT, _FLOAT, _FLOAT, _FLOAT, _U8_OUT),
    ),
    "gifmill_rotate_hues": (None, (_F32, _I32, _FLOAT, _FLOAT, _FLOAT, _F32, _F32, _F32_OUT)),
    "gifmill_texture": (None, (*_TEXTURE, _I16, _I16_OUT, _U8_OUT)),
    "gifmill_thin_edges": (None, (_F32, _I32, _I32, _F32, _F32, _F32_OUT)),
    "gifmill_trace_edges": (None, (_F32, _I32, _I32, _FLOAT, _FLOAT, _I32, _I32S_OUT, _U8_OUT)),
    "gifmill_twist": (None, (*_TEXTURE, _FLOAT, _FLOAT, _F32, _F32, _FLOAT, _FLOAT, _U8_OUT)),
}


@cache
def library() -> ctypes.CDLL:
    """Return the library with all its functions declared. The first call loads it.

    Raises:
        ImportError: the library is missing, for another platform, or of another version.
    """
    return load_library(LIBRARY, _FUNCTIONS)
