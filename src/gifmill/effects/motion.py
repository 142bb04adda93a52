"""Effects that move the whole photo: it shakes, spins, bounces, comes closer."""

from __future__ import annotations

from math import cos, hypot, pi, sin, sqrt, tau
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Size
from gifmill.effects.affine_camera import AffineCamera, overhang_px, supersampling_factor
from gifmill.effects.backdrop import backdrop_colours, circle_mask, darkened
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.sprites import MARGIN, Position, ellipse_sprite, photo_card
from gifmill.photo import CENTRE, Point, focal_point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels
    from gifmill.photo import Photo

_SHAKE_CYCLES = np.arange(2, 11)
"""How often in one turn the waves of a shake go up and down. A quicker wave is as much lower, as in a hand
that trembles: with waves of one height a shake that can be seen makes bright edges flash.
"""

_SHAKE = 0.06
"""How far at most a shake goes, as a part of the shorter side."""

_COMPARED = 100_000
"""Values that are enough to see how much two pictures differ."""

_LINGER = 0.25
"""How much slower a spin is where the photo stands upright."""

_DISC = 0.98
"""The diameter of a round picture, as a part of the shorter side."""

_SPIN_ZOOM = sqrt(2)
"""How much closer a turning canvas comes: a square's corners are then never seen."""

_SQUASH = 0.42
"""How much of its height a bouncing photo loses at most."""

_FLIGHT = 0.68
"""For which part of a turn a bouncing photo is in the air."""

_ZOOM = 2.4
"""How much closer it comes at most."""


def shake(photo: Photo, *, strength: int, seed: int, duration: float) -> Animation:
    """It cannot stand still: shifted and tilted along a path of chance, and closer, so that no edge shows.

    Args:
        photo: of the size that the GIF is to have.
        strength: how far it goes, in percent.
        seed: of the path.
        duration: of one turn, in seconds.
    """
    size = photo.size
    path = strength / 100 * _SHAKE * min(size) * _random_path(len(phases(duration)), seed)
    path[:, 2] /= hypot(*size) / 2  # the corners are tilted as far as all is shifted
    closer = max(_covering_zoom(size, x, y, tilt) for x, y, tilt in path)
    camera = AffineCamera(photo.pixels)
    pictures = []
    for x, y, tilt in path:
        middle = Point(0.5 + x / closer / size.width, 0.5 + y / closer / size.height)
        pictures.append(np.asarray(camera.view(size, middle, closer, tilt)))
    return loop(_from_the_smallest_step(pictures), duration)


def spin(photo: Photo, *, turns: int, direction: str, cut: str, duration: float) -> Animation:
    """Round and round it goes.

    Args:
        photo: of the size that the GIF is to have.
        turns: whole turns of one loop.
        direction: "clockwise" or "anticlockwise".
        cut: "circle" for a round picture on a plain ground; "canvas" fills the canvas.
        duration: of one loop, in seconds.
    """
    way = tau if direction == "clockwise" else -tau
    angles = [way * (turns * phase - _LINGER * sin(tau * turns * phase) / tau) for phase in phases(duration)]
    return loop((_rotated_circle if cut == "circle" else _rotated_canvas)(photo, angles), duration)


def bounce(photo: Photo, *, strength: int, duration: float) -> Animation:
    """Made of rubber: it falls, is squashed, and springs up again; what it loses in height it gains in width.

    Args:
        photo: of the size that the GIF is to have.
        strength: how high it springs and how much it is squashed, in percent.
        duration: of one spring, in seconds.
    """
    size, squash = photo.size, _SQUASH * strength / 100
    share, supersampling = (
        0.9 * (1 - squash),
        supersampling_factor(size),
    )  # at its widest it takes nine tenths of the canvas
    shown = Size(*(max(1, round(side * share)) for side in size))
    under = Size(shown.width, max(1, round(0.07 * size.height)))
    ground = backdrop_colours(photo.pixels).ground
    picture = photo_card(photo.pixels, shown, 0.12 * min(shown), supersampling)
    shadow = ellipse_sprite(under, darkened(ground, 0.72), supersampling)
    foot, middle = (
        Position(shown.width / 2 + MARGIN, shown.height + MARGIN),
        Position(*(side / 2 + MARGIN for side in under)),
    )
    stands, hop = Position(size.width / 2, 0.96 * size.height), (0.94 - share) * size.height
    stage = Image.new("RGB", size, ground)
    stage.paste(darkened(ground, 0.9), (0, round(0.87 * size.height), *size))
    pictures = []
    for phase in phases(duration):
        height, tall = _height_and_stretch(phase, squash)
        far = 1 - 0.35 * height
        canvas = stage.copy()
        shadow.draw(canvas, middle, Position(stands.x, stands.y - under.height / 4), (far / tall, far))
        picture.draw(canvas, foot, Position(stands.x, stands.y - hop * height), (1 / tall, tall))
        pictures.append(np.asarray(canvas))
    return loop(pictures, duration)


def zoom(photo: Photo, *, strength: int, focus: str, duration: float) -> Animation:
    """Slowly closer to the focal point, and back.

    Args:
        photo: of the size that the GIF is to have.
        strength: how close it comes, in percent.
        focus: "found" or a place, as `focal_point` takes it.
        duration: of one loop, in seconds.
    """
    size, image = photo.size, Image.fromarray(photo.pixels)
    most = _ZOOM ** (strength / 100)
    aim = focal_point(photo.pixels, focus)
    # The point that stays where it is, so that at its closest the aim is in the middle, or as near to it as
    # the edges let it be.
    still = [min(max((place - 0.5 / most) / (1 - 1 / most), 0), 1) for place in aim]
    pictures = []
    for phase in phases(duration):
        part = most ** ((cos(tau * phase) - 1) / 2)
        left, top = (place * (1 - part) * side for place, side in zip(still, size, strict=True))
        box = (left, top, left + part * size.width, top + part * size.height)
        pictures.append(np.asarray(image.resize(size, Image.Resampling.LANCZOS, box)))
    return loop(pictures, duration)


def _random_path(count: int, seed: int) -> NDArray[np.float64]:
    """A closed path of zero mean: places across and down and tilts, shape (count, 3), each at most 1."""
    chance = np.random.default_rng(seed)
    heights = chance.uniform(0.4, 1, (3, len(_SHAKE_CYCLES))) / _SHAKE_CYCLES
    starts = chance.uniform(0, tau, (3, len(_SHAKE_CYCLES)))
    moments = tau * np.arange(count)[:, None, None] / count * _SHAKE_CYCLES
    path: NDArray[np.float64] = (heights * np.sin(moments + starts)).sum(axis=2)
    path /= abs(path).max(axis=0)
    return path


def _covering_zoom(size: Size, x: float, y: float, tilt: float) -> float:
    """How much closer a photo must come so that it covers the canvas, shifted by x and y px and tilted."""
    width, height = size
    across = width * cos(tilt) + height * abs(sin(tilt)) + 2 * abs(x)
    down = height * cos(tilt) + width * abs(sin(tilt)) + 2 * abs(y)
    return max(across / width, down / height)


def _from_the_smallest_step(pictures: list[Pixels]) -> list[Pixels]:
    """The same loop, begun where least changes: nobody sees where it is closed."""
    every = 1 + pictures[0].size // _COMPARED
    sample = np.stack([picture.reshape(-1)[::every] for picture in pictures]).astype(np.int16)
    first = int(abs(sample - np.roll(sample, 1, axis=0)).mean(axis=1).argmin())
    return pictures[first:] + pictures[:first]


def _height_and_stretch(phase: float, squash: float) -> tuple[float, float]:
    """How high it is, from 0 to 1, and how tall, 1 being its own height. The loop begins at the highest."""
    stretch = 0.35 * squash
    away = min(phase, 1 - phase) / (_FLIGHT / 2)
    if away < 1:
        return 1 - away**2, 1 + stretch * away**2
    pressed = sin(pi / 2 * (away - 1) / (1 / _FLIGHT - 1))
    return 0, 1 + stretch - (stretch + squash) * pressed


def _rotated_circle(photo: Photo, angles: list[float]) -> Iterator[Pixels]:
    """The largest circle around the focal point, turned, on a plain ground."""
    size, side = photo.size, min(photo.size)
    focus = focal_point(photo.pixels)
    centre = Point(
        *(min(max(at, side / 2 / full), 1 - side / 2 / full) for at, full in zip(focus, size, strict=True))
    )
    ground = Image.new("RGB", size, backdrop_colours(photo.pixels).ground)
    mask = circle_mask(size, side * _DISC)
    camera = AffineCamera(photo.pixels)
    for angle in angles:
        yield np.asarray(Image.composite(camera.view(size, centre, 1, angle), ground, mask))


def _rotated_canvas(photo: Photo, angles: list[float]) -> Iterator[Pixels]:
    """The canvas turned; what an oblong one would leave open is the photo mirrored."""
    size = photo.size
    half = hypot(*size) / 2 / _SPIN_ZOOM
    camera = AffineCamera(photo.pixels, (overhang_px(half, size.width), overhang_px(half, size.height)))
    for angle in angles:
        yield np.asarray(camera.view(size, CENTRE, _SPIN_ZOOM, angle))
