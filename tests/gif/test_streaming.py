"""Encoding as a stream: frames are drawn when they are needed, and forgotten."""

from __future__ import annotations

import weakref
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.gif.decoder import decode
from tests.gif.pictures import changing_hues, clip, moving

from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.gif import PRESETS, FlashDetector, encode, encode_animation

if TYPE_CHECKING:
    from gifmill.animation import Pixels

BALANCED = PRESETS["balanced"]


class Drawings:
    """Drawings of pictures.

    Attributes:
        calls: for each picture, how often it was drawn.
        most_alive: most pictures that existed at once, including the one being drawn.
    """

    def __init__(self, pictures: list[Pixels]) -> None:
        self.calls = [0] * len(pictures)
        self.most_alive = 0
        self._pictures = pictures
        self._drawn: list[weakref.ref[Pixels]] = []

    def animation(self) -> Animation:
        numbers = range(len(self._pictures))
        frames = (Frame(partial(self._draw, number), Plain(), 5) for number in numbers)
        return Animation(tuple(frames), Size.of(self._pictures[0]))

    def _draw(self, number: int) -> Pixels:
        self.calls[number] += 1
        picture = self._pictures[number].copy()
        self._drawn = [*(each for each in self._drawn if each() is not None), weakref.ref(picture)]
        self.most_alive = max(self.most_alive, len(self._drawn))
        return picture


@pytest.fixture
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gifmill.animation.MAX_KEPT_BYTES", 0)


few_colours = [np.full((20, 30, 3), number, np.uint8) for number in range(9)]
clips = pytest.mark.parametrize(
    "pictures", [moving(), changing_hues(), few_colours], ids=["moving", "changing_hues", "few_colours"]
)


@clips
def test_small_frames_are_drawn_once(pictures: list[Pixels]) -> None:
    drawings = Drawings(pictures)
    animation = drawings.animation()
    assert drawings.calls == [0] * 9
    assert encode(animation) == encode(clip(*pictures))
    assert drawings.calls == [1] * 9


@clips
@pytest.mark.usefixtures("nothing_kept")
def test_large_frames_are_drawn_twice_to_the_same_bytes(pictures: list[Pixels]) -> None:
    drawings = Drawings(pictures)
    assert encode(drawings.animation()) == encode(clip(*pictures))
    assert drawings.calls == [2] * 9


@pytest.mark.parametrize("pictures", [moving(), changing_hues()], ids=["moving", "changing_hues"])
@pytest.mark.usefixtures("nothing_kept")
def test_three_of_many_frames_exist_at_once(pictures: list[Pixels]) -> None:
    """The one that is written, the one before, which it is compared with, and the one that follows."""
    drawings = Drawings([pictures[number % 9] for number in range(60)])
    encode_animation(drawings.animation(), BALANCED, FlashDetector(Size.of(pictures[0])))
    assert drawings.calls == [2] * 60
    assert drawings.most_alive <= 3


@pytest.mark.usefixtures("nothing_kept")
def test_palettes_need_a_source_once_that_frames_share() -> None:
    """A zoom shows each picture twice: on its way there, and on its way back."""
    drawings = Drawings(moving(5))
    way = drawings.animation().frames
    encode(Animation((*way, *way[3:0:-1]), Size(160, 90)))
    assert drawings.calls == [2, 3, 3, 3, 2]


@pytest.mark.usefixtures("nothing_kept")
def test_equal_frames_are_merged_as_they_come() -> None:
    one, other = moving(2)
    blocks = decode(encode(Drawings([one, one, other, other, other, one]).animation())).blocks
    assert [block.delay_cs for block in blocks] == [10, 15, 5]
