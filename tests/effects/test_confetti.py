"""The effect confetti: particles behind the subject and in front of it."""

from __future__ import annotations

import numpy as np
import pytest

from gifmill.effects.confetti import confetti
from gifmill.effects.particle_kinds import KINDS
from gifmill.photo.photo import Photo

every_kind = pytest.mark.parametrize("kind", KINDS)


def cut_out() -> Photo:
    """Return a photo with an opaque square in the middle of transparent pixels."""
    pixels = np.zeros((120, 160, 4), np.uint8)
    pixels[20:100, 30:130] = (40, 90, 200, 255)
    return Photo(pixels)


def frames(
    photo: Photo, kind: str, amount: int = 50, seed: int = 1
) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    animation = confetti(photo, kind=kind, amount=amount, seed=seed, duration=3, frames=12)
    return [animation.canvas(number) for number in range(12)]


@every_kind
def test_particles_are_around_a_transparent_photo_and_in_front_of_it(kind: str) -> None:
    photo = cut_out()
    for canvas in frames(photo, kind, amount=100):
        assert canvas.shape == photo.pixels.shape
        assert canvas[:20, :, 3].any()
        assert (canvas[20:100, 30:130] != photo.pixels[20:100, 30:130]).any()


def test_fewer_particles_are_in_front_of_the_subject_than_beside_it() -> None:
    photo = cut_out()
    shown = np.array(
        [canvas[..., :3].astype(int) - photo.pixels[..., :3] for canvas in frames(photo, "confetti", 100)]
    )
    changed = (abs(shown).sum(axis=3) > 60).mean(axis=0)
    inside = np.zeros(changed.shape, bool)
    inside[20:100, 30:130] = True
    assert 0 < changed[inside].mean() < 0.8 * changed[~inside].mean()


@every_kind
def test_most_of_the_photo_is_visible_in_every_frame(kind: str) -> None:
    photo = Photo(np.full((120, 160, 3), 128, np.uint8))
    for canvas in frames(photo, kind):
        assert (canvas != photo.pixels).any(axis=2).mean() < 0.3
