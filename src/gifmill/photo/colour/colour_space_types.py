"""Colour space types: the metadata that decoders return and `colour.srgb` converts from."""

from __future__ import annotations

from typing import NamedTuple

HIGH_DYNAMIC_RANGE = frozenset({16, 18})
"""The transfers PQ and HLG, as `Cicp` numbers them."""

type Point = tuple[float, float]
"""Chromaticity coordinates x and y. Source: CIE 15, 1931 standard observer."""


class Cicp(NamedTuple):
    """Coding-independent code points, from `cICP` of a PNG or `nclx` of an AVIF or HEIC.

    Attributes:
        primaries: 1 is BT.709 and sRGB, 9 BT.2020, 12 Display P3; 2 is unspecified.
        transfer: 13 is sRGB, 16 PQ, 18 HLG; 2 is unspecified.

    Source: ITU-T H.273, tables 2 and 3.
    """

    primaries: int
    transfer: int


class Chromaticities(NamedTuple):
    """White point and primaries of RGB. Source: PNG, section 11.3.2.1 (cHRM)."""

    white: Point
    red: Point
    green: Point
    blue: Point


class GammaAndPrimaries(NamedTuple):
    """Colours by a power law and chromaticities, from `gAMA` and `cHRM` of a PNG.

    Attributes:
        gamma: the encoding exponent, 0.45455 in most files; None where it is missing.
        chromaticities: None for those of sRGB.

    Source: PNG, sections 11.3.2.1 and 11.3.2.2.
    """

    gamma: float | None
    chromaticities: Chromaticities | None


type ColourSpace = bytes | Cicp | GammaAndPrimaries
"""An ICC profile, code points, or a power law."""
