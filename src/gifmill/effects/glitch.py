"""A tape that has been played too often."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from gifmill.effects.seamless_loop import loop, phases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels
    from gifmill.photo import Photo

_BURSTS = ((0.10, 0.17, 0.7), (0.42, 0.33, 1.0), (0.86, 0.09, 0.4))
"""Where in a turn the tape slips: start, length (both 0 to 1) and force. At both ends it runs well."""

_LEAST = 0.1
"""The least force of the hardest slip; what the most lacks to 1 is as much."""

_REACH = 0.16
"""How far a row may be pulled at full force, of the width."""

_FRINGE = 0.035
"""How far apart red and blue come at full force, of the width."""

_TREMBLE = 0.012
"""How far every row trembles by itself at full force, of the width."""

_SCAN_DEPTH = 0.35
"""What a scan line loses of its light at full force. The lines between win as much: the mean stays."""

_SCAN_LINES = 120
"""Dark lines of a large picture. In a small one each is a row, and so is each gap."""

_JUMP, _JUMPS = 0.06, 0.35
"""How far the whole picture jumps up or down, of the height, and how often at full force."""

_NOISE_LEVELS = 90
"""Levels of 255 by which the noise of a broken band goes up and down at full force."""


def glitch(photo: Photo, *, strength: int, seed: int, duration: float) -> Animation:
    """Bursts in which rows are torn aside, colours come apart, scan lines show and it snows; calm between.

    Args:
        photo: of the size that the GIF is to have.
        strength: 1 to 100 %: how far all goes apart.
        seed: another number, other tears.
        duration: of one turn, in seconds.
    """
    forces = _burst_strengths(phases(duration)) * (_LEAST + (1 - 2 * _LEAST) * strength / 100)
    return loop(_frames(photo.pixels, forces, seed), duration)


def _burst_strengths(moments: NDArray[np.float64]) -> NDArray[np.float64]:
    """How hard the tape slips at each moment, 0 to 1: sudden at first, then dying away."""
    forces = np.zeros_like(moments)
    for start, length, force in _BURSTS:
        way = (moments - start) / length
        forces += np.where((way >= 0) & (way < 1), force * np.clip(1 - way, 0, 1) ** 0.6, 0)
    return forces


def _frames(pixels: Pixels, forces: NDArray[np.float64], seed: int) -> Iterator[Pixels]:
    width = pixels.shape[1]
    edge = ceil(width * (_REACH + _FRINGE + _TREMBLE)) + 1
    wide = np.pad(pixels.transpose(2, 0, 1), ((0, 0), (0, 0), (edge, edge)), "symmetric")
    views = sliding_window_view(wide, width, axis=2)  # colours, rows, offsets, columns
    for number, force in enumerate(forces):
        if force:
            yield _distorted_frame(views, edge, float(force), np.random.default_rng([seed, number]))
        else:
            yield pixels


def _distorted_frame(views: NDArray[np.uint8], edge: int, force: float, chance: Generator) -> Pixels:
    """One frame of a burst.

    Args:
        views: for each colour, row and offset the row as it is seen from there.
        edge: the offset at which a row is in its place.
        force: 0 to 1.
        chance: of this frame alone, so that no two frames are alike and none depends on another.
    """
    height, width = views.shape[1], views.shape[3]
    pull = _row_shifts(height, chance) * _REACH + (chance.random(height) - 0.5) * 2 * _TREMBLE
    fringe = _FRINGE * chance.uniform(0.5, 1)
    rows = np.arange(height)
    if chance.random() < force * _JUMPS:
        rows = (rows + round(height * chance.uniform(-_JUMP, _JUMP))) % height
    frame = np.empty((height, width, 3), np.int16)
    for colour, apart in enumerate((-fringe, 0, fringe)):
        offsets = edge + np.rint((pull + apart) * force * width).astype(np.intp)
        frame[..., colour] = views[colour, rows, offsets]
    _darken_lines(frame, _SCAN_DEPTH * force)
    _add_noise(frame, force, chance)
    return np.clip(frame, 0, 255, out=frame).astype(np.uint8)


def _row_shifts(height: int, chance: Generator) -> NDArray[np.float64]:
    """How far each row is torn aside, -1 to 1: by bands, some of which swing back to their place."""
    torn = np.zeros(height)
    for _ in range(chance.integers(4, 8)):
        rows = max(1, round(height * chance.uniform(0.015, 0.14)))
        top = int(chance.integers(0, height))
        force = chance.choice((-1, 1)) * chance.uniform(0.15, 1)
        swing = (1 - np.linspace(0, 1, rows)) ** chance.choice((0, 2))
        band = torn[top : top + rows]
        band[:] = force * swing[: len(band)]
    return torn


def _darken_lines(frame: NDArray[np.int16], depth: float) -> None:
    """Every other line gives its light to the one above."""
    rows = max(1, round(len(frame) / (2 * _SCAN_LINES)))
    lines = np.where(np.arange(len(frame)) // rows % 2 == 0, 1 + depth, 1 - depth)
    factors = np.rint(lines * 64).astype(np.int16)  # 255 x 64 x 2 does not fit 16 bits; 255 x 87 does
    frame *= factors[:, None, None]
    frame >>= 6


def _add_noise(frame: NDArray[np.int16], force: float, chance: Generator) -> None:
    """A band of white and black dashes, as where the tape's edge is worn."""
    height, width = frame.shape[:2]
    top, rows = int(chance.integers(0, height)), max(1, round(height * chance.uniform(0.03, 0.1)))
    band = frame[top : top + rows]
    thick, long = max(1, round(height / 240)), max(1, round(width / 40))
    dashes = chance.random((-(-len(band) // thick), -(-width // long) + 1))
    levels = np.where(dashes > 0.8, 1, np.where(dashes < 0.1, -1, 0)) * (_NOISE_LEVELS * force)
    spread = levels.repeat(thick, axis=0)[: len(band)].repeat(long, axis=1)
    band += np.rint(spread[:, :width, None]).astype(np.int16)
