from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.codings import coding_of
from gifmill.effects import effect_named
from gifmill.frames import Animation, Frame, Plain, Size
from gifmill.gif.flashes import MOST_CHANGES
from gifmill.harmless import encoded_harmless, harmless
from gifmill.photo import Photo
from gifmill.targets import TARGETS

if TYPE_CHECKING:
    from gifmill.params import Value

CODING = coding_of("gif", "fast")
PHOTO = Photo(np.zeros((20, 20, 3), np.uint8))
BLUR = effect_named("blur")


def strobe(frames: int, delay_cs: int, size_px: int = 20) -> Animation:
    pictures = [np.full((size_px, size_px, 3), 255 * (at % 2), np.uint8) for at in range(frames)]
    return Animation(tuple(Frame(picture, Plain(), delay_cs) for picture in pictures), Size(size_px, size_px))


@pytest.fixture(params=[3, 14, 40])
def delay_cs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Of an effect that strobes, as large as the photo."""
    delay: int = request.param

    def blur(photo: Photo, **_: Value) -> Animation:
        return strobe(8, delay, photo.size.width)

    monkeypatch.setattr("gifmill.effects.classic.blur", blur)
    return delay


def test_what_is_made_does_not_flash_and_says_whether_it_would_have(delay_cs: int) -> None:
    made = harmless(BLUR, PHOTO, {"duration": 3.0}, CODING, None)
    assert made.encoded.flashes <= MOST_CHANGES
    assert made.calmed is (delay_cs < 40)


def test_the_same_is_drawn_of_a_photo_of_another_size(delay_cs: int) -> None:
    made = harmless(BLUR, PHOTO, {"duration": 3.0}, CODING, None)
    drawn = made.draw(PHOTO.fit(10))
    assert drawn.size == (10, 10)
    assert [frame.delay_cs for frame in drawn.frames] == [frame.delay_cs for frame in made.animation.frames]
    assert (made.animation.duration_cs == 8 * delay_cs) is not made.calmed


@pytest.mark.usefixtures("delay_cs")
def test_frames_beyond_what_a_target_takes_are_left_out_and_counted() -> None:
    few = replace(TARGETS["slack-emoji"], max_frames=5)
    made = harmless(BLUR, PHOTO, {"duration": 3.0}, CODING, few)
    assert len(made.animation.frames) == 5
    assert (made.frames, made.thinned) == (8, True)


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_what_flashes_as_it_is_written_gets_frames_that_last(kind: str) -> None:
    shown, encoded = encoded_harmless(strobe(8, 5), coding_of(kind, "fast"))
    assert encoded.flashes <= MOST_CHANGES
    assert len(shown.frames) == 8
    assert min(frame.delay_cs for frame in shown.frames) == 17


def test_what_does_not_flash_stays() -> None:
    calm = strobe(8, 40)
    assert encoded_harmless(calm, CODING)[0] is calm
