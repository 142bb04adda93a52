"""Flash safety on pictures that strobe, and on effects over a grid of durations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.gif.decoder import decode
from tests.transparent_logo import CLEAR, alphas_at, logo_png

import gifmill
from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.animation import delays_cs as delays_cs_of
from gifmill.photo.photo import Photo
from gifmill.rendering.file_formats import encoder_for
from gifmill.rendering.flash_safety import MAX_ENCODES_SOFTENED_FIRST, FlashSafety, SafeFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.animation import Pixels

both_formats = pytest.mark.parametrize("kind", ["gif", "webp"])


def animation_of(levels: Sequence[int], delays_cs: Sequence[int], channels: int = 3) -> Animation:
    """Return frames of one grey each; with four channels, black ones of this alpha."""
    pictures = [np.full((40, 40, channels), level, np.uint8) for level in levels]
    if channels == 4:
        pictures = [picture * np.array([0, 0, 0, 1], np.uint8) for picture in pictures]
    frames = zip(pictures, delays_cs, strict=True)
    return Animation(tuple(Frame(picture, Plain(), delay) for picture, delay in frames), Size(40, 40))


def strobe(frames: int, delay_cs: int, channels: int = 3) -> Animation:
    return animation_of([255 * (at % 2) for at in range(frames)], [delay_cs] * frames, channels)


def encoded(
    animation: Animation, kind: str = "gif", at_least_cs: int = 0, loop: int = 0, **options: bool
) -> SafeFile:
    encoder = encoder_for(kind, "fast", loop)
    return FlashSafety().encode(animation, encoder, lambda: at_least_cs, **options)


@both_formats
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("delay_cs", [2, 5, 11, 14, 17, 40])
def test_no_file_flashes(delay_cs: int, channels: int, kind: str) -> None:
    for loop in (0, 1):
        file = encoded(strobe(8, delay_cs, channels), kind, loop=loop)
        assert file.encoded.is_safe
        assert file.duration_cs == sum(file.encoded.delays_cs) or file.encoded.frames == 1


@both_formats
def test_an_animation_that_does_not_flash_is_encoded_once_as_it_is(kind: str) -> None:
    file = encoded(strobe(8, 17), kind)
    assert (file.duration_cs, file.softened, file.encodes) == (8 * 17, 0, 1)


@both_formats
def test_the_smallest_slowdown_that_passes_is_found_without_a_second_encode(kind: str) -> None:
    file = encoded(strobe(8, 14), kind)
    assert (file.duration_cs, file.softened, file.encodes) == (134, 0, 1)  # any six frames last a second
    delays_cs = delays_cs_of(134, [1] * 8)
    assert file.encoded.data == encoder_for(kind, "fast").encode(animation_of([0, 255] * 4, delays_cs)).data


def test_delays_of_a_slowed_file_are_exact() -> None:
    levels = [0, 255] * 4
    file = encoded(animation_of(levels, [13, 14, 13, 14, 13, 14, 13, 14]))
    delays_cs = [block.delay_cs for block in decode(file.encoded.data).blocks]
    assert sum(delays_cs) == file.duration_cs
    assert max(delays_cs) - min(delays_cs) <= 2


@both_formats
def test_beyond_the_largest_slowdown_frames_are_softened(kind: str) -> None:
    file = encoded(strobe(8, 6), kind)
    assert file.duration_cs == 72
    assert file.softened > 0
    assert file.encodes == 2


def test_only_frames_that_flash_are_softened() -> None:
    levels = [0, 255] * 6 + [0] * 1 + [128, 130, 132, 134]
    file = encoded(animation_of(levels, [4] * 13 + [90] * 4))
    assert 0 < file.softened <= 14
    blocks = decode(file.encoded.data).canvases
    assert [canvas[0][0] for canvas in blocks[-3:]] == pytest.approx([130, 132, 134], abs=3)


def test_the_poster_stays_sharp_if_it_can() -> None:
    file = encoded(animation_of([0, 255] * 8, [6] * 16))
    assert decode(file.encoded.data).canvases[0][0] == (0, 0, 0)


def test_red_flashes_are_softened() -> None:
    pictures = [np.full((40, 40, 3), (160 * (at % 2), 0, 0), np.uint8) for at in range(8)]
    file = encoded(Animation(tuple(Frame(each, Plain(), 3) for each in pictures), Size(40, 40)))
    assert file.softened > 0
    assert file.encoded.is_safe


def test_the_maximum_duration_of_a_platform_is_kept_by_softening() -> None:
    safety, encoder = FlashSafety(max_duration_cs=115), encoder_for("gif", "fast")
    file = safety.encode(strobe(8, 14), encoder, lambda: 0)
    assert file.duration_cs == 115
    assert file.softened > 0
    assert file.encoded.is_safe


def test_a_shorter_request_is_not_undercut() -> None:
    assert encoded(strobe(8, 14), at_least_cs=150).duration_cs == 150
    assert encoded(strobe(8, 14), at_least_cs=900).duration_cs == 168
    assert encoded(strobe(8, 17), at_least_cs=150).duration_cs == 150
    assert encoded(strobe(8, 40), at_least_cs=400).duration_cs == 320  # it is calm


def test_the_duration_never_falls_when_the_requested_one_rises() -> None:
    durations = [encoded(strobe(12, delay_cs)).duration_cs for delay_cs in range(2, 24)]
    assert durations == sorted(durations)


@pytest.mark.parametrize("delay_cs", [3, 14, 40])
def test_softened_first_it_takes_fewer_encodes(delay_cs: int) -> None:
    file = encoded(strobe(8, delay_cs), soften_first=True)
    assert file.encoded.is_safe
    assert file.encodes == 1 < MAX_ENCODES_SOFTENED_FIRST


def test_if_softening_is_not_enough_delays_rule_flashes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gifmill.rendering.flash_safety.soften", lambda animation, *_: animation)
    file = encoded(strobe(8, 3))
    assert file.encoded.is_safe
    assert file.encoded.delays_cs == (17,) * 8
    assert file.duration_cs == 8 * 17
    assert file.encodes == 3


def test_flashing_is_allowed_where_it_is_off() -> None:
    file = FlashSafety(off=True).encode(strobe(8, 3), encoder_for("gif", "fast"), lambda: 900)
    assert (file.duration_cs, file.softened, file.encodes) == (24, 0, 1)
    assert not file.encoded.is_safe


def test_a_long_delay_is_not_slowed_beyond_what_a_file_can_hold() -> None:
    file = encoded(animation_of([0, 255] * 4 + [0], [3] * 8 + [60_000]))
    assert file.encoded.is_safe
    assert file.duration_cs == sum(block.delay_cs for block in decode(file.encoded.data).blocks)


def black_and_white() -> Pixels:
    pixels = np.zeros((90, 120, 3), np.uint8)
    pixels[:, np.arange(120) // 6 % 2 == 1] = 255
    return pixels


def photo(name: str) -> Photo:
    if name == "black and white":
        return Photo(black_and_white())
    return gifmill.open_photo(Path(__file__).parents[2] / f"bench/photos/{name}.jpg", max_side_px=120)


@both_formats
@pytest.mark.parametrize("effect", ["spin", "shake"])
def test_a_softened_logo_stays_cut_out(effect: str, kind: str) -> None:
    params = {"spin": {"turns": 4}, "shake": {"strength": 100}}[effect]
    made = gifmill.render(logo_png(), effect, duration=0.3, format=kind, **params)  # type: ignore[call-overload]
    corners = {corner: CLEAR[corner] for corner in ("corner", "opposite corner")}
    assert made.softened > 0
    assert alphas_at(made.data, corners).max() == 0
    assert made.to_array()[..., 3].max(axis=(1, 2)).min() == 255


@pytest.mark.slow
@pytest.mark.parametrize("name", ["astronaut", "coffee", "black and white"])
@pytest.mark.parametrize(
    ("effect", "strengths"),
    [
        ("spin", [{"turns": 1}, {"turns": 4}]),
        ("party", [{"strength": 50}, {"strength": 100}]),
        ("glitch", [{"strength": 20}, {"strength": 100}]),
        ("shake", [{"strength": 50}, {"strength": 100}]),
        ("kaleidoscope", [{"wedges": 6}]),
        ("zoom", [{"strength": 50}, {"strength": 100}]),
    ],
)
def test_the_duration_of_an_effect_never_falls_when_the_requested_one_rises(
    effect: str, strengths: list[dict[str, int]], name: str
) -> None:
    for params in strengths:
        made = [
            gifmill.render(photo(name), effect, duration=tenths / 10, **params)  # type: ignore[call-overload]
            for tenths in (2, 3, 4, 5, 6, 8, 10, 12, 15, 17, 18, 20, 23, 25)
        ]
        assert all(gif.requested_ms <= gif.duration_ms <= max(1.5 * gif.requested_ms, 500) for gif in made)
        assert [gif.duration_ms for gif in made] == sorted(gif.duration_ms for gif in made)
