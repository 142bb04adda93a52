"""Colours by code points, or by a power law and chromaticities, as sRGB; PQ and HLG are tone-mapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.colour_space import HIGH_DYNAMIC_RANGE, Calibrated, Chromaticities, Cicp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.colour_space import Point

    type Light = NDArray[np.float32]
    type Matrix = NDArray[np.float64]

_PQ, _HLG = 16, 18

REFERENCE_WHITE_NITS = 203
"""Of HDR, what white is in SDR: 58 % of PQ, 75 % of HLG. Source: ITU-R BT.2408, table 1."""

_PEAK_NITS = 1_000
"""Of HLG's reference display, and of nearly all that is graded in PQ. Brighter light is white."""

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
"""Those of others are taken for sRGB's. Source: ITU-T H.273, table 2."""

_EXPONENTS = {4: 2.2, 5: 2.8, 8: 1.0}
"""Of transfers that are power laws. Source: ITU-T H.273, table 3.

All others are taken for sRGB's, those of television (1, 6, 14, 15) too, as Chromium takes them: files marked
so hold what was seen on a display of sRGB, and the curve of a camera would make their shadows pale.
"""

_GAMMAS = (0.1, 10.0)
"""The least and the greatest exponent that may be meant."""

_SRGB_GAMMA = 1 / 2.2

_LEVELS = np.arange(256) / 255

# Source: G. J. Hutchinson et al., "Bradford" as in ICC.1:2022, annex E.
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def to_srgb(image: Image.Image, colours: Cicp | Calibrated) -> Image.Image | None:
    """Convert to sRGB.

    Args:
        image: of mode L or RGB, without alpha.
        colours: of the file. What makes no sense in them is ignored.

    Returns:
        An image of mode RGB; None where the colours are sRGB's already or the mode is another one.
    """
    if image.mode not in {"L", "RGB"}:
        return None
    chromaticities = _chromaticities(colours)
    to_light = None if image.mode == "L" else _matrix(chromaticities)
    curve = _curve(colours)
    if curve is None and to_light is None:
        return None
    levels = np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
    light = (_srgb_light() if curve is None else curve)[levels]
    if isinstance(colours, Cicp) and colours.transfer == _HLG:
        light *= _hlg_gain(light, chromaticities)
    if to_light is not None:
        light = (light.reshape(-1, 3) @ to_light.T.astype(np.float32)).reshape(light.shape)
    if isinstance(colours, Cicp) and colours.transfer in HIGH_DYNAMIC_RANGE:
        light = _tone_mapped(_in_gamut(light))
    return Image.fromarray(_encoded(light))


def _chromaticities(colours: Cicp | Calibrated) -> Chromaticities:
    if isinstance(colours, Cicp):
        return _PRIMARIES.get(colours.primaries, _SRGB)
    return colours.chromaticities or _SRGB


def _xyz(point: Point) -> Matrix:
    """A direction of CIE XYZ: not divided by y, which is 0 for the primaries of XYZ themselves."""
    x, y = point
    return np.array([x, y, 1 - x - y])


def _to_xyz(primaries: Chromaticities) -> Matrix:
    """The matrix from linear RGB to XYZ, whose white has Y = 1.

    Raises:
        LinAlgError: the primaries lie on a line.
    """
    columns = np.stack([_xyz(primaries.red), _xyz(primaries.green), _xyz(primaries.blue)], axis=1)
    white = _xyz(primaries.white) / primaries.white[1]
    matrix: Matrix = columns * np.linalg.solve(columns, white)
    return matrix


def _matrix(primaries: Chromaticities) -> Matrix | None:
    """From linear RGB of these primaries to that of sRGB, white to white by Bradford's adaptation.

    Returns:
        None for the primaries of sRGB, and for some that make no sense: whose white is no light or not
        between them.

    Source: SMPTE RP 177 (matrices), ICC.1:2022, annex E (adaptation).
    """
    if np.allclose(primaries, _SRGB, atol=0.001) or primaries.white[1] < 0.01:
        return None
    try:
        source, target = _to_xyz(primaries), _to_xyz(_SRGB)
    except np.linalg.LinAlgError:
        return None
    cones = _BRADFORD @ target.sum(axis=1) / (_BRADFORD @ source.sum(axis=1))
    adapted = np.linalg.inv(_BRADFORD) @ np.diag(cones) @ _BRADFORD @ source
    matrix: Matrix = np.linalg.inv(target) @ adapted
    inside = bool(np.isfinite(matrix).all()) and source.sum(axis=0).min() > 0 and abs(matrix).max() < 100
    return matrix if inside else None


def _curve(colours: Cicp | Calibrated) -> Light | None:
    """The light of each level, 1 for white; None for sRGB's own curve."""
    if isinstance(colours, Calibrated):
        gamma = colours.gamma
        if gamma is None or not _GAMMAS[0] <= gamma <= _GAMMAS[1]:
            return None
        # Writers of sRGB are told to add this number, for readers that know power laws alone.
        # Source: PNG, section 11.3.2.5 (sRGB).
        if abs(gamma - _SRGB_GAMMA) < 0.01 and _matrix(_chromaticities(colours)) is None:
            return None
        return (_LEVELS ** (1 / gamma)).astype(np.float32)
    if colours.transfer == _PQ:
        return (pq_nits(_LEVELS) / REFERENCE_WHITE_NITS).astype(np.float32)
    if colours.transfer == _HLG:
        return _hlg_scene_light(_LEVELS).astype(np.float32)
    exponent = _EXPONENTS.get(colours.transfer)
    return None if exponent is None else (_LEVELS**exponent).astype(np.float32)


def _srgb_light() -> Light:
    """Source: IEC 61966-2-1."""
    light = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


def pq_nits(signal: Matrix) -> Matrix:
    """The light of a PQ signal from 0 to 1, in cd/m2. Source: SMPTE ST 2084, EOTF."""
    power = signal ** (32 / 2523)
    nits: Matrix = 10_000 * (np.maximum(power - 107 / 128, 0) / (2413 / 128 - 2392 / 128 * power)) ** (
        8192 / 1305
    )
    return nits


def pq_signal(nits: Matrix) -> Matrix:
    """The inverse of `pq_nits`."""
    power = (nits / 10_000) ** (1305 / 8192)
    signal: Matrix = ((107 / 128 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32)
    return signal


def _hlg_scene_light(signal: Matrix) -> Matrix:
    """The light of the scene from 0 to 1. Source: ITU-R BT.2100, table 5 (inverse OETF); ARIB STD-B67."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    light: Matrix = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    return light


def _hlg_gain(light: Light, primaries: Chromaticities) -> Light:
    """By how much a display of `_PEAK_NITS` makes each pixel of a scene brighter, in units of white.

    Shape (height, width, 1). Source: ITU-R BT.2100, table 5 (OOTF, gamma 1.2 at 1,000 cd/m2).
    """
    luminance = light @ _to_xyz(primaries)[1].astype(np.float32)
    gain: Light = np.maximum(luminance, 0) ** np.float32(0.2) * np.float32(_PEAK_NITS / REFERENCE_WHITE_NITS)
    return gain[..., None]


def _in_gamut(light: Light) -> Light:
    """Colours outside of sRGB mixed with grey of the same luminance until no channel is negative."""
    least = light.min(axis=2)
    outside = least < 0
    if outside.any():
        colours = light[outside]
        luminance = np.maximum(colours @ _to_xyz(_SRGB)[1].astype(np.float32), 0)
        kept = luminance / (luminance - least[outside])
        light[outside] = luminance[:, None] + kept[:, None] * (colours - luminance[:, None])
    return light


def _tone_mapped(light: Light) -> Light:
    """Brighten or darken no channel by itself: each pixel by what the curve does to its brightest one.

    So hue and saturation stay. A picture that is nowhere brighter than white stays as it is.

    Source: ITU-R BT.2390, section 5.4 (EETF, on the maximum of the channels), from the brightest light of the
    picture to reference white.
    """
    brightest = light.max(axis=2)
    peak = min(float(brightest.max()), _PEAK_NITS / REFERENCE_WHITE_NITS)
    if peak <= 1:
        return light
    steps = 4_095
    gains = _gains(np.linspace(0, 1, steps + 1) ** 2 * peak, peak)
    index = (np.sqrt(np.minimum(brightest / np.float32(peak), 1)) * steps + 0.5).astype(np.uint16)
    return light * gains[index][..., None]


def _gains(light: Matrix, peak: float) -> Light:
    """What the EETF multiplies light by, both in units of white; the peak becomes white."""
    white = float(pq_signal(np.array(float(REFERENCE_WHITE_NITS))))
    whole = float(pq_signal(np.array(peak * REFERENCE_WHITE_NITS)))
    most = white / whole
    knee = 1.5 * most - 0.5
    signal = pq_signal(light * REFERENCE_WHITE_NITS) / whole
    t = (signal - knee) / (1 - knee)
    spline = (
        (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * most
    )
    mapped = pq_nits(np.where(signal < knee, signal, spline) * whole) / REFERENCE_WHITE_NITS
    return np.divide(mapped, light, out=np.ones_like(light), where=light > 1e-4).astype(np.float32)


def _encoded(light: Light) -> NDArray[np.uint8]:
    """Linear sRGB as levels; what is outside of it is clipped. Source: IEC 61966-2-1."""
    most = 65_535
    steps = np.arange(most + 1) / most
    levels = np.where(steps <= 0.0031308, 12.92 * steps, 1.055 * steps ** (1 / 2.4) - 0.055)
    table = (levels * 255 + 0.5).astype(np.uint8)
    return table[(np.clip(light, 0, 1) * np.float32(most) + np.float32(0.5)).astype(np.uint16)]
