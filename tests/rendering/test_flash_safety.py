from __future__ import annotations

import weakref
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.effects import find_effect
from gifmill.gif.flash_detector import MAX_CHANGES_PER_SECOND
from gifmill.photo.photo import Photo
from gifmill.rendering.file_formats import GifEncoder, encoder_for
from gifmill.rendering.flash_safety import render_without_flashes, with_safe_delays
from gifmill.rendering.platforms import PLATFORMS

if TYPE_CHECKING:
    from gifmill.animation import Pixels
    from gifmill.effects.params import Value
    from gifmill.rendering.file_formats import EncodedFile

ENCODER = encoder_for("gif", "fast")
PHOTO = Photo(np.zeros((20, 20, 3), np.uint8))
BLUR = find_effect("blur")


def strobe(frames: int, delay_cs: int, size_px: int = 20) -> Animation:
    pictures = [np.full((size_px, size_px, 3), 255 * (at % 2), np.uint8) for at in range(frames)]
    return Animation(tuple(Frame(picture, Plain(), delay_cs) for picture in pictures), Size(size_px, size_px))


@pytest.fixture(params=[3, 14, 40])
def delay_cs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Of an effect that strobes, as large as the photo."""
    delay: int = request.param

    def blur(photo: Photo, **_: Value) -> Animation:
        return strobe(8, delay, photo.size.width)

    monkeypatch.setattr("gifmill.effects.classic_pack.blur", blur)
    return delay


def test_what_is_made_does_not_flash_and_says_whether_it_would_have(delay_cs: int) -> None:
    made = render_without_flashes(BLUR, PHOTO, {"duration": 3.0}, ENCODER, None)
    assert made.encoded.flashes <= MAX_CHANGES_PER_SECOND
    assert made.calmed is (delay_cs < 40)


def test_the_same_is_drawn_of_a_photo_of_another_size(delay_cs: int) -> None:
    made = render_without_flashes(BLUR, PHOTO, {"duration": 3.0}, ENCODER, None)
    drawn = made.draw(PHOTO.fit(10))
    assert drawn.size == (10, 10)
    assert drawn.duration_cs == made.duration_cs
    assert (made.duration_cs == 8 * delay_cs) is not made.calmed


@pytest.mark.usefixtures("delay_cs")
def test_frames_beyond_what_a_target_takes_are_left_out_and_counted() -> None:
    few = replace(PLATFORMS["slack-emoji"], max_frames=5)
    made = render_without_flashes(BLUR, PHOTO, {"duration": 3.0}, ENCODER, few)
    assert len(made.draw(PHOTO).frames) == 5
    assert (made.frames, made.thinned) == (8, True)


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_nothing_flashes_too_often_with_frames_that_last(kind: str) -> None:
    shown = with_safe_delays(strobe(8, 5))
    assert encoder_for(kind, "fast").encode(shown).flashes <= MAX_CHANGES_PER_SECOND
    assert [frame.delay_cs for frame in shown.frames] == [17] * 8


def test_what_lasts_longer_stays() -> None:
    assert with_safe_delays(strobe(8, 40)).duration_cs == 8 * 40


def test_of_two_sizes_only_the_last_drawn_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[weakref.ref[Pixels]] = []
    kept: list[int] = []

    def blur(photo: Photo, **_: Value) -> Animation:
        kept.append(sum(each() is not None for each in drawn))
        made = strobe(4, 40, photo.size.width)
        drawn.append(weakref.ref(made.frames[0].source))
        return made

    monkeypatch.setattr("gifmill.effects.classic_pack.blur", blur)
    made = render_without_flashes(BLUR, PHOTO, {"duration": 3.0}, ENCODER, None)
    for side_px in (20, 15, 15, 10):
        made.draw(PHOTO.fit(side_px))
    assert kept == [0, 0, 0]


@pytest.mark.usefixtures("delay_cs")
def test_every_encode_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = 0
    encode = GifEncoder.encode

    def counting(encoder: GifEncoder, animation: Animation) -> EncodedFile:
        nonlocal counted
        counted += 1
        return encode(encoder, animation)

    monkeypatch.setattr(GifEncoder, "encode", counting)
    assert render_without_flashes(BLUR, PHOTO, {"duration": 3.0}, ENCODER, None).encodes == counted
