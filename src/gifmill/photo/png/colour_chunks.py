"""PNG colour chunks: cICP, iCCP, sRGB, gAMA and cHRM.

Source: PNG, third edition, sections 4.3 (colour spaces, with their order of precedence) and 11.3.2 (chunks).
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from gifmill.photo.colour.colour_space_types import Chromaticities, Cicp, GammaAndPrimaries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL import Image

    from gifmill.photo.colour.colour_space_types import ColourSpace

_MAX_PROFILE_BYTES = 5_000_000
"""Profiles of printing presses have two or three million; more is a decompression bomb."""

_MAX_NAME_BYTES = 79
_DEFLATED = 0

_CODE_POINTS_BYTES, _INTENT_BYTES, _GAMMA_BYTES, _CHROMATICITIES_BYTES = 4, 1, 4, 32
_INTENTS = range(4)

_RGB = 0
_NARROW, _FULL = 0, 1
_PRIMARIES = frozenset({1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 22})
_TRANSFERS = frozenset({1, *range(4, 19)})
"""Defined code points; 2 is unspecified, the others are reserved.

Source: ITU-T H.273, tables 2 and 3.
"""

_SRGB = Cicp(1, 13)
_SRGB_GAMMA = 0.45455
_GAMMAS = range(16, 625_000_001)
"""In units of 1/100,000, the range of libpng: beyond it an image would be only black and white."""

_MIN_GAMUT_AREA = 1e-4
"""Twice the area of the gamut triangle: 0.22 for sRGB. A gamut without area has no colours."""

_SRGB_CHROMATICITIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
_GAMMA_TOLERANCE, _CHROMATICITY_TOLERANCE = 0.005, 0.0011
"""Rounding by programs: they write 0.45 for 1 / 2.2, and 0.313 for 0.3127. Neither is visible."""


def read_colour_space(known: Mapping[bytes, memoryview]) -> ColourSpace | None:
    """Return the colour space from the valid chunk of the highest precedence; None for sRGB.

    Args:
        known: intact chunks by type, as in `PngChunks.by_type`.
    """
    if points := _read_cicp(known):
        space = Cicp(*points[:2])
        return None if space == _SRGB else space
    if profile := _read_icc_profile(known.get(b"iCCP", memoryview(b""))):
        return profile
    intent = known.get(b"sRGB", b"")
    if len(intent) == _INTENT_BYTES and intent[0] in _INTENTS:
        return None
    gamma, chromaticities = (
        _read_gamma(known.get(b"gAMA", b"")),
        _read_chromaticities(known.get(b"cHRM", b"")),
    )
    is_srgb = chromaticities is None and (gamma is None or abs(gamma - _SRGB_GAMMA) < _GAMMA_TOLERANCE)
    return None if is_srgb else GammaAndPrimaries(gamma, chromaticities)


def has_narrow_range(known: Mapping[bytes, memoryview]) -> bool:
    """Return whether levels have narrow range: black is 16, white 235. Source: section 11.3.2.6 (cICP)."""
    points = _read_cicp(known)
    return points is not None and points[3] == _NARROW


def expand_to_full_range(image: Image.Image) -> Image.Image:
    """Expand levels of narrow range, so that black is 0 and white 255; alpha has full range already.

    Args:
        image: as `to_8_bit` returns it.

    Source: ITU-T H.273, section 8.3 (narrow range); PNG, section 4.3 (alpha).
    """
    table = [round(min(max((level - 16) * 255 / 219, 0), 255)) for level in range(256)]
    if image.mode[-1] not in "Aa":
        return image.point(table * len(image.mode))
    straight = image.convert(image.mode[:-1] + "A")
    return straight.point(table * (len(image.mode) - 1) + list(range(256))).convert(image.mode)


def _read_cicp(known: Mapping[bytes, memoryview]) -> tuple[int, ...] | None:
    """Read primaries, transfer, matrix and range; None where they are invalid for RGB."""
    points = tuple(known.get(b"cICP", b""))
    if len(points) != _CODE_POINTS_BYTES or points[2] != _RGB or points[3] not in (_NARROW, _FULL):
        return None
    return points if points[0] in _PRIMARIES and points[1] in _TRANSFERS else None


def _read_icc_profile(content: memoryview) -> bytes | None:
    """Read the ICC profile; None where it is broken, too large, or compressed with an unknown method."""
    name_bytes = bytes(content[: _MAX_NAME_BYTES + 1]).find(b"\x00")
    if name_bytes < 1 or content[name_bytes + 1 : name_bytes + 2] != bytes([_DEFLATED]):
        return None
    unpacking = zlib.decompressobj()
    try:
        profile = unpacking.decompress(content[name_bytes + 2 :], _MAX_PROFILE_BYTES + 1)
    except zlib.error:
        return None
    return profile if unpacking.eof and len(profile) <= _MAX_PROFILE_BYTES else None


def _read_gamma(content: bytes | memoryview) -> float | None:
    """Read the encoding exponent; None for invalid values, mostly 0. Source: section 13.13."""
    gamma = int.from_bytes(content) if len(content) == _GAMMA_BYTES else 0
    return gamma / 100_000 if gamma in _GAMMAS else None


def _read_chromaticities(content: bytes | memoryview) -> Chromaticities | None:
    """Read white point and primaries; None for those of sRGB and for impossible colours."""
    if len(content) != _CHROMATICITIES_BYTES:
        return None
    levels = [level / 100_000 for level in struct.unpack(">8I", content)]
    differences = (abs(level - known) for level, known in zip(levels, _SRGB_CHROMATICITIES, strict=True))
    if max(differences) < _CHROMATICITY_TOLERANCE:
        return None
    points = [(levels[at], levels[at + 1]) for at in range(0, len(levels), 2)]
    white, red, green, blue = points
    area = (green[0] - red[0]) * (blue[1] - red[1]) - (green[1] - red[1]) * (blue[0] - red[0])
    if any(x + y > 1 for x, y in points) or not white[1] or abs(area) < _MIN_GAMUT_AREA:
        return None
    return Chromaticities(white, red, green, blue)
