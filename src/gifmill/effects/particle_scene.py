"""Scene of particles on one canvas: their random numbers and their paths.

Particles wrap around: each crosses the canvas a whole number of times in a loop, at a speed that hardly
depends on the duration. Its depth decides its size and speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.effects.particles import Floats, Particles
    from gifmill.photo import Photo

    type Motion = Callable[[float], Particles]
    """The particles at a phase of the loop, the farthest first."""

_PLASTIC = 1.32471795724474602596
"""The plastic number. Multiples of its powers fill a square evenly.

Source: M. Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018.
"""

_JITTER = 0.12
"""Random part of a particle's position, as a fraction of the canvas."""

_SMALL_PX, _ENLARGEMENT = 360, 0.35
"""Mean side below which particles are larger in proportion, and fewer; and by which power of the ratio."""

MIN_RADIUS_PX = 0.9
"""Smallest radius of the nearest particles."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of particle.

    Attributes:
        count: of particles at an amount of 50 %.
        radius: of the largest, as a fraction of the canvas's mean side.
        motion: of its particles.
    """

    count: int
    radius: float
    motion: Callable[[Scene], Motion]


class Scene:
    """Random numbers of particles on one canvas.

    Attributes:
        width, height: of the canvas, in pixels.
        transparent: whether the canvas has alpha, of which a GIF shows only an opacity of a half or more.
        duration: of the loop, in seconds.
        count: of particles.
        radius: of the largest, in pixels.
        random: source of all random numbers.
        depth: 0 is far, 1 is near, ascending; shape (count,).
    """

    def __init__(self, kind: Kind, photo: Photo, duration: float, amount: int, seed: int) -> None:
        """Make the scene of a kind on a photo; amount in %."""
        size = photo.size
        self.width, self.height = size
        self.transparent = photo.has_alpha
        self.duration = duration
        mean_side = sqrt(size.width * size.height)
        wanted = kind.radius * mean_side
        self.radius = max(wanted * max(1, _SMALL_PX / mean_side) ** _ENLARGEMENT, MIN_RADIUS_PX)
        self.count = max(2, round(kind.count * amount / 50 * (wanted / self.radius) ** 2))
        self.random = np.random.default_rng(seed)
        self.depth = (np.arange(self.count) + 0.5) / self.count

    def uniform(self, low: float = 0.0, high: float = 1.0) -> Floats:
        """Return a random number for each particle."""
        numbers: Floats = self.random.uniform(low, high, self.count)
        return numbers

    def choice(self, rows: Floats) -> Floats:
        """Return a random row for each particle."""
        chosen: Floats = rows[self.random.integers(0, len(rows), self.count)]
        return chosen

    def even(self) -> tuple[Floats, Floats]:
        """Return two numbers from 0 to 1 for each particle that fill a square evenly."""
        first, second = (
            (np.arange(self.count) / _PLASTIC**power + self.random.uniform() + self.uniform(0, _JITTER)) % 1
            for power in (1, 2)
        )
        return first, second

    def turns(self, low: float, high: float) -> Floats:
        """Return whole turns in a loop for each particle, at least one, from a range of turns a second."""
        turns: Floats = np.maximum(1, np.round(self.duration * self.uniform(low, high)))
        return turns

    def fall(self, crossing_s: Floats, margin: Floats) -> tuple[Floats, Callable[[float], Floats]]:
        """Return a fraction across the canvas, and the y of each particle at a phase.

        Args:
            crossing_s: time to cross the canvas from top to bottom, in seconds.
            margin: size of each particle beyond the canvas, in pixels.
        """
        across, start = self.even()
        trips = self.duration / crossing_s
        cycles = np.maximum(1, np.floor(trips))
        path = (self.height + 2 * margin) * np.maximum(1, trips / cycles)  # its end may be below the canvas
        return across, lambda phase: (start + cycles * phase) % 1 * path - margin
