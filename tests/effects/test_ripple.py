"""Ripple: rings on water above the photo, which is calm between the loops."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import gifmill
from gifmill.effects.ripple import ripple
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from gifmill.animation import Animation, Pixels

PHOTO = gifmill.open_photo(Path(__file__).parents[1] / "sample_photos/chelsea.jpg", max_side_px=160)


def animate(photo: Photo = PHOTO, strength: int = 50, drops: int = 1, focus: str = "centre") -> Animation:
    return ripple(photo, strength=strength, drops=drops, focus=focus, duration=3, frames=48)


def changes(
    animation: Animation, photo: Photo = PHOTO
) -> list[np.ndarray[tuple[int, ...], np.dtype[np.intp]]]:
    """Return for each frame the largest difference of each pixel from the photo."""
    frames = (animation.canvas(number) for number in range(len(animation.frames)))
    return [abs(frame.astype(int) - photo.pixels)[..., :3].max(axis=2) for frame in frames]


def grey(width: int = 160, height: int = 120, level: int = 120) -> Photo:
    return Photo(np.full((height, width, 3), level, np.uint8))


def distances(
    photo: Photo, x: float = 0.5, y: float = 0.5
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the distance of each pixel from a point, in pixels."""
    rows, columns = np.indices(photo.pixels.shape[:2]) + 0.5
    found: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.hypot(
        columns - x * photo.size.width, rows - y * photo.size.height
    )
    return found


@pytest.mark.parametrize("drops", [1, 3, 5])
def test_the_water_is_calm_at_both_ends_of_the_loop(drops: int) -> None:
    found = changes(animate(strength=100, drops=drops))
    assert found[0].max() == 0
    assert found[-1].mean() < 1


def test_rings_run_outwards_from_the_focal_point() -> None:
    photo = grey()
    away = distances(photo, 0.25, 0.5)
    fronts = [
        float(away[changed > 8].max(initial=0))
        for changed in changes(animate(photo, focus="0.25,0.5"), photo)[2:16]
    ]
    assert fronts == sorted(fronts)
    assert fronts[0] < 20
    assert fronts[-1] > 60


def test_water_beyond_the_first_ring_is_calm() -> None:
    photo = grey()
    early = changes(animate(photo), photo)[4]
    assert early[distances(photo) > 60].max() == 0
    assert early.max() > 20


def test_a_plain_photo_has_crests_and_troughs_in_all_directions() -> None:
    photo = grey()
    frame = animate(photo).canvas(10).astype(int)[..., 0] - 120
    rows, columns = np.indices(frame.shape)
    for quarter in ((rows < 60) & (columns < 80), (rows < 60) & (columns >= 80), rows >= 60):
        assert frame[quarter].max() > 10
        assert frame[quarter].min() < -10


def test_black_water_reflects_light() -> None:
    black = grey(level=0)
    assert max(changed.max() for changed in changes(animate(black), black)) > 20


def test_more_strength_makes_higher_waves() -> None:
    found = [
        np.mean([changed.mean() for changed in changes(animate(strength=part))]) for part in (1, 20, 50, 100)
    ]
    assert found == sorted(found)
    assert found[0] > 0.2


@pytest.mark.parametrize("drops", [2, 3])
def test_each_further_drop_moves_more_of_the_water(drops: int) -> None:
    fewer, more = (np.mean([c.mean() for c in changes(animate(drops=count))]) for count in (drops - 1, drops))
    assert more > fewer


def test_the_mean_brightness_is_nearly_constant() -> None:
    means = [animate(strength=100, drops=5).canvas(number).mean() for number in range(0, 48, 3)]
    assert max(means) - min(means) < 0.06 * 255


@pytest.mark.parametrize(("strength", "drops"), [(50, 3), (100, 1), (100, 3), (100, 5)])
def test_water_does_not_flash(strength: int, drops: int) -> None:
    assert not gifmill.render(PHOTO, "ripple", strength=strength, drops=drops).calmed


def test_the_alpha_of_a_photo_is_refracted_and_not_lit() -> None:
    cut_out = np.zeros((120, 160, 4), np.uint8)
    cut_out[30:90, 40:120] = (200, 60, 30, 255)
    frame: Pixels = animate(Photo(cut_out), strength=100).canvas(12)
    assert frame.shape == cut_out.shape
    assert (frame[:10, :10, 3] == 0).all()
    assert (frame[..., 3] != cut_out[..., 3]).any()
    assert (frame[40:80, 60:100, 3] == 255).all()
