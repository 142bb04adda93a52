"""Conversion to sRGB from code points (CICP) or gamma and primaries; PQ and HLG are tone-mapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.photo.colour import hdr_tone_mapping
from gifmill.photo.colour.colour_space_types import (
    HIGH_DYNAMIC_RANGE,
    Chromaticities,
    Cicp,
    GammaAndPrimaries,
)
from gifmill.photo.colour.srgb_light import LIGHT_STEPS, encoded_light, linear_light

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.photo.colour.colour_space_types import Point

    type Light = NDArray[np.float32]  # 1 for white; that of an image has shape (3, height, width)
    type Matrix = NDArray[np.float64]

_PQ, _HLG = 16, 18

_D65, _C, _E, _DCI = (0.3127, 0.3290), (0.310, 0.316), (1 / 3, 1 / 3), (0.314, 0.351)

_SRGB = Chromaticities(_D65, (0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
_NTSC = Chromaticities(_D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070))

_PRIMARIES = {
    4: Chromaticities(_C, (0.67, 0.33), (0.21, 0.71), (0.14, 0.08)),
    5: Chromaticities(_D65, (0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: _NTSC,
    7: _NTSC,
    8: Chromaticities(_C, (0.681, 0.319), (0.243, 0.692), (0.145, 0.049)),
    9: Chromaticities(_D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    10: Chromaticities(_E, (1, 0), (0, 1), (0, 0)),
    11: Chromaticities(_DCI, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    12: Chromaticities(_D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    22: Chromaticities(_D65, (0.630, 0.340), (0.295, 0.605), (0.155, 0.077)),
}
"""Other primaries are treated as those of sRGB. Source: ITU-T H.273, table 2."""

_EXPONENTS = {4: 2.2, 5: 2.8, 8: 1.0}
"""Exponents of transfers that are power laws. Source: ITU-T H.273, table 3.

All others are treated as sRGB, also those of television (1, 6, 14, 15), as in Chromium: such files were
graded on sRGB displays, and the camera curve would make their shadows pale.
"""

_GAMMAS = (0.1, 10.0)
"""The smallest and largest plausible exponent."""

_SRGB_GAMMA = 1 / 2.2

_LEVELS = np.arange(256) / 255

# From XYZ to cone responses. Source: ICC.1:2022, annex E.
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def to_srgb(image: Image.Image, colours: Cicp | GammaAndPrimaries) -> Image.Image | None:
    """Convert to sRGB.

    Args:
        image: of mode L or RGB, without alpha.
        colours: of the file; invalid values are ignored.

    Returns:
        An image of mode RGB; None where the colours are sRGB already, or the mode is not L or RGB.
    """
    if image.mode not in {"L", "RGB"}:
        return None
    chromaticities = _chromaticities(colours)
    to_light = None if image.mode == "L" else _matrix_to_srgb(chromaticities)
    curve = _linear_light_table(colours)
    if curve is None and to_light is None:
        return None
    levels = np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
    table = linear_light() if curve is None else curve
    light = np.stack([table[levels[..., channel]] for channel in range(3)])
    transfer = colours.transfer if isinstance(colours, Cicp) else None
    if transfer == _HLG:
        light *= hdr_tone_mapping.hlg_gain(light, _to_xyz(chromaticities)[1])
    if to_light is not None:
        light = np.stack([hdr_tone_mapping.weighted_sum(light, row) for row in to_light])
    if transfer in HIGH_DYNAMIC_RANGE:
        hdr_tone_mapping.desaturate_to_gamut(light, _to_xyz(_SRGB)[1])
        hdr_tone_mapping.tone_map(light)
    return Image.fromarray(_encode_srgb(light))


def _chromaticities(colours: Cicp | GammaAndPrimaries) -> Chromaticities:
    if isinstance(colours, Cicp):
        return _PRIMARIES.get(colours.primaries, _SRGB)
    return colours.chromaticities or _SRGB


def _xyz_of(point: Point) -> Matrix:
    """Return a direction in CIE XYZ, not divided by y: y is 0 for the primaries of XYZ themselves."""
    x, y = point
    return np.array([x, y, 1 - x - y])


def _to_xyz(primaries: Chromaticities) -> Matrix:
    """Return the matrix from linear RGB to XYZ, scaled so that white has Y = 1.

    Raises:
        LinAlgError: the primaries are collinear.
    """
    columns = np.stack([_xyz_of(primaries.red), _xyz_of(primaries.green), _xyz_of(primaries.blue)], axis=1)
    white = _xyz_of(primaries.white) / primaries.white[1]
    matrix: Matrix = columns * np.linalg.solve(columns, white)
    return matrix


def _matrix_to_srgb(primaries: Chromaticities) -> Matrix | None:
    """Return the matrix from linear RGB of these primaries to linear sRGB, with Bradford adaptation of white.

    Returns:
        None for the primaries of sRGB, and for invalid ones: white is not a light, or is outside the gamut.

    Source: SMPTE RP 177 (matrices), ICC.1:2022, annex E (adaptation).
    """
    if np.allclose(primaries, _SRGB, atol=0.001) or primaries.white[1] < 0.01:
        return None
    try:
        source, target = _to_xyz(primaries), _to_xyz(_SRGB)
    except np.linalg.LinAlgError:
        return None
    with np.errstate(all="ignore"):  # a white with a cone response of 0 is rejected below
        cones = _BRADFORD @ target.sum(axis=1) / (_BRADFORD @ source.sum(axis=1))
        adapted = np.linalg.inv(_BRADFORD) @ np.diag(cones) @ _BRADFORD @ source
        matrix: Matrix = np.linalg.inv(target) @ adapted
    inside = bool(np.isfinite(matrix).all()) and source.sum(axis=0).min() > 0 and abs(matrix).max() < 100
    return matrix if inside else None


def _linear_light_table(colours: Cicp | GammaAndPrimaries) -> Light | None:
    """Return the linear light of each level, 1 for white; None for the curve of sRGB."""
    if isinstance(colours, GammaAndPrimaries):
        gamma = colours.gamma
        if gamma is None or not _GAMMAS[0] <= gamma <= _GAMMAS[1]:
            return None
        # Writers of sRGB files add this gamma for readers that support only power laws.
        # Source: PNG, section 11.3.2.5 (sRGB).
        if abs(gamma - _SRGB_GAMMA) < 0.01 and _matrix_to_srgb(_chromaticities(colours)) is None:
            return None
        return (_LEVELS ** (1 / gamma)).astype(np.float32)
    if colours.transfer == _PQ:
        return (hdr_tone_mapping.pq_nits(_LEVELS) / hdr_tone_mapping.REFERENCE_WHITE_NITS).astype(np.float32)
    if colours.transfer == _HLG:
        return hdr_tone_mapping.hlg_scene_light(_LEVELS).astype(np.float32)
    exponent = _EXPONENTS.get(colours.transfer)
    return None if exponent is None else (_LEVELS**exponent).astype(np.float32)


def _encode_srgb(light: Light) -> NDArray[np.uint8]:
    """Encode linear sRGB as levels, shape (height, width, 3); overwrites `light` and clips other colours.

    ICC transforms clip, too: a photo should look the same with either kind of metadata.
    """
    np.clip(light, 0, 1, out=light)
    light *= LIGHT_STEPS
    light += np.float32(0.5)
    encoded: NDArray[np.uint8] = encoded_light()[light.astype(np.uint16)]
    return np.ascontiguousarray(encoded.transpose(1, 2, 0))
