"""The motion and the look of each kind of particle of the effect confetti."""

from __future__ import annotations

from math import pi, tau
from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.particle_scene import MIN_RADIUS_PX, Kind
from gifmill.effects.particles import Particles, Shape, axes_of

if TYPE_CHECKING:
    from gifmill.effects.particle_scene import Motion, Scene

_PAPERS = np.array(
    [(255, 70, 120), (255, 200, 40), (45, 175, 255), (70, 210, 110), (160, 95, 240), (255, 130, 40)], float
)
_SHADE = 0.7
"""Light on the back of confetti, as a fraction of that on its front."""


def confetti(scene: Scene) -> Motion:
    """Move paper that tumbles as it falls."""
    radius = scene.radius * (0.5 + 0.5 * scene.depth) * scene.uniform(0.85, 1)
    sway, swings, started = scene.radius * scene.uniform(1, 3), scene.turns(0.25, 0.6), scene.uniform()
    across, fallen = scene.fall(3.4 - 1.6 * scene.depth, radius)
    spins = scene.turns(0.1, 0.5) * np.where(scene.uniform() < 0.5, -1, 1)
    tumbles, angle, tilt = scene.turns(0.4, 1.1), scene.uniform(0, tau), scene.uniform()
    round_ones = scene.uniform() < 0.22
    shape = np.where(round_ones, Shape.DISC, Shape.RECTANGLE)
    wide, colour = np.where(round_ones, 0.7, scene.uniform(0.4, 0.62)), scene.choice(_PAPERS)
    softness = np.maximum(0, scene.depth - 0.85) * 0.6 * scene.radius

    def at(phase: float) -> Particles:
        x = across * scene.width + sway * np.sin(tau * (swings * phase + started))
        facing = np.cos(tau * (tumbles * phase + tilt))
        length = np.where(round_ones, 0.7, 1) * np.maximum(abs(facing), 0.07)
        light = _SHADE + (1 - _SHADE) * (facing > 0) * (0.4 + 0.6 * facing)
        axes = axes_of(radius, angle + tau * spins * phase, wide, length)
        return Particles.of(
            shape, np.stack([x, fallen(phase)], 1), axes, colour * light[:, None], 1, softness
        )

    return at


_REDS = np.array([(240, 38, 84), (255, 82, 126), (255, 128, 160), (205, 18, 66)], float)


def hearts(scene: Scene) -> Motion:
    """Move hearts that rise and sway."""
    radius = scene.radius * (0.4 + 0.6 * scene.depth) * scene.uniform(0.85, 1)
    across, fallen = scene.fall(4 - 1.8 * scene.depth, radius)
    sway, swings, started = radius * scene.uniform(0.3, 0.9), scene.turns(0.25, 0.5), scene.uniform()
    colour, tilt = scene.choice(_REDS), scene.uniform(-0.15, 0.15)

    def at(phase: float) -> Particles:
        swing = tau * (swings * phase + started)
        middle = np.stack([across * scene.width + sway * np.sin(swing), scene.height - fallen(phase)], 1)
        angle = tilt + 0.22 * np.cos(swing)
        body = axes_of(radius, angle)
        gloss = middle - 0.5 * body[:, 0] - 0.42 * body[:, 1]
        return Particles.interleaved(
            Particles.of(Shape.HEART, middle, body, colour, 1),
            Particles.of(Shape.DISC, gloss, axes_of(radius, angle - 0.7, 0.22, 0.12), 255, 0.6),
        )

    return at


_SLANT = 0.16
"""Pixels to the left for each pixel that rain falls."""


def rain(scene: Scene) -> Motion:
    """Move drops that fall in slanted streaks, each with a dark edge that shows it on a light photo."""
    length = scene.radius * (0.45 + 0.55 * scene.depth)
    wide = np.maximum(0.032 * length, 0.5)
    across, fallen = scene.fall(0.95 - 0.45 * scene.depth, length)
    angle = np.full(scene.count, np.arctan(_SLANT))
    axes, opacity = axes_of(np.ones(scene.count), angle, wide, length), 0.4 + 0.4 * scene.depth
    light, dark, dark_part = (222, 236, 250), (28, 42, 66), 0.5
    if scene.transparent:
        opacity, light, dark, dark_part = np.ones(scene.count), (150, 192, 232), (90, 145, 205), 1.0

    def at(phase: float) -> Particles:
        y = fallen(phase)
        x = across * (scene.width + _SLANT * scene.height) - _SLANT * y
        drop = np.stack([x, y], 1)
        edge = drop + np.stack([1.6 * wide, np.zeros(scene.count)], 1)
        return Particles.interleaved(
            Particles.of(Shape.STREAK, edge, axes, dark, dark_part * opacity),
            Particles.of(Shape.STREAK, drop, axes, light, opacity),
        )

    return at


def snow(scene: Scene) -> Motion:
    """Move snow: soft balls near and far, and crystals between them."""
    crystals = (scene.depth > 0.45) & (scene.depth < 0.9) & (scene.uniform() < 0.4)
    near = scene.depth > 0.9
    radius = scene.radius * np.where(crystals, 0.75, 0.2 + 0.3 * scene.depth + 0.5 * near)
    radius = np.maximum(radius * scene.uniform(0.8, 1), MIN_RADIUS_PX)
    across, fallen = scene.fall(5 - 2.5 * scene.depth, 1.5 * radius)
    sway, swings, started = scene.radius * scene.uniform(0.3, 1.5), scene.turns(0.2, 0.4), scene.uniform()
    spins = scene.turns(0.05, 0.2) * np.where(scene.uniform() < 0.5, -1, 1)
    shape = np.where(crystals, Shape.FLAKE, np.where(near, Shape.PUFF, Shape.DISC))
    softness, opacity = np.where(crystals, 0, 0.7 * radius), np.where(near, 0.8, 0.95)
    shade = ((150, 178, 222), 1.0) if scene.transparent else ((70, 92, 130), 0.35)

    def at(phase: float) -> Particles:
        x = across * scene.width + sway * np.sin(tau * (swings * phase + started))
        middle, angle = np.stack([x, fallen(phase)], 1), tau * (spins * phase + started)
        return Particles.interleaved(
            Particles.of(Shape.PUFF, middle, axes_of(1.5 * radius, angle), *shade),
            Particles.of(shape, middle, axes_of(radius, angle), 255, opacity, softness),
        )

    return at


_SPARKLE_S = 1.4
"""Time in which a sparkle appears and vanishes: so slow that nothing flashes."""


def sparkle(scene: Scene) -> Motion:
    """Move sparkles that appear, rise a little, turn a little and vanish."""
    across, down = scene.even()
    radius, born, angle = scene.radius * scene.uniform(0.35, 1), scene.uniform(), scene.uniform(-0.3, 0.3)
    life = min(1.0, _SPARKLE_S / scene.duration)
    place = np.stack([across * scene.width, down * scene.height], 1)

    def at(phase: float) -> Particles:
        age = (phase - born) % 1 / life
        light = np.where(age < 1, np.sin(pi * np.minimum(age, 1)) ** 2, 0)
        middle = place - np.stack([np.zeros(scene.count), 0.5 * scene.radius * age], 1)
        grown, turned = radius * (0.4 + 0.6 * light), angle + 0.3 * (age - 0.5)
        return Particles.interleaved(
            Particles.of(Shape.STAR, middle, axes_of(1.15 * grown, turned), (255, 186, 40), light),
            Particles.of(Shape.STAR, middle, axes_of(0.8 * grown, turned), (255, 250, 225), light),
        )

    return at


KINDS = {
    "confetti": Kind(95, 0.036, confetti),
    "hearts": Kind(34, 0.065, hearts),
    "rain": Kind(185, 0.075, rain),
    "snow": Kind(130, 0.024, snow),
    "sparkle": Kind(85, 0.075, sparkle),
}
"""By value of the parameter `kind`."""
