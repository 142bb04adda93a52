"""The HEVC decoder configuration of the tile, rewritten for another size."""

from __future__ import annotations

import re

from tests.hostile.heic_builder import TILE, payload

_SPS = 33
_BITS_BEFORE_SIZE = 16 + 4 + 3 + 1 + 96
"""Bits before the sizes: the unit's header, the parameter set's id, sub-layers, nesting, profile and level.

Source: ITU-T H.265, sections 7.3.2.2.1 and 7.3.3 (with one sub-layer).
"""


def configuration_of_size(width: int, height: int) -> bytes:
    """Return the payload of an `hvcC` box for pictures of this size.

    Source: ISO/IEC 14496-15, section 8.3.3.1.
    """
    data = payload(TILE.read_bytes(), b"hvcC")
    at, out, arrays = 23, data[:23], data[22]
    for _ in range(arrays):
        kind, units = data[at], int.from_bytes(data[at + 1 : at + 3])
        out += data[at : at + 3]
        at += 3
        for _ in range(units):
            length = int.from_bytes(data[at : at + 2])
            unit = data[at + 2 : at + 2 + length]
            at += 2 + length
            if kind & 63 == _SPS:
                unit = _with_size(unit, width, height)
            out += len(unit).to_bytes(2) + unit
    return out


def _with_size(unit: bytes, width: int, height: int) -> bytes:
    raw = unit.replace(b"\x00\x00\x03", b"\x00\x00")
    bits = "".join(f"{byte:08b}" for byte in raw)
    at = _BITS_BEFORE_SIZE
    for _ in range(2):  # the id of the parameter set, and its chroma format
        _, at = _decoded(bits, at)
    start = at
    for _ in range(2):
        _, at = _decoded(bits, at)
    bits = bits[:start] + _encoded(width) + _encoded(height) + bits[at:].rstrip("0")
    bits += "0" * (-len(bits) % 8)
    raw = bytes(int(bits[each : each + 8], 2) for each in range(0, len(bits), 8))
    return re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", raw)


def _decoded(bits: str, at: int) -> tuple[int, int]:
    """Return a number of variable length, and the position of its end. Source: ITU-T H.265, section 9.2."""
    zeros = bits.index("1", at) - at
    end = at + 2 * zeros + 1
    return int(bits[at + zeros : end], 2) - 1, end


def _encoded(number: int) -> str:
    digits = f"{number + 1:b}"
    return "0" * (len(digits) - 1) + digits
