"""HDR: transfer functions of PQ and HLG, and tone mapping to sRGB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Light = NDArray[np.float32]  # 1 for white; that of an image has shape (3, height, width)
    type Numbers = NDArray[np.float64]

REFERENCE_WHITE_NITS = 203
"""HDR reference white, which SDR shows as white: 58 % of PQ, 75 % of HLG. Source: ITU-R BT.2408, table 1."""

_PEAK_NITS = 1_000
"""Peak of the HLG reference display, and of nearly all PQ content. Brighter light is white."""


def weighted_sum(light: Light, weights: Numbers) -> Light:
    """Return the weighted sum of the three channels: faster than a product with such a small matrix."""
    red, green, blue = weights.astype(np.float32)
    total: Light = light[0] * red
    total += light[1] * green
    total += light[2] * blue
    return total


def pq_nits(signal: Numbers) -> Numbers:
    """Return the light of a PQ signal from 0 to 1, in cd/m2. Source: SMPTE ST 2084, EOTF."""
    power = signal ** (32 / 2523)
    nits: Numbers = 10_000 * (np.maximum(power - 107 / 128, 0) / (2413 / 128 - 2392 / 128 * power)) ** (
        8192 / 1305
    )
    return nits


def pq_signal(nits: Numbers) -> Numbers:
    """Return the PQ signal for light in cd/m2: the inverse of `pq_nits`."""
    power = (nits / 10_000) ** (1305 / 8192)
    signal: Numbers = ((107 / 128 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32)
    return signal


def hlg_scene_light(signal: Numbers) -> Numbers:
    """Return scene light from 0 to 1 for an HLG signal.

    Source: ITU-R BT.2100, table 5 (inverse OETF); ARIB STD-B67.
    """
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    light: Numbers = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    return light


def hlg_gain(light: Light, luminance: Numbers) -> Light:
    """Return the gain of each pixel from scene light to a display with `_PEAK_NITS`, in units of white.

    Shape (height, width). Source: ITU-R BT.2100, table 5 (OOTF, gamma 1.2 at 1,000 cd/m2).
    """
    grey = np.maximum(weighted_sum(light, luminance), 0)
    gain: Light = grey ** np.float32(0.2) * np.float32(_PEAK_NITS / REFERENCE_WHITE_NITS)
    return gain


def desaturate_to_gamut(light: Light, luminance: Numbers) -> None:
    """Mix out-of-gamut colours with grey of the same luminance until no channel is negative, in place."""
    least = np.minimum(np.minimum(light[0], light[1]), light[2])
    if least.min() >= 0:
        return
    grey = np.maximum(weighted_sum(light, luminance), 0)
    kept = np.divide(grey, grey - least, out=np.ones_like(grey), where=least < 0)
    light -= grey
    light *= kept
    light += grey


def tone_map(light: Light) -> None:
    """Multiply all channels of a pixel by the gain of the brightest one on the tone curve, in place.

    This keeps hue and saturation. An image without light brighter than white is unchanged.

    Source: ITU-R BT.2390, section 5.4 (EETF, on the maximum of the channels), from the peak of the image to
    reference white.
    """
    brightest = np.maximum(np.maximum(light[0], light[1]), light[2])
    peak = min(_peak_light(brightest), _PEAK_NITS / REFERENCE_WHITE_NITS)
    if peak <= 1:
        return
    steps = 4_095
    gains = _eetf_gains(np.linspace(0, 1, steps + 1) ** 2 * peak, peak)
    brightest /= np.float32(peak)
    np.clip(brightest, 0, 1, out=brightest)
    np.sqrt(brightest, out=brightest)
    brightest *= steps
    brightest += np.float32(0.5)
    light *= gains[brightest.astype(np.uint16)]


def _peak_light(brightest: Light) -> float:
    """Return the light that one pixel in a thousand exceeds.

    Compression makes a few pixels of SDR images brighter than white.
    """
    ordered = brightest.ravel()
    rank = ordered.size - 1 - ordered.size // 1_000
    return float(np.partition(ordered, rank)[rank])


def _eetf_gains(light: Numbers, peak: float) -> Light:
    """Return the gain of the EETF at each light, in units of white; the peak becomes white."""
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
