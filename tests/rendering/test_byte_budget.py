from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import gifmill
from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.effects import EFFECTS
from gifmill.errors import CannotFit, RenderFailed
from gifmill.photo.photo import Photo
from gifmill.rendering import render
from gifmill.rendering.byte_budget import MAX_ENCODES, search_ladder
from gifmill.rendering.file_formats import GifEncoder, WebpEncoder
from gifmill.rendering.platforms import PLATFORMS

if TYPE_CHECKING:
    from random import Random

    from gifmill.effects import Effect
    from gifmill.effects.params import Value
    from gifmill.rendering import FormatName, PlatformName
    from gifmill.rendering.encoded_file import EncodedFile
    from gifmill.rendering.platforms import Platform

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parents[1] / "sample_photos"

both_formats = pytest.mark.parametrize("kind", ["gif", "webp"])


def noise(side_px: int = 160) -> Photo:
    return Photo(np.random.default_rng(1).integers(0, 256, (side_px, side_px, 3), np.uint8))


def photo(name: str, size_px: int = 240) -> Photo:
    return gifmill.open_photo(FOLDER / f"{name}.jpg", max_side_px=size_px)


shares = st.lists(st.floats(0.5, 0.99), min_size=1, max_size=200).map(
    lambda steps: [1.0, *np.cumprod(steps).tolist()]
)


@given(shares, st.integers(1, 10**8), st.integers(1, 9), st.randoms(use_true_random=False))
def test_a_search_ends_within_its_attempts_and_finds_only_steps_that_fit(
    shares: list[float], max_bytes: int, attempts: int, random: Random
) -> None:
    tried: dict[int, int] = {}

    def attempt(at: int) -> int:
        assert at not in tried
        tried[at] = random.randint(1, 2 * 10**8)
        return tried[at]

    found = search_ladder(shares, max_bytes + 1, max_bytes, attempt, lambda: attempts - len(tried))
    assert len(tried) <= attempts
    if found is None:
        assert len(shares) - 1 in tried  # the last step was tried before the search failed
        assert all(size > max_bytes for size in tried.values())
    else:
        assert tried[found] <= max_bytes


@given(shares, st.floats(0.05, 0.95), st.floats(0.7, 1.4))
def test_a_search_finds_the_best_step_if_sizes_follow_the_estimates(
    shares: list[float], share: float, exponent: float
) -> None:
    """The exponent is the error of the estimates, which the search must learn."""
    sizes: list[int] = [round(1e7 * share**exponent) for share in shares]
    max_bytes = round(share * 1e7)
    tried: list[int] = []

    def attempt(at: int) -> int:
        tried.append(at)
        return sizes[at]

    found = search_ladder(shares, sizes[0], max_bytes, attempt, lambda: MAX_ENCODES - 2 - len(tried))
    if sizes[-1] > max_bytes:
        assert found is None
    else:
        assert found is not None
        better = [size for size in sizes[:found] if size <= max_bytes]
        assert not better or sizes[found] >= 0.9 * max_bytes or min(better) > 0.98 * max_bytes


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
@pytest.mark.parametrize("name", ["chelsea", "rocket", "noise"])
def test_every_effect_can_be_rendered_as_a_slack_emoji(effect: Effect, name: str) -> None:
    result = render(noise() if name == "noise" else photo(name), effect.name, target="slack-emoji")
    assert len(result.data) <= 128_000
    assert (result.width, result.height) == (128, 128)
    assert result.frames <= 50


@both_formats
@pytest.mark.parametrize("max_bytes", [200_000, 30_000, 8_000])
def test_a_file_within_its_limit_keeps_duration_and_aspect(kind: FormatName, max_bytes: int) -> None:
    result = render(photo("chelsea"), "zoom", max_bytes=max_bytes, format=kind)
    assert len(result.data) <= max_bytes
    assert result.duration_ms == 3_000
    assert result.width / result.height == pytest.approx(240 / 160, rel=0.1)
    with Image.open(io.BytesIO(result.data)) as image:
        assert image.format == kind.upper()
        assert image.size == (result.width, result.height)
        assert image.n_frames == result.frames  # type: ignore[attr-defined]


def test_a_higher_limit_never_gives_a_smaller_size() -> None:
    widths = [
        render(photo("chelsea"), "spin", max_bytes=limit).width for limit in (400_000, 200_000, 100_000)
    ]
    assert widths == sorted(widths, reverse=True)


def test_a_gif_that_fits_is_not_changed() -> None:
    unlimited = render(photo("chelsea"), "zoom")
    assert render(photo("chelsea"), "zoom", max_bytes=len(unlimited.data)) == unlimited
    assert unlimited.given_up == ()


def test_the_same_options_give_the_same_file() -> None:
    once, again = (render(photo("chelsea"), "zoom", max_bytes=50_000) for _ in range(2))
    assert once == again


@pytest.mark.parametrize("size", [200, 479])
def test_a_chosen_size_is_not_reduced(size: int) -> None:
    result = render(photo("chelsea"), "zoom", size=size, max_bytes=100_000)
    assert result.width == min(size, 240)
    assert not any("px" in words for words in result.given_up)


def test_the_default_size_is_reduced_as_if_it_was_not_chosen() -> None:
    result = render(photo("chelsea"), "zoom", size=480, max_bytes=100_000)
    assert result == render(photo("chelsea"), "zoom", max_bytes=100_000)
    assert result.width < 240


@both_formats
def test_the_size_of_a_platform_is_not_reduced(kind: FormatName) -> None:
    target: PlatformName = "discord-emoji" if kind == "gif" else "whatsapp-sticker"
    result = render(noise(200), "zoom", target=target, preset="fast", max_bytes=250_000)
    assert result.width == PLATFORMS[target].size_px
    assert result.given_up


def test_reductions_are_reported_as_text() -> None:
    assert render(photo("chelsea"), "zoom", max_bytes=300_000).given_up[0].endswith(" px instead of 240")
    reductions = render(noise(), "zoom", size=128, max_bytes=60_000).given_up
    assert [words.split()[1] for words in reductions if "lossiness" not in words] == ["colours", "frames"]
    reductions = render(photo("chelsea"), "zoom", size=128, max_bytes=20_000, format="webp").given_up
    assert reductions[0].startswith("quality ")
    assert reductions[0].endswith(" instead of 95")


@both_formats
def test_an_unreachable_byte_limit_is_an_error_with_the_smallest_size(kind: FormatName) -> None:
    with pytest.raises(CannotFit, match=r"limit of 60 cannot be met.* has \d+ bytes\. Choose a smaller size"):
        render(photo("chelsea"), "zoom", size=100, max_bytes=60, format=kind)
    with pytest.raises(CannotFit, match=r"limit of 60 .*\. Allow at least \d+ bytes\."):
        render(photo("chelsea"), "zoom", max_bytes=60, format=kind)


@pytest.mark.parametrize(
    ("target", "max_bytes", "advice"),
    [
        ("whatsapp-sticker", 100, "Allow at least {} bytes."),
        ("slack-emoji", 100, "Choose a smaller size, or allow at least {} bytes."),
        ("slack-emoji", None, "Choose a smaller size."),
        ("twitch", None, "Choose another effect, or another platform."),
    ],
)
def test_the_advice_for_an_unreachable_limit_is_accepted_by_the_platform(
    target: PlatformName, max_bytes: int | None, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = GifEncoder.encode

    def encode_too_large(encoder: GifEncoder, animation: Animation) -> EncodedFile:
        encoded = encode(encoder, animation)
        return replace(encoded, data=encoded.data + bytes(2_000_000 if max_bytes is None else 0))

    monkeypatch.setattr(GifEncoder, "encode", encode_too_large)
    with pytest.raises(CannotFit) as caught:
        render(photo("chelsea", 64), "blur", preset="fast", target=target, max_bytes=max_bytes)
    problem, _, suggestion = caught.value.message.partition(". ")
    assert suggestion == advice.format(problem.split()[-2])


@both_formats
@pytest.mark.parametrize("effect", ["zoom", "spin", "glitch"])
def test_the_advised_bytes_are_enough(effect: str, kind: FormatName) -> None:
    with pytest.raises(CannotFit) as caught:
        render(photo("chelsea", 120), effect, size=100, max_bytes=60, format=kind)
    advised = int(caught.value.message.split()[-2])
    assert (
        len(render(photo("chelsea", 120), effect, size=100, max_bytes=advised, format=kind).data) <= advised
    )


def stripes() -> Photo:
    pixels = np.zeros((90, 120, 3), np.uint8)
    pixels[:, np.arange(120) // 6 % 2 == 1] = 255
    return Photo(pixels)


@pytest.mark.parametrize("duration", [0.3, 0.5, 1.0, 2.0])
def test_a_calmed_animation_stays_calmed_under_a_byte_limit(duration: float) -> None:
    unlimited = render(stripes(), "spin", turns=4, duration=duration)
    result = render(stripes(), "spin", turns=4, duration=duration, max_bytes=len(unlimited.data) // 2)
    assert unlimited.calmed
    assert result.calmed
    assert result.given_up
    assert result.duration_ms == unlimited.duration_ms
    assert result.requested_ms == round(1000 * duration)


def test_under_a_byte_limit_the_duration_never_falls_when_the_requested_one_rises() -> None:
    made = [
        render(photo("chelsea"), "shake", strength=100, duration=tenths / 10, target="slack-emoji")
        for tenths in (3, 5, 7, 8, 10, 13, 16)
    ]
    assert [gif.duration_ms for gif in made] == sorted(gif.duration_ms for gif in made)
    assert [gif.calmed for gif in made] == [gif.duration_ms > gif.requested_ms for gif in made]


@pytest.mark.parametrize("target", PLATFORMS.values(), ids=lambda target: target.name)
def test_a_tiny_photo_gets_the_minimum_size_of_its_platform(target: Platform) -> None:
    result = render(Photo(noise(40).pixels[:30]), "blur", target=target.name)  # type: ignore[call-overload]
    largest = max(result.width, result.height)
    assert largest >= target.min_px
    assert result.format == target.format
    assert result.width == result.height or not target.square


def test_frames_over_the_limit_of_a_platform_are_dropped_and_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pictures = [np.full((8, 8, 3), 2 * at, np.uint8) for at in range(66)]
    slow = Animation(tuple(Frame(picture, Plain(), 10) for picture in pictures), Size(8, 8))
    monkeypatch.setattr("gifmill.effects.classic_pack.blur", lambda *_, **__: slow)
    result = render(noise(8), "blur", target="slack-emoji")
    assert result.frames == 50
    assert result.given_up == ("50 frames instead of 66",)
    assert result.duration_ms == 6_600


@pytest.mark.parametrize("delay_cs", [3, 15, 40])
@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_file_takes_at_most_ten_encodes(
    kind: FormatName, delay_cs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noise that is inverted at each frame, so that all qualities flash; no step meets the limit."""
    pixels = noise(48).pixels // 2
    pictures = [pixels + 127 * (at % 2) for at in range(9)]
    flashing = Animation(tuple(Frame(each, Plain(), delay_cs) for each in pictures), Size(48, 48))
    monkeypatch.setattr("gifmill.effects.classic_pack.blur", lambda *_, **__: flashing)
    encoder = GifEncoder if kind == "gif" else WebpEncoder
    with (
        patch.object(encoder, "encode", autospec=True, side_effect=encoder.encode) as encode,
        pytest.raises(CannotFit),
    ):
        render(noise(48), "blur", max_bytes=400 if kind == "gif" else 30, format=kind)
    assert encode.call_count <= MAX_ENCODES


def test_the_number_of_encodes_is_limited() -> None:
    """Every reduction gives a file of the same size."""
    original = GifEncoder.encode

    def encode_at_constant_size(encoder: GifEncoder, animation: Animation) -> EncodedFile:
        return replace(original(encoder, animation), data=bytes(5_000))

    with (
        patch.object(GifEncoder, "encode", autospec=True, side_effect=encode_at_constant_size) as encode,
        pytest.raises(CannotFit),
    ):
        render(noise(48), "wiggle", max_bytes=4_990)
    assert encode.call_count == MAX_ENCODES - 1  # a last one would be left, to soften frames


def half_as_wide(photo: Photo, **_: Value) -> Animation:
    """Animate a photo like an effect whose canvas has another size than the photo."""
    pixels = photo.pixels[:, ::2]
    frames = [Frame(np.roll(pixels, at, 1), Plain(), 10) for at in range(8)]
    return Animation(tuple(frames), Size.of(pixels))


def test_a_canvas_of_another_size_shrinks_with_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def narrow(photo: Photo, **values: Value) -> Animation:
        drawn.append(max(photo.size))
        return half_as_wide(photo, **values)

    monkeypatch.setattr("gifmill.effects.classic_pack.blur", narrow)
    unlimited = render(Photo(noise(120).pixels[:60]), "blur")
    result = render(Photo(noise(120).pixels[:60]), "blur", max_bytes=len(unlimited.data) * 3 // 4)
    assert 0.7 * 120 < min(drawn) < 120
    assert result.given_up == (f"{result.width} px instead of 60",)


def test_a_canvas_that_a_platform_rejects_is_an_error_with_the_effects_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gifmill.effects.classic_pack.blur", half_as_wide)
    with pytest.raises(
        RenderFailed, match=r"blur has 64 x 128 px .* slack-emoji accepts only square images\. Choose"
    ):
        render(noise(), "blur", target="slack-emoji")


def test_a_loop_over_the_limit_of_a_platform_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(photo: Photo, **_: Value) -> Animation:
        return Animation(
            (Frame(photo.pixels, Plain(), 600), Frame(255 - photo.pixels, Plain(), 600)), photo.size
        )

    monkeypatch.setattr("gifmill.effects.classic_pack.blur", slow)
    with pytest.raises(RenderFailed, match=r"blur .* lasts 12 s, but whatsapp-sticker accepts at most 10 s"):
        render(Photo(np.zeros((512, 512, 3), np.uint8)), "blur", target="whatsapp-sticker", preset="fast")
