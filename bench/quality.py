"""Quality metrics of a decoded animation that agree with visual impression.

`de_mean` and `de_p95`: CIEDE2000 after a small blur in linear light. At viewing distance the eye averages
neighbouring pixels, so dither must count as the colour it mixes, not as noise.
`ssimulacra2`: structure at six scales, tuned on ratings of compressed pictures; 100 is identical, 90 is
visually lossless, 70 is high quality.
`flicker`: unintended change between consecutive frames: the distance in CIELAB, after the same blur, between
the decoded change and the original change. Crawling dither counts here.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from bench.perceived_colour import Lab, colour_difference, perceived
from bench.ssimulacra2_batch import Original

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.animation import Pixels

MAX_FULL_FRAMES = 8
"""Up to this number of frames, all are measured; in longer animations, every third and its successor."""


@dataclass(frozen=True, slots=True)
class Quality:
    """The distance between two animations, as means over their frames.

    Attributes:
        de_mean: mean CIEDE2000 after blur; 0 is identical, 1 is about the smallest visible difference.
        de_p95: 95th percentile of CIEDE2000 after blur: the worst areas.
        ssimulacra2: up to 100, which is identical.
        flicker: mean distance in CIELAB between the changes; 0 without unintended change.
    """

    de_mean: float
    de_p95: float
    ssimulacra2: float
    flicker: float


class OriginalAnimation:
    """The original animation that encoded ones are compared with; its own part is computed once."""

    def __init__(self, wanted: Sequence[Pixels]) -> None:
        self._wanted = wanted
        self._sample = range(0, len(wanted), 1 if len(wanted) <= MAX_FULL_FRAMES else 3)
        self._perceived = self._perceive(wanted)
        self._originals = [Original(wanted[index]) for index in self._sample]

    def quality(self, shown: Sequence[Pixels]) -> Quality:
        """Compare an animation with the same number of frames and the same size.

        Raises:
            ValueError: the number of frames differs.
        """
        if len(shown) != len(self._wanted):
            raise ValueError(f"{len(shown)} frames, expected {len(self._wanted)}")
        perceived_frames = self._perceive(shown)
        differences = [
            colour_difference(self._perceived[index], perceived_frames[index]) for index in self._sample
        ]
        return Quality(
            fmean(float(difference.mean()) for difference in differences),
            fmean(float(np.percentile(difference, 95)) for difference in differences),
            fmean(
                original.score(shown[index])
                for original, index in zip(self._originals, self._sample, strict=True)
            ),
            fmean([self._flicker(index, perceived_frames) for index in self._pairs()] or [0.0]),
        )

    def _perceive(self, frames: Sequence[Pixels]) -> dict[int, Lab]:
        needed = {*self._sample, *(index + 1 for index in self._pairs())}
        return {index: perceived(frames[index]) for index in sorted(needed)}

    def _pairs(self) -> list[int]:
        """Return the frames whose change to the next is measured; the loop from last to first is not."""
        return [index for index in self._sample if index + 1 < len(self._wanted)]

    def _flicker(self, index: int, perceived_frames: dict[int, Lab]) -> float:
        shown = perceived_frames[index + 1] - perceived_frames[index]
        wanted = self._perceived[index + 1] - self._perceived[index]
        return float(np.linalg.norm(shown - wanted, axis=-1).mean())
