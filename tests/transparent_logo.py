"""A logo with a transparent ground, drawn at test time, and a check that a finished file keeps it cut out."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageSequence

from bench.contact_sheets import logo

SIDE_PX = 120

CLEAR = {"corner": (0.02, 0.02), "opposite corner": (0.98, 0.97), "hole": (0.64, 0.6)}
SOLID = {"ring": (0.5, 0.12), "letter": (0.41, 0.5)}
"""Points of the logo, as fractions of its sides."""


def logo_png() -> bytes:
    """Return the logo as a PNG: a ring, a letter in its hole, and a soft shadow below both."""
    file = io.BytesIO()
    logo(SIDE_PX).save(file, "PNG")
    return file.getvalue()


def alphas_at(data: bytes, points: dict[str, tuple[float, float]]) -> np.ndarray:
    """Return the alpha of each frame at points of the picture, shape (frames, points)."""
    with Image.open(io.BytesIO(data)) as image:
        frames = [np.asarray(frame.convert("RGBA"))[..., 3] for frame in ImageSequence.Iterator(image)]
    return np.array(
        [[alpha[int(y * len(alpha)), int(x * len(alpha[0]))] for x, y in points.values()] for alpha in frames]
    )


def assert_cut_out(data: bytes) -> None:
    """Check that every frame of a GIF or WebP, or a PNG, shows the logo with nothing around it."""
    assert alphas_at(data, CLEAR).max() < 128  # in a WebP, a part of the soft shadow
    assert alphas_at(data, SOLID).min() == 255
