"""The effect jello: the photo wobbles like jelly on a plate."""

from __future__ import annotations

from functools import partial
from math import sqrt, tau
from typing import TYPE_CHECKING

import numpy as np

from gifmill.animation import Size
from gifmill.effects.backdrop import plain_canvas, surroundings
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.sprites import MARGIN, photo_card

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels
    from gifmill.photo import Photo

_SWAY_CYCLES, _SQUASH_CYCLES = 3, 2
"""Oscillations in one loop. More would flash where the photo has bright edges."""

_SWAY = 0.22
"""Undamped displacement of the top to either side at a strength of 100, as a fraction of the shorter side."""

_SQUASH = 0.3
"""Undamped loss and gain of height at a strength of 100, as a fraction."""

_BEND = 1.4
"""Exponent of the displacement by height: 1 is a shear, more is a bend."""

_LAG = 0.06
"""Phase by which the top follows the bottom."""

_DAMPING = 1.4
"""Exponent with which the wobble dies down."""

_FILL = 0.95
"""Fraction of the canvas's sides that a photo fills which is at its widest or highest."""

_CHECKED_MOMENTS = 200
"""Moments of a loop at which it is checked whether the photo fits: it moves by less than a pixel between."""

_CORNER_RADIUS = 0.1
"""Radius of the photo's corners, as a fraction of its shorter side."""


def jello(photo: Photo, *, strength: int, background: str, duration: float, frames: int = 0) -> Animation:
    """Give the photo a push: it sways and is squashed, less and less, and its bottom stays where it is.

    Args:
        photo: at the size of the GIF.
        strength: of the push, 1 to 100 %.
        background: as for `surroundings`.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    size, push = photo.size, strength / 100
    squash, sway_px = _SQUASH * push, _SWAY * push * min(size)
    scale = _fitting_scale(squash, sway_px / size.width)
    shown = Size(*(max(1, round(side * scale)) for side in size))
    corner = 0.0 if photo.has_alpha else _CORNER_RADIUS * min(shown)
    card = photo_card(photo.pixels, shown, corner)
    stage = plain_canvas(size, surroundings(photo, background))
    x = np.arange(size.width) + 0.5 - size.width / 2
    columns = np.stack([x, np.ones_like(x), np.zeros_like(x)])
    ground = (size.height + shown.height) / 2
    up = ground - np.arange(size.height) - 0.5  # height above the ground

    def draw(phase: float) -> Pixels:
        stretch = 1 - squash * float(_wobble(np.array(phase), _SQUASH_CYCLES))
        height = up / stretch
        part = (height / shown.height).clip(0)
        sway = sway_px * part**_BEND * _wobble(phase - _LAG * part, _SWAY_CYCLES)
        narrower = np.full_like(up, sqrt(stretch))
        rows = [narrower, shown.width / 2 + MARGIN - sway * narrower, shown.height + MARGIN - height]
        canvas = stage.copy()
        card.draw_bent(canvas, columns, np.stack(rows))
        return canvas

    return loop([partial(draw, phase) for phase in phases(duration, frames).tolist()], duration, size)


def _fitting_scale(squash: float, sway: float) -> float:
    """Return the largest scale at which the photo never leaves the canvas.

    Args:
        squash: amplitude, as a fraction of the height.
        sway: amplitude of the top, as a fraction of the canvas's width.
    """
    moments = np.linspace(0, 1, _CHECKED_MOMENTS)
    stretch = 1 - squash * _wobble(moments, _SQUASH_CYCLES)
    across = (_FILL - 2 * sway * abs(_wobble(moments - _LAG, _SWAY_CYCLES))) * np.sqrt(stretch)
    return float(min(across.min(), _FILL / (2 * stretch.max() - 1)))  # it is in the middle at rest


def _wobble(phase: NDArray[np.float64], cycles: int) -> NDArray[np.float64]:
    """Return a damped oscillation, -1 to 1: it is 0 until phase 0, and dies down until phase 1."""
    within = phase.clip(0, 1)
    oscillation: NDArray[np.float64] = np.sin(tau * cycles * within)
    return (1 - within) ** _DAMPING * oscillation
