"""Particles: many small shapes drawn on a canvas at any size, with antialiased edges."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from gifmill.animation import Size
from gifmill.effects.argument_checks import check_canvas
from gifmill.effects.native import library

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from gifmill.animation import Pixels

    type Floats = NDArray[np.float64]


class Shape(IntEnum):
    """The shape of a particle, in the order of particles.c. Shapes are around the middle of a square.

    The square is from -1 to 1 along both of the particle's axes.
    """

    RECTANGLE = 0
    """The whole square."""
    DISC = 1
    HEART = 2
    """Upright, with its tip at the second axis's positive end."""
    FLAKE = 3
    """A snow crystal with six arms."""
    STAR = 4
    """A sparkle with four rays along the axes, in a halo."""
    PUFF = 5
    """A soft ball that fades to its edge."""
    STREAK = 6
    """The whole square, fading towards both ends of the second axis."""


@dataclass(frozen=True, slots=True, eq=False)
class Particles:
    """Particles in the order in which they are drawn; arrays have one row each, of finite numbers.

    Attributes:
        shape: of each, shape (count,).
        at: x and y of its middle on the canvas, in pixels, shape (count, 2).
        axes: from its middle to the end of its first and second axis, in pixels, shape (count, 2, 2), row by
            row; they are not parallel.
        colour: red, green and blue, 0 to 255, shape (count, 3).
        opacity: 0 to 1, shape (count,).
        softness: width of its edge in pixels beyond that of antialiasing, from 0, shape (count,). Stars and
            puffs are soft anyway.
    """

    shape: NDArray[np.int64]
    at: Floats
    axes: Floats
    colour: Floats
    opacity: Floats
    softness: Floats

    @classmethod
    def of(
        cls,
        shape: ArrayLike,
        at: Floats,
        axes: Floats,
        colour: ArrayLike,
        opacity: ArrayLike,
        softness: ArrayLike = 0.0,
    ) -> Particles:
        """Make particles; what is the same for all of them may be a single value."""
        count = len(at)
        return cls(
            np.broadcast_to(np.asarray(shape, np.int64), (count,)),
            at,
            axes,
            np.broadcast_to(np.asarray(colour, float), (count, 3)),
            np.broadcast_to(np.asarray(opacity, float), (count,)),
            np.broadcast_to(np.asarray(softness, float), (count,)),
        )

    @classmethod
    def interleaved(cls, *parts: Particles) -> Particles:
        """Return particles that are made of parts of equal number, each drawn over the part before it."""
        arrays = ([getattr(part, each.name) for part in parts] for each in fields(cls))
        return cls(*(np.stack(array, 1).reshape(-1, *array[0].shape[1:]) for array in arrays))

    def __len__(self) -> int:
        """Return the number of particles."""
        return len(self.shape)

    def __post_init__(self) -> None:
        """Check the arrays.

        Raises:
            ValueError: an array is of another shape, a number is not finite or out of range, or axes are
                parallel.
        """
        count = len(self.shape)
        shapes = {"shape": (), "at": (2,), "axes": (2, 2), "colour": (3,), "opacity": (), "softness": ()}
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array.shape != (count, *shape) or not np.isfinite(array).all():
                raise ValueError(f"The {name} of {count} particles: shape {array.shape}, or not finite.")
        if not np.isin(self.shape, list(Shape)).all():
            raise ValueError("Use shapes of Shape.")
        for name, (lowest, highest) in _RANGES.items():
            array = getattr(self, name)
            if ((array < lowest) | (array > highest)).any():
                raise ValueError(f"{name} of particles: use {lowest} to {highest}.")
        if (abs(np.linalg.det(self.axes)) < _MIN_AREA_PX).any():
            raise ValueError("The axes of a particle are parallel or too short.")

    def divided(self, at: int) -> tuple[Particles, Particles]:
        """Return the first particles, up to a number, and the rest."""
        parts = (slice(None, at), slice(at, None))
        first, rest = (
            Particles(*(getattr(self, each.name)[part] for each in fields(self))) for part in parts
        )
        return first, rest

    def draw(self, canvas: Pixels) -> None:
        """Draw the particles on a canvas, each over the ones before it.

        Args:
            canvas: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha,
                writable; changed in place.

        Raises:
            TypeError, ValueError: the canvas is no such array.
        """
        check_canvas(canvas)
        first, second = self.axes[:, 0], self.axes[:, 1]
        determinant = np.linalg.det(self.axes)
        inverse = np.stack([second[:, 1], -second[:, 0], -first[:, 1], first[:, 0]], 1) / determinant[:, None]
        margin = self.softness[:, None] / 2 + 1
        half = np.where(
            np.isin(self.shape, _SQUARES)[:, None], abs(first) + abs(second), np.hypot(first, second)
        )
        rows = np.column_stack(
            [
                self.shape,
                self.at,
                inverse,
                half + margin,
                self.softness,
                self.colour,
                self.opacity,
                np.sqrt(abs(determinant)),
            ]
        )
        size = Size.of(canvas)
        library().gifmill_draw_particles(
            np.ascontiguousarray(rows, np.float32), len(rows), canvas, *size, canvas.shape[2]
        )


_SQUARES = (Shape.RECTANGLE, Shape.STREAK)
"""Shapes with corners; the others are within an ellipse."""

_MAX_PX = 1_000_000
"""Maximum magnitude of a length: C's positions would overflow beyond it."""

_RANGES = {
    "at": (-_MAX_PX, _MAX_PX),
    "axes": (-_MAX_PX, _MAX_PX),
    "colour": (0, 255),
    "opacity": (0, 1),
    "softness": (0, _MAX_PX),
}

_MIN_AREA_PX = 1e-3
"""Smallest area between the axes of a particle."""


def axes_of(radius: Floats, angle: Floats, first: Floats | float = 1, second: Floats | float = 1) -> Floats:
    """Return the axes of particles turned clockwise by an angle, and foreshortened along each."""
    cosine, sine = radius * np.cos(angle), radius * np.sin(angle)
    return np.stack(
        [np.stack([cosine * first, sine * first], 1), np.stack([-sine * second, cosine * second], 1)], 1
    )


def lay_over(canvas: Pixels, picture: Pixels, mask: NDArray[np.uint8]) -> None:
    """Lay a picture over a canvas.

    Args:
        canvas: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha, writable;
            changed in place.
        picture: of the same shape; its alpha, if any, is ignored.
        mask: opacity of each of the picture's pixels: uint8, shape (height, width).

    Raises:
        TypeError, ValueError: an array is of another type or shape.
    """
    check_canvas(canvas)
    if picture.shape != canvas.shape or mask.shape != canvas.shape[:2]:
        raise ValueError(f"a picture of {picture.shape}, a mask of {mask.shape}, a canvas of {canvas.shape}")
    if picture.dtype != np.uint8 or mask.dtype != np.uint8:
        raise ValueError(f"a picture of {picture.dtype}, a mask of {mask.dtype}")
    library().gifmill_lay_over(
        np.ascontiguousarray(picture), np.ascontiguousarray(mask), mask.size, canvas.shape[2], canvas
    )
