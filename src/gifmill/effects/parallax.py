"""The effect wiggle: parallax between a subject and its background."""

from __future__ import annotations

from functools import partial
from math import sin, tau
from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.depth_layers import depth_layers
from gifmill.effects.nearness import estimate_nearness
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.texture_sampling import Texture, pixel_centres
from gifmill.photo import CENTRE

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.animation import Animation, Pixels
    from gifmill.effects.texture_sampling import Field
    from gifmill.photo import Photo

    type Displace = Callable[[Field, Field, tuple[float, float]], Pixels]
    """A function of the unmoved columns and rows and of the shift that draws a picture."""

_SWAY = 0.07
"""Maximum displacement of near against far, either way, as a fraction of the photo's mean side."""

_RISE = 0.15
"""Vertical part of it: the camera moves on a flat figure of eight and never stops."""

_STILL = 0.75
"""Nearness of what does not move: of the subject's rim, so that the eye can rest on it."""

_CUT_OUT_DEPTH = 2
"""Factor of the relief of a transparent photo, which has no background to move against."""

_SOFT = 0.7
"""Softening of depth edges within a layer to either side, as a fraction of the displacement.

It is over one half, so that across an edge no two points of the canvas show the same point of the photo.
"""


def wiggle(photo: Photo, *, strength: int, focus: str, duration: float, frames: int = 0) -> Animation:
    """Sway the camera, so that the background moves behind the foreground. The loop begins with the photo.

    Args:
        photo: at the size of the GIF.
        strength: 1 to 100 %.
        focus: what is in the foreground, as for `focal_point`.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    width, height = photo.size
    sway = _SWAY * strength / 100 * (width * height) ** 0.5
    displace = _displacement(photo, sway, focus)
    x, y = (centre.ravel() for centre in pixel_centres(photo.size, CENTRE))
    margin = 0 if photo.has_alpha else 2 * _STILL * sway / max(width, height)

    def draw(phase: float) -> Pixels:
        # The further the camera is to the side, the closer it is: what is beyond the edges is hardly visible.
        closer = np.float32(1 - margin * sin(tau * phase) ** 2)
        columns = np.stack([x * closer + np.float32(width / 2), np.zeros_like(x)])
        rows = np.stack([np.zeros_like(y), y * closer + np.float32(height / 2)])
        return displace(columns, rows, (-sway * sin(tau * phase), _RISE * sway * sin(2 * tau * phase)))

    pictures = (partial(draw, phase) for phase in phases(duration, frames).tolist())
    return loop(pictures, duration, photo.size)


def _displacement(photo: Photo, sway: float, focus: str) -> Displace:
    """Return the function that displaces a photo's two layers; without a subject, one layer with a relief."""
    layers = None if photo.has_alpha else depth_layers(photo.pixels, focus)
    if layers is None:
        whole, depth = Texture(photo.pixels), _CUT_OUT_DEPTH if photo.has_alpha else 1
        near = estimate_nearness(photo.pixels, depth * _SOFT * sway, focus) - np.float32(0.5)
        near *= np.float32(depth)
        return lambda columns, rows, shift: whole.displaced(columns, rows, near, shift)
    background, subject = Texture(layers.background), Texture(layers.subject)
    far, near = (each - np.float32(_STILL) for each in (layers.background_nearness, layers.subject_nearness))

    def displace(columns: Field, rows: Field, shift: tuple[float, float]) -> Pixels:
        picture = background.displaced(columns, rows, far, shift)
        subject.draw_displaced(picture, columns, rows, near, shift)
        return picture

    return displace
