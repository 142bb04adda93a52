from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.effects import Effect, find_effect
from gifmill.gif import one_bit_alpha
from gifmill.photo.photo import Photo
from gifmill.rendering.file_formats import encoder_for
from gifmill.rendering.flash_safety import FlashSafety
from gifmill.rendering.render_attempt import render_at_requested_quality
from gifmill.rendering.shorter_requests import slowest_of_shorter_requests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gifmill.effects.params import Value

PHOTO = Photo(np.zeros((600, 600, 3), np.uint8))
SPIN = find_effect("spin")


class Strobe:
    """An effect that strobes, with a number of frames for each duration."""

    def __init__(self, frames: Mapping[float, int]) -> None:
        self.frames = frames
        self.drawn: list[tuple[float, int]] = []

    def draw(self, photo: Photo, values: Mapping[str, Value]) -> Animation:
        duration = float(values["duration"])
        self.drawn.append((duration, max(photo.size)))
        count = self.frames.get(duration, 2)
        pictures = [np.full((32, 32, 3), 255 * (at % 2), np.uint8) for at in range(count)]
        delay_cs = round(100 * duration) // count
        return Animation(tuple(Frame(each, Plain(), delay_cs) for each in pictures), Size(32, 32))


def slowest(effect: Strobe, duration: float) -> int:
    return slowest_of_shorter_requests(
        SPIN, PHOTO, {"duration": duration}, effect.draw, FlashSafety().longest_cs, one_bit_alpha
    )


def test_a_shorter_request_that_must_be_slowed_is_found() -> None:
    assert slowest(Strobe({1.0: 4, 0.9: 6}), 1.0) == 100  # six frames of 16 cs and more
    assert slowest(Strobe({1.0: 4, 0.9: 10}), 1.0) == 135  # ten frames would need 1.7 s


def test_requests_that_cannot_be_slowed_to_more_are_not_drawn() -> None:
    effect = Strobe({})
    assert slowest(effect, 1.0) == 0
    assert [duration for duration, _ in effect.drawn] == pytest.approx([1.0, 0.9, 0.8, 0.7, 0.6])


def test_small_photos_are_drawn() -> None:
    effect = Strobe({})
    slowest(effect, 1.0)
    assert {side_px for _, side_px in effect.drawn} == {256}


def test_the_shortest_request_has_no_shorter_one() -> None:
    assert slowest(Strobe({}), 0.2) == 0


def test_an_effect_without_a_duration_has_no_shorter_requests() -> None:
    still = Effect("still", "", "")
    drawn = Strobe({}).draw(PHOTO, {"duration": 1})
    assert slowest_of_shorter_requests(still, PHOTO, {}, lambda *_: drawn, lambda _: 999, one_bit_alpha) == 0


def test_a_longer_request_lasts_at_least_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    effect = Strobe({1.0: 6, 0.9: 10})
    monkeypatch.setattr(
        "gifmill.rendering.render_attempt.animate", lambda _, photo, values: effect.draw(photo, values)
    )
    made = render_at_requested_quality(SPIN, PHOTO, {"duration": 1.0}, encoder_for("gif", "fast"), None)
    assert made.file.duration_cs == 135
    assert made.calmed
