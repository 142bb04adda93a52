"""The effect confetti: confetti, hearts, rain, snow or sparkles, behind the subject and in front of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.particle_kinds import KINDS
from gifmill.effects.particle_scene import Scene
from gifmill.effects.particles import lay_over
from gifmill.effects.seamless_loop import loop, phases
from gifmill.photo import subject_mask

if TYPE_CHECKING:
    from gifmill.animation import Animation, Pixels
    from gifmill.photo import Photo

_BEHIND = 0.6
"""Fraction of the particles that are behind the subject."""


def confetti(
    photo: Photo, *, kind: str, amount: int, seed: int, duration: float, frames: int = 0
) -> Animation:
    """Let particles fall, rise or twinkle around the subject, the farther ones behind it.

    Args:
        photo: at the size of the GIF.
        kind: "confetti", "hearts", "rain", "snow" or "sparkle".
        amount: of particles, 1 to 100 %.
        seed: random seed of the particles.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    scene = Scene(KINDS[kind], photo, duration, amount, seed)
    motion, behind = KINDS[kind].motion(scene), round(_BEHIND * scene.count)
    pixels, subject = photo.pixels, subject_mask(photo.pixels)
    stage = np.zeros_like(pixels) if pixels.shape[2] == 4 else pixels

    def draw(phase: float) -> Pixels:
        canvas = stage.copy()
        particles = motion(phase)
        far, near = particles.divided(len(particles) // scene.count * behind)
        far.draw(canvas)
        lay_over(canvas, pixels, subject)
        near.draw(canvas)
        return canvas

    return loop([partial(draw, phase) for phase in phases(duration, frames).tolist()], duration, photo.size)
