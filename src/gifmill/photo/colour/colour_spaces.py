"""What a file says of its colours: the types that decoders return and `srgb` converts from."""

from __future__ import annotations

from typing import NamedTuple

HIGH_DYNAMIC_RANGE = frozenset({16, 18})
"""The transfers PQ and HLG, as `Cicp` numbers them."""

type Point = tuple[float, float]
"""Chromaticity coordinates x and y. Source: CIE 15, 1931 standard observer."""


class Cicp(NamedTuple):
    """Coding-independent code points, as `cICP` of a PNG and `nclx` of an AVIF or HEIC give them.

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
    """Colours by a power law and chromaticities, as `gAMA` and `cHRM` of a PNG give them.

    Attributes:
        gamma: the exponent of the encoding, 0.45455 for most files; None where the file does not say.
        chromaticities: None for those of sRGB.

    Source: PNG, sections 11.3.2.1 and 11.3.2.2.
    """

    gamma: float | None
    chromaticities: Chromaticities | None


type ColourSpace = bytes | Cicp | GammaAndPrimaries
"""An ICC profile, code points, or a power law."""
