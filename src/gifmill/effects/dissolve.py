"""The effect dissolve: the wind blows the photo away, grain by grain, and brings it back."""

from __future__ import annotations

from functools import partial
from math import tau
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.effects.alpha import MIN_VISIBLE_ALPHA
from gifmill.effects.backdrop import backdrop_colours, darkened, plain_canvas, surroundings
from gifmill.effects.native import library
from gifmill.effects.seamless_loop import loop, phases

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels
    from gifmill.photo import Photo

    type Floats = NDArray[np.float32]
    """A number for each grain, row by row; shape (grains,)."""

_GRAINS_ACROSS = 160
"""Grains along the mean side of a photo. A small photo has one for each pixel."""

_DIRECTIONS = {"right": (1, 0), "left": (-1, 0), "up": (0, -1), "down": (0, 1)}
"""Across and down, by direction of the wind."""

_HOLD = 0.05
"""Time for which the photo rests at either end of the loop. Times here are fractions of the loop."""

_SWEEP = 0.33
"""Time from the departure of the first grain to that of the last."""

_FLIGHT = 0.3
"""Time that a grain takes to leave or to arrive."""

_RAGGED, _JITTER = 0.5, 0.1
"""Delays of departure by patches and by grain, relative to the time from one side to the other."""

_PATCHES = 5
"""Patches along the mean side: of departure, and of eddies."""

_DRIFT, _LIFT, _EDDY, _SCATTER = 0.5, 0.14, 0.16, 0.045
"""Lengths of a flight with the wind, upwards, around eddies, and at random; as fractions of the mean side."""

_EDDY_TURNS = 3
"""Range of the directions of the eddies, in full turns."""

_ACCELERATION = 1.6
"""Exponent of the way that a grain has flown by the time: 1 is a constant speed."""

_RADIUS, _SHRINKING = 0.66, 0.7
"""Radius of a grain relative to the side of its block, and exponent of its decrease in flight."""

_MIN_RADIUS_ON_NOTHING = 0.6
"""Minimum radius on a transparent ground, in pixels: a GIF shows no pixel that is less than half covered."""

_SHADE = 0.22
"""Lightness of the ground relative to the photo's accent colour: grains stand out on a dark one."""


def dissolve(
    photo: Photo, *, towards: str, seed: int, background: str, duration: float, frames: int = 0
) -> Animation:
    """Blow the photo away and back, as thousands of grains of its colours.

    Args:
        photo: at the size of the GIF.
        towards: where the wind blows: "left", "right", "up" or "down".
        seed: random seed of the paths of the grains.
        background: behind the grains, as for `surroundings`; "auto" is a dark shade of the photo's colour.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    pixels, size, colour = photo.pixels, photo.size, surroundings(photo, background)
    if colour is None and not photo.has_alpha:
        pixels = np.dstack([pixels, np.full((size.height, size.width), 255, np.uint8)])
    elif colour is not None and background == "auto":
        colour = darkened(backdrop_colours(pixels).accent, _SHADE)
    ground = plain_canvas(size, colour)
    grains = _Grains(pixels, towards, np.random.default_rng(seed))
    draw = partial(grains.draw, ground)
    return loop([partial(draw, phase) for phase in phases(duration, frames).tolist()], duration, size)


class _Grains:
    """The grains of a photo, each a square block of its pixels until it departs."""

    def __init__(self, pixels: Pixels, towards: str, random: Generator) -> None:
        """Cut the photo into grains, and choose a path for each.

        Args:
            pixels: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha.
            towards: one of `_DIRECTIONS`.
            random: source of the paths.
        """
        height, width, channels = pixels.shape
        side = (width * height) ** 0.5
        self._pixels, self._block = pixels, max(1, round(side / _GRAINS_ACROSS))
        rows, columns = self._shape = -(-height // self._block), -(-width // self._block)
        self._min_radius = _MIN_RADIUS_ON_NOTHING if channels == 4 else 0
        colours = Image.fromarray(pixels).resize((columns, rows), Image.Resampling.BOX)
        self._colours = np.asarray(colours).reshape(-1, channels)
        # Grains of a soft shadow would add up to a dark cloud.
        self._solid = (
            self._colours[:, 3] >= MIN_VISIBLE_ALPHA if channels == 4 else np.ones(rows * columns, np.bool_)
        )
        self._y, self._x = (
            (at.ravel().astype(np.float32) + np.float32(0.5)) * self._block for at in np.indices(self._shape)
        )
        across, down = _DIRECTIONS[towards]
        count = rows * columns
        delay = _RAGGED * _patches(random, rows, columns) + _JITTER * random.random(count, np.float32)
        # The wind takes first what is nearest to the side to which it blows.
        delay -= across * self._x / width + down * self._y / height
        delay = (delay - delay.min()) / max(float(np.ptp(delay)), 1e-6)
        self._leaves, self._lands = _HOLD + _SWEEP * delay, 1 - _HOLD - _SWEEP * (1 - delay)
        eddy = np.float32(tau * _EDDY_TURNS) * _patches(random, rows, columns)
        wind = side * (0.6 + 0.8 * random.random(count, np.float32))
        scatter_x, scatter_y = _SCATTER * side * random.standard_normal((2, count), np.float32)
        lift = _LIFT if across else 0
        self._path_x = across * _DRIFT * wind + _EDDY * side * np.cos(eddy) + scatter_x
        self._path_y = (down * _DRIFT - lift) * wind + _EDDY * side * np.sin(eddy) + scatter_y

    def draw(self, ground: Pixels, phase: float) -> Pixels:
        """Return the picture at a phase of the loop: the blocks that rest, and the grains in the air.

        Args:
            ground: the empty canvas, with as many channels as the photo.
            phase: 0 to 1; the photo is whole at both.
        """
        rests = ((phase <= self._leaves) | (phase >= self._lands)).reshape(self._shape)
        height, width = ground.shape[:2]
        covered = rests.repeat(self._block, axis=0)[:height].repeat(self._block, axis=1)[:, :width]
        canvas = np.where(covered[..., None], self._pixels, ground)
        self._draw_flying(canvas, (phase - self._leaves) / _FLIGHT, 1)
        self._draw_flying(canvas, (self._lands - phase) / _FLIGHT, -1)
        return canvas

    def _draw_flying(self, canvas: Pixels, flown: Floats, sign: int) -> None:
        """Draw the grains in the air.

        Args:
            canvas: changed in place.
            flown: part of the flight from the photo, of all grains: those from 0 to 1 are in the air.
            sign: 1 if they leave with the wind, -1 if they arrive with it.
        """
        flying = np.flatnonzero(self._solid & (flown > 0) & (flown < 1))
        part = flown[flying]
        way = sign * part**_ACCELERATION
        discs = np.empty((len(flying), 3), np.float32)
        discs[:, 0] = self._x[flying] + way * self._path_x[flying]
        discs[:, 1] = self._y[flying] + way * self._path_y[flying]
        discs[:, 2] = np.maximum(_RADIUS * self._block * (1 - part) ** _SHRINKING, self._min_radius)
        height, width, channels = canvas.shape
        library().gifmill_draw_discs(
            canvas, width, height, channels, discs, self._colours[flying], len(flying)
        )


def _patches(random: Generator, rows: int, columns: int) -> Floats:
    """Return smooth noise for each grain, from about 0 to 1."""
    scale = _PATCHES / (rows * columns) ** 0.5
    coarse = max(2, round(rows * scale)), max(2, round(columns * scale))
    noise = Image.fromarray(random.random(coarse, np.float32))
    return np.asarray(noise.resize((columns, rows), Image.Resampling.BICUBIC)).ravel()
