from __future__ import annotations

import weakref
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import Mock, patch

import numpy as np
import pytest

from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.effects import find_effect
from gifmill.photo.photo import Photo
from gifmill.rendering.file_formats import GifEncoder, encoder_for
from gifmill.rendering.platforms import PLATFORMS
from gifmill.rendering.render_attempt import RenderAttempt, render_at_requested_quality

if TYPE_CHECKING:
    from gifmill.animation import Pixels
    from gifmill.effects.params import Value
    from gifmill.rendering.platforms import Platform

PHOTO = Photo(np.zeros((20, 20, 3), np.uint8))
BLUR = find_effect("blur")


def strobe(frames: int, delay_cs: int, size_px: int = 20) -> Animation:
    pictures = [np.full((size_px, size_px, 3), 255 * (at % 2), np.uint8) for at in range(frames)]
    return Animation(tuple(Frame(picture, Plain(), delay_cs) for picture in pictures), Size(size_px, size_px))


def rendered(platform: Platform | None = None, *, allow_flashing: bool = False) -> RenderAttempt:
    encoder, values = encoder_for("gif", "fast"), {"duration": 3.0}
    return render_at_requested_quality(BLUR, PHOTO, values, encoder, platform, allow_flashing=allow_flashing)


@pytest.fixture(params=[3, 14, 40])
def delay_cs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Replace blur by an effect that strobes, and return the delay of its frames."""
    delay: int = request.param

    def blur(photo: Photo, **_: Value) -> Animation:
        return strobe(8, delay, photo.size.width)

    monkeypatch.setattr("gifmill.effects.classic_pack.blur", blur)
    return delay


def test_rendered_files_do_not_flash_and_report_whether_they_were_calmed(delay_cs: int) -> None:
    result = rendered()
    assert result.file.encoded.is_safe
    assert result.calmed is (delay_cs < 40)
    assert result.requested_cs == 8 * delay_cs


def test_flashing_may_be_allowed(delay_cs: int) -> None:
    result = rendered(allow_flashing=True)
    assert not result.calmed
    assert result.file.duration_cs == 8 * delay_cs
    assert result.file.encoded.is_safe is (delay_cs == 40)


def test_drawings_have_the_requested_delays_at_any_size(delay_cs: int) -> None:
    drawn = rendered().draw(PHOTO.fit(10))
    assert drawn.size == (10, 10)
    assert drawn.duration_cs == 8 * delay_cs


@pytest.mark.usefixtures("delay_cs")
def test_frames_over_the_limit_of_a_platform_are_dropped_and_counted() -> None:
    result = rendered(replace(PLATFORMS["slack-emoji"], max_frames=5))
    assert len(result.draw(PHOTO).frames) == 5
    assert (result.frames, result.thinned) == (8, True)


def test_only_the_last_drawn_size_is_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[weakref.ref[Pixels]] = []
    cached: list[int] = []

    def blur(photo: Photo, **_: Value) -> Animation:
        cached.append(sum(each() is not None for each in drawn))
        result = strobe(4, 40, photo.size.width)
        drawn.append(weakref.ref(result.frames[0].draw()))
        return result

    monkeypatch.setattr("gifmill.effects.classic_pack.blur", blur)
    result = rendered()
    for side_px in (20, 15, 15, 10):
        result.draw(PHOTO.fit(side_px))
    assert cached == [0, 0, 0]


def test_small_frames_are_drawn_once_for_all_encodes_and_dropped_ones_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawings = [Mock(return_value=np.full((20, 20, 3), 255 * (at // 2 % 2), np.uint8)) for at in range(8)]
    flashing = Animation(tuple(Frame(draw, Plain(), 3) for draw in drawings), Size(20, 20))
    monkeypatch.setattr("gifmill.effects.classic_pack.blur", lambda _, **__: flashing)
    encoder, platform = encoder_for("gif", "fast"), replace(PLATFORMS["slack-emoji"], max_frames=4)
    result = render_at_requested_quality(replace(BLUR, params=()), PHOTO, {}, encoder, platform)
    assert result.file.encodes > 1
    assert sorted(draw.call_count for draw in drawings) == [0] * 4 + [1] * 4


@pytest.mark.usefixtures("delay_cs")
def test_every_encode_is_counted() -> None:
    with patch.object(GifEncoder, "encode", autospec=True, side_effect=GifEncoder.encode) as encode:
        assert rendered().file.encodes == encode.call_count
