from __future__ import annotations

import weakref
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import Mock

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
    """Replace blur by an effect that strobes, and return the delay of its frames."""
    delay: int = request.param

    def blur(photo: Photo, **_: Value) -> Animation:
        return strobe(8, delay, photo.size.width)

    monkeypatch.setattr("gifmill.effects.classic_pack.blur", blur)
    return delay


def test_rendered_files_do_not_flash_and_report_whether_they_were_calmed(delay_cs: int) -> None:
    result = render_without_flashes(BLUR, PHOTO, {"duration": 3.0}, ENCODER, None)
    assert result.encoded.flashes <= MAX_CHANGES_PER_SECOND
    assert result.calmed is (delay_cs < 40)


def test_a_photo_of_another_size_is_calmed_in_the_same_way(delay_cs: int) -> None:
    result = render_without_flashes(BLUR, PHOTO, {"duration": 3.0}, ENCODER, None)
    drawn = result.draw(PHOTO.fit(10))
    assert drawn.size == (10, 10)
    assert drawn.duration_cs == result.duration_cs
    assert (result.duration_cs == 8 * delay_cs) is not result.calmed


@pytest.mark.usefixtures("delay_cs")
def test_frames_over_the_limit_of_a_platform_are_dropped_and_counted() -> None:
    platform = replace(PLATFORMS["slack-emoji"], max_frames=5)
    result = render_without_flashes(BLUR, PHOTO, {"duration": 3.0}, ENCODER, platform)
    assert len(result.draw(PHOTO).frames) == 5
    assert (result.frames, result.thinned) == (8, True)


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_safe_delays_prevent_flashes(kind: str) -> None:
    shown = with_safe_delays(strobe(8, 5))
    assert encoder_for(kind, "fast").encode(shown).flashes <= MAX_CHANGES_PER_SECOND
    assert [frame.delay_cs for frame in shown.frames] == [17] * 8


def test_delays_that_are_already_safe_are_kept() -> None:
    assert with_safe_delays(strobe(8, 40)).duration_cs == 8 * 40


def test_only_the_last_drawn_size_is_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[weakref.ref[Pixels]] = []
    cached: list[int] = []

    def blur(photo: Photo, **_: Value) -> Animation:
        cached.append(sum(each() is not None for each in drawn))
        result = strobe(4, 40, photo.size.width)
        drawn.append(weakref.ref(result.frames[0].draw()))
        return result

    monkeypatch.setattr("gifmill.effects.classic_pack.blur", blur)
    result = render_without_flashes(BLUR, PHOTO, {"duration": 3.0}, ENCODER, None)
    for side_px in (20, 15, 15, 10):
        result.draw(PHOTO.fit(side_px))
    assert cached == [0, 0, 0]


def test_small_frames_are_drawn_once_for_all_encodes_and_dropped_ones_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawings = [Mock(return_value=np.full((20, 20, 3), 255 * (at // 2 % 2), np.uint8)) for at in range(8)]
    flashing = Animation(tuple(Frame(draw, Plain(), 6) for draw in drawings), Size(20, 20))
    monkeypatch.setattr("gifmill.effects.classic_pack.blur", lambda _, **__: flashing)
    platform = replace(PLATFORMS["slack-emoji"], max_frames=4)
    result = render_without_flashes(BLUR, PHOTO, {"duration": 3.0}, ENCODER, platform)
    assert result.encodes > 1
    assert sorted(draw.call_count for draw in drawings) == [0] * 4 + [1] * 4


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
