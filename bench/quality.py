"""How far a decoded animation is from what was to be shown: two figures that agree with the eye.

`de_mean` and `de_p95`: CIEDE2000 after a small blur in linear light. Seen from where a GIF is looked at, the
eye averages neighbouring pixels, so dither must count as the colour it mixes, not as noise.
`ssimulacra2`: structure at six scales, tuned on opinions of compressed pictures; 100 is the same picture,
90 cannot be told from it, 70 is high quality.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter
from skimage.color import deltaE_ciede2000, xyz2lab
from ssimulacra2 import compute_ssimulacra2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gifmill.frames import Pixels

EYE_SIGMA_PX = 1.0
"""The eye's blur. A pixel of a 110 dpi screen at 60 cm is 1.3 minutes of arc, about what the eye resolves."""

_XYZ_FROM_LINEAR = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""Linear sRGB to XYZ under D65. Source: IEC 61966-2-1."""


@dataclass(frozen=True, slots=True)
class Quality:
    """The distance between two animations, as means over their frames.

    Attributes:
        de_mean: mean CIEDE2000 after blur; 0 is the same, 1 is about what can just be seen.
        de_p95: the 95th percentile of it: the worst places.
        ssimulacra2: at most 100, which is the same picture.
    """

    de_mean: float
    de_p95: float
    ssimulacra2: float


def quality(wanted: Sequence[Pixels], shown: Sequence[Pixels]) -> Quality:
    """Compare two animations frame by frame.

    Args:
        wanted: the frames as they were made.
        shown: as many, of the same size.
    """
    figures = [_frame_quality(before, after) for before, after in zip(wanted, shown, strict=True)]
    return Quality(*(float(column) for column in np.mean(figures, axis=0)))


def _frame_quality(wanted: Pixels, shown: Pixels) -> tuple[float, float, float]:
    if np.array_equal(wanted, shown):
        return 0.0, 0.0, 100.0
    distance = colour_difference(seen(wanted), seen(shown))
    score = compute_ssimulacra2(_file(wanted), _file(shown))
    return float(distance.mean()), float(np.percentile(distance, 95)), float(score)


def seen(pixels: Pixels) -> NDArray[np.float64]:
    """What the eye makes of pixels: blurred as light, then as CIELAB, shape (height, width, 3)."""
    light = gaussian_filter(linear(pixels), EYE_SIGMA_PX, axes=(0, 1))
    lab: NDArray[np.float64] = xyz2lab(light @ _XYZ_FROM_LINEAR.T)
    return lab


def linear(pixels: Pixels) -> NDArray[np.float64]:
    """Light, 0 to 1, of sRGB levels.

    Source: IEC 61966-2-1.
    """
    levels = np.arange(256) / 255
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return light[pixels]


def colour_difference(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIEDE2000 between CIELAB colours, along the last axis."""
    distance: NDArray[np.float64] = deltaE_ciede2000(before, after)
    return distance


def _file(pixels: Pixels) -> BytesIO:
    """A lossless file in memory: the metric reads files only."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=0)
    file.seek(0)
    return file
