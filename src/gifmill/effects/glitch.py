"""The effect glitch: the defects of a worn video tape."""

from __future__ import annotations

from functools import partial
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from gifmill.effects.alpha import premultiplied, straight
from gifmill.effects.seamless_loop import loop, phases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    from gifmill.animation import Animation, Drawing, Pixels
    from gifmill.photo import Photo

_BURSTS = ((0.10, 0.17, 0.7), (0.42, 0.33, 1.0), (0.86, 0.09, 0.4))
"""Bursts of distortion: start and length (as phases, 0 to 1) and force. Both ends of the loop are clean."""

_STATES = 24
"""States of the distortion in one loop: with more it would be noise."""

_MIN_FORCE = 0.1
"""Lowest force of the strongest burst; the highest is 1 minus this."""

_MAX_SHIFT = 0.16
"""Maximum shift of a row at full force, as a fraction of the width."""

_COLOUR_SEPARATION = 0.035
"""Separation of red and blue at full force, as a fraction of the width."""

_JITTER = 0.012
"""Jitter of each row at full force, as a fraction of the width."""

_SCAN_DEPTH = 0.35
"""Loss of brightness of a scan line at full force. The lines between gain as much: the mean is constant."""

_SCAN_LINES = 120
"""Number of dark lines in a large picture. In a small one, lines and gaps are one row each."""

_JUMP, _JUMP_PROBABILITY = 0.06, 0.35
"""Vertical jump of the picture, as a fraction of the height, and its probability at full force."""

_NOISE_LEVELS = 90
"""Amplitude of the noise at full force, of 255."""


def glitch(photo: Photo, *, strength: int, seed: int, duration: float, frames: int = 0) -> Animation:
    """Distort the photo in bursts: shifted rows, separated colours, scan lines and noise.

    Args:
        photo: at the size of the GIF.
        strength: 1 to 100 %: amount of distortion.
        seed: random seed of the distortion.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    forces = _burst_strengths(phases(duration, frames)) * (_MIN_FORCE + (1 - 2 * _MIN_FORCE) * strength / 100)
    return loop(_drawings(photo.pixels, forces, seed), duration, photo.size)


def _burst_strengths(moments: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the strength of distortion at each moment, 0 to 1: sudden onset, then decay."""
    forces = np.zeros_like(moments)
    for start, length, force in _BURSTS:
        way = (moments - start) / length
        forces += np.where((way >= 0) & (way < 1), force * np.clip(1 - way, 0, 1) ** 0.6, 0)
    return forces


def _drawings(pixels: Pixels, forces: NDArray[np.float64], seed: int) -> Iterator[Pixels | Drawing]:
    width = pixels.shape[1]
    edge = ceil(width * (_MAX_SHIFT + _COLOUR_SEPARATION + _JITTER)) + 1
    wide = np.pad(premultiplied(pixels).transpose(2, 0, 1), ((0, 0), (0, 0), (edge, edge)), "symmetric")
    views = sliding_window_view(wide, width, axis=2)  # colours, rows, offsets, columns
    for number, force in enumerate(forces.tolist()):
        state = number * _STATES // len(forces)
        yield partial(_distorted_frame, views, edge, force, (seed, state)) if force else pixels


def _distorted_frame(views: NDArray[np.uint8], edge: int, force: float, seeds: tuple[int, int]) -> Pixels:
    """Return one frame of a burst.

    Args:
        views: the shifted row for each channel, row and offset, with premultiplied colours.
        edge: the offset of an unshifted row.
        force: 0 to 1.
        seeds: random seeds of this frame only, so that frames differ and are independent.
    """
    rng = np.random.default_rng(seeds)
    channels, height, _, width = views.shape
    pull = _row_shifts(height, rng) * _MAX_SHIFT + (rng.random(height) - 0.5) * 2 * _JITTER
    fringe = _COLOUR_SEPARATION * rng.uniform(0.5, 1)
    rows = np.arange(height)
    if rng.random() < force * _JUMP_PROBABILITY:
        rows = (rows + round(height * rng.uniform(-_JUMP, _JUMP))) % height
    picture = np.zeros((height, width, channels), np.uint8)
    for colour, apart in enumerate((-fringe, 0, fringe)):
        offsets = edge + np.rint((pull + apart) * force * width).astype(np.intp)
        picture[..., colour] = views[colour, rows, offsets]
        if channels == 4:  # visible where any of the three colours is
            np.maximum(picture[..., 3], views[3, rows, offsets], out=picture[..., 3])
    picture = straight(picture)
    frame = picture[..., :3].astype(np.int16)
    _darken_lines(frame, _SCAN_DEPTH * force)
    _add_noise(frame, force, rng)
    picture[..., :3] = np.clip(frame, 0, 255, out=frame)
    return picture


def _row_shifts(height: int, rng: Generator) -> NDArray[np.float64]:
    """Return the shift of each row, -1 to 1, in bands; in some bands it decays to 0."""
    torn = np.zeros(height)
    for _ in range(rng.integers(4, 8)):
        rows = max(1, round(height * rng.uniform(0.015, 0.14)))
        top = int(rng.integers(0, height))
        force = rng.choice((-1, 1)) * rng.uniform(0.15, 1)
        swing = (1 - np.linspace(0, 1, rows)) ** rng.choice((0, 2))
        band = torn[top : top + rows]
        band[:] = force * swing[: len(band)]
    return torn


def _darken_lines(frame: NDArray[np.int16], depth: float) -> None:
    """Darken every other line, and brighten the one above by as much."""
    rows = max(1, round(len(frame) / (2 * _SCAN_LINES)))
    lines = np.where(np.arange(len(frame)) // rows % 2 == 0, 1 + depth, 1 - depth)
    factors = np.rint(lines * 64).astype(np.int16)  # 255 x 64 x 2 does not fit 16 bits; 255 x 87 does
    frame *= factors[:, None, None]
    frame >>= 6


def _add_noise(frame: NDArray[np.int16], force: float, rng: Generator) -> None:
    """Add a band of white and black dashes, as from a worn edge of the tape."""
    height, width = frame.shape[:2]
    top, rows = int(rng.integers(0, height)), max(1, round(height * rng.uniform(0.03, 0.1)))
    band = frame[top : top + rows]
    thick, long = max(1, round(height / 240)), max(1, round(width / 40))
    dashes = rng.random((-(-len(band) // thick), -(-width // long) + 1))
    levels = np.where(dashes > 0.8, 1, np.where(dashes < 0.1, -1, 0)) * (_NOISE_LEVELS * force)
    spread = levels.repeat(thick, axis=0)[: len(band)].repeat(long, axis=1)
    band += np.rint(spread[:, :width, None]).astype(np.int16)
