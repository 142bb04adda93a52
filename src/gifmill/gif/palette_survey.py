"""What the choice of palettes needs of each source, so that sources need not be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.core import MAX_COLOURS, distinct_colours
from gifmill.gif.sampling import sample_pixels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gifmill.animation import Pixels
    from gifmill.gif.core import Palette
    from gifmill.gif.transparency import Picture

_EVALUATED_PX = 4_096
"""Pixels sampled from each evaluated frame."""


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What the choice of palettes needs of a source.

    Attributes:
        area_px: its pixels, transparent ones included.
        transparent: whether any pixel is transparent.
        colours: those of its visible pixels, sorted; None if there are more than 256.
        sample: some visible pixels, for a common palette.
        evaluation: others, by which that is judged.
    """

    area_px: int
    transparent: bool
    colours: Palette | None
    sample: Pixels
    evaluation: Pixels


def survey(picture: Picture, sample_px: int) -> Survey:
    """Survey a source; `sample_px` is 0 if the frames cannot share a palette."""
    height, width, _ = picture.pixels.shape
    pixels = picture.visible_pixels()
    return Survey(
        height * width,
        picture.visible is not None,
        distinct_colours(pixels, MAX_COLOURS),
        sample_pixels(pixels, sample_px),
        sample_pixels(pixels, min(sample_px, 1) * _EVALUATED_PX),
    )


def all_colours(surveys: Iterable[Survey], max_colours: int) -> Palette | None:
    """Return the colours of all sources, or None if there are more than `max_colours`."""
    found: Palette | None = np.empty((0, 3), np.uint8)
    for survey in surveys:
        found = _union(found, survey.colours, max_colours)
    return found


def _union(found: Palette | None, colours: Palette | None, max_colours: int) -> Palette | None:
    """Return the sorted colours of both, or None if there are more than `max_colours`."""
    if found is None or colours is None:
        return None
    return distinct_colours(np.concatenate([found, colours]), max_colours)
