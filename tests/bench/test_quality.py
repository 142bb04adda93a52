from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.quality import MAX_FULL_FRAMES, OriginalAnimation

if TYPE_CHECKING:
    from gifmill.animation import Pixels


def noise(seed: int = 1) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (40, 50, 3), dtype=np.uint8)


def grey(level: int) -> Pixels:
    return np.full((40, 40, 3), level, np.uint8)


def test_the_same_animation_has_distance_0() -> None:
    quality = OriginalAnimation([noise(1), noise(2)]).quality([noise(1), noise(2)])

    assert (quality.de_mean, quality.de_p95, quality.flicker) == (0, 0, 0)
    assert quality.ssimulacra2 == pytest.approx(100, abs=0.01)


def test_dither_is_closer_than_a_wrong_flat_colour() -> None:
    board = grey(178)
    board[::2, ::2] = board[1::2, 1::2] = 198
    original = OriginalAnimation([grey(188)])

    assert original.quality([board]).de_mean < original.quality([grey(178)]).de_mean / 4


def test_frames_have_equal_weight() -> None:
    one, other = noise(1), noise(2)
    alone = OriginalAnimation([one]).quality([other])

    both = OriginalAnimation([one, one]).quality([one, other])

    assert both.de_mean == pytest.approx(alone.de_mean / 2)
    assert both.ssimulacra2 == pytest.approx((100 + alone.ssimulacra2) / 2, abs=0.01)


def test_a_still_error_does_not_flicker_and_a_moving_one_does() -> None:
    original = OriginalAnimation([grey(100), grey(100)])

    assert original.quality([grey(110), grey(110)]).flicker == 0
    assert original.quality([grey(110), grey(90)]).flicker > 5


def test_an_original_change_is_no_flicker_and_a_missing_one_is() -> None:
    original = OriginalAnimation([grey(100), grey(110)])

    assert original.quality([grey(100), grey(110)]).flicker == 0
    assert original.quality([grey(100), grey(100)]).flicker > 2


def test_one_frame_cannot_flicker() -> None:
    assert OriginalAnimation([grey(100)]).quality([grey(120)]).flicker == 0


@pytest.mark.parametrize(("wrong", "counts"), [(0, True), (1, False), (3, True)])
def test_every_third_frame_of_a_long_animation_counts(wrong: int, counts: bool) -> None:
    wanted = [grey(100)] * (MAX_FULL_FRAMES + 1)
    shown = [grey(140) if index == wrong else grey(100) for index in range(len(wanted))]

    quality = OriginalAnimation(wanted).quality(shown)

    assert (quality.de_mean > 0) == counts
    assert quality.flicker > 0  # a frame and its successor are both measured


def test_a_different_number_of_frames_is_rejected() -> None:
    with pytest.raises(ValueError, match="1 frames, expected 2"):
        OriginalAnimation([noise(), noise()]).quality([noise()])
