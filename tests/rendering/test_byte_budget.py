from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import gifmill
from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.effects import EFFECTS, find_effect
from gifmill.errors import CannotFit, RenderFailed
from gifmill.gif.flash_detector import MAX_CHANGES_PER_SECOND
from gifmill.photo.photo import Photo
from gifmill.rendering.byte_budget import MAX_ENCODES, search_ladder
from gifmill.rendering.file_formats import EncodedFile, GifEncoder, encoder_for
from gifmill.rendering.flash_safety import render_without_flashes
from gifmill.rendering.platforms import PLATFORMS
from gifmill.rendering.renderer import render

if TYPE_CHECKING:
    from random import Random

    from gifmill.effects import Effect
    from gifmill.effects.params import Value
    from gifmill.rendering.platforms import Platform

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parents[1] / "photos"

both_formats = pytest.mark.parametrize("kind", ["gif", "webp"])


def noise(side_px: int = 160) -> Photo:
    return Photo(np.random.default_rng(1).integers(0, 256, (side_px, side_px, 3), np.uint8))


def photo(name: str, size_px: int = 240) -> Photo:
    return gifmill.open_photo(FOLDER / f"{name}.jpg", max_side_px=size_px)


shares = st.lists(st.floats(0.5, 0.99), min_size=1, max_size=200).map(
    lambda steps: [1.0, *np.cumprod(steps).tolist()]
)


@given(shares, st.integers(1, 10**8), st.integers(1, 9), st.randoms(use_true_random=False))
def test_a_climb_ends_within_its_attempts_and_finds_only_what_fits(
    shares: list[float], max_bytes: int, attempts: int, random: Random
) -> None:
    tried: dict[int, int] = {}

    def attempt(at: int) -> int:
        assert at not in tried
        tried[at] = random.randint(1, 2 * 10**8)
        return tried[at]

    found = search_ladder(shares, max_bytes + 1, max_bytes, attempt, attempts)
    assert len(tried) <= attempts
    if found is None:
        assert len(shares) - 1 in tried  # not given up before the last was tried
        assert all(size > max_bytes for size in tried.values())
    else:
        assert tried[found] <= max_bytes


@given(shares, st.floats(0.05, 0.95), st.floats(0.7, 1.4))
def test_a_climb_finds_the_highest_rung_where_bytes_go_as_guessed(
    shares: list[float], part: float, bend: float
) -> None:
    """`bend` is how far off guesses are; the search must learn it."""
    sizes = [round(1e7 * share**bend) for share in shares]
    max_bytes = round(part * 1e7)
    found = search_ladder(shares, sizes[0], max_bytes, sizes.__getitem__, MAX_ENCODES - 2)
    if sizes[-1] > max_bytes:
        assert found is None
    else:
        assert found is not None
        better = [size for size in sizes[:found] if size <= max_bytes]
        assert not better or sizes[found] >= 0.9 * max_bytes or min(better) > 0.98 * max_bytes


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
@pytest.mark.parametrize("name", ["chelsea", "rocket", "noise"])
def test_every_effect_of_every_photo_becomes_an_emoji_that_slack_takes(effect: Effect, name: str) -> None:
    made = render(noise() if name == "noise" else photo(name), effect.name, target="slack-emoji")
    assert len(made.data) <= 128_000
    assert (made.width, made.height) == (128, 128)
    assert made.frames <= 50


@both_formats
@pytest.mark.parametrize("max_bytes", [200_000, 30_000, 8_000])
def test_a_file_fits_and_keeps_its_turn_and_its_aspect(kind: str, max_bytes: int) -> None:
    made = render(photo("chelsea"), "zoom", max_bytes=max_bytes, format=kind)
    assert len(made.data) <= max_bytes
    assert made.duration_ms == 3_000
    assert made.width / made.height == pytest.approx(240 / 160, rel=0.1)
    with Image.open(io.BytesIO(made.data)) as image:
        assert image.format == kind.upper()
        assert image.size == (made.width, made.height)
        assert image.n_frames == made.frames  # type: ignore[attr-defined]


def test_more_bytes_are_never_left_for_less_quality() -> None:
    widths = [
        render(photo("chelsea"), "spin", max_bytes=limit).width for limit in (400_000, 200_000, 100_000)
    ]
    assert widths == sorted(widths, reverse=True)


def test_what_fits_is_left_as_asked_for() -> None:
    free = render(photo("chelsea"), "zoom")
    assert render(photo("chelsea"), "zoom", max_bytes=len(free.data)) == free
    assert free.given_up == ()


def test_the_same_order_fits_the_same_way() -> None:
    once, again = (render(photo("chelsea"), "zoom", max_bytes=50_000) for _ in range(2))
    assert once == again


@pytest.mark.parametrize("size", [200, 479])
def test_a_size_that_was_chosen_stays(size: int) -> None:
    made = render(photo("chelsea"), "zoom", size=size, max_bytes=100_000)
    assert made.width == min(size, 240)
    assert not any("px" in words for words in made.given_up)


def test_the_default_size_is_as_good_as_none_and_shrinks() -> None:
    made = render(photo("chelsea"), "zoom", size=480, max_bytes=100_000)
    assert made == render(photo("chelsea"), "zoom", max_bytes=100_000)
    assert made.width < 240


@both_formats
def test_a_places_own_size_stays(kind: str) -> None:
    target = {"gif": "discord-emoji", "webp": "whatsapp-sticker"}[kind]
    made = render(noise(200), "zoom", target=target, preset="fast", max_bytes=250_000)
    assert made.width == PLATFORMS[target].size_px
    assert made.given_up


def test_what_is_given_up_is_told_in_words() -> None:
    assert render(photo("chelsea"), "zoom", max_bytes=300_000).given_up[0].endswith(" px instead of 240")
    told = render(noise(), "zoom", size=128, max_bytes=60_000).given_up
    assert [words.split()[1] for words in told if "lossiness" not in words] == ["colours", "frames"]
    told = render(photo("chelsea"), "zoom", size=128, max_bytes=20_000, format="webp").given_up
    assert told[0].startswith("quality ")
    assert told[0].endswith(" instead of 90")


@both_formats
def test_an_unreachable_byte_limit_is_an_error_with_the_smallest_size(kind: str) -> None:
    with pytest.raises(CannotFit, match=r"limit of 60 cannot be met.* has \d+ bytes\. Choose a smaller size"):
        render(photo("chelsea"), "zoom", size=100, max_bytes=60, format=kind)
    with pytest.raises(CannotFit, match=r"limit of 60 .*\. Allow more bytes\."):
        render(photo("chelsea"), "zoom", max_bytes=60, format=kind)


@pytest.mark.parametrize(
    ("target", "max_bytes", "advice"),
    [
        ("whatsapp-sticker", 100, "Allow more bytes."),
        ("slack-emoji", 100, "Choose a smaller size, or allow more bytes."),
        ("slack-emoji", None, "Choose a smaller size."),
        ("twitch", None, "Choose another effect, or another platform."),
    ],
)
def test_what_cannot_fit_comes_with_no_advice_that_would_be_refused(
    target: str, max_bytes: int | None, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = GifEncoder.encode

    def huge(encoder: GifEncoder, animation: Animation) -> EncodedFile:
        encoded = encode(encoder, animation)
        return replace(encoded, data=encoded.data + bytes(2_000_000))

    monkeypatch.setattr(GifEncoder, "encode", huge)
    with pytest.raises(CannotFit) as caught:
        render(photo("chelsea", 64), "blur", preset="fast", target=target, max_bytes=max_bytes)
    assert caught.value.message.partition(". ")[2] == advice


def test_a_calmed_animation_fits_as_it_was_calmed() -> None:
    pixels = np.zeros((90, 120, 3), np.uint8)
    pixels[:, np.arange(120) // 6 % 2 == 1] = 255
    spin = find_effect("spin")
    values: dict[str, Value] = {"turns": 4, "direction": "clockwise", "cut": "circle", "duration": 0.5}
    free = render_without_flashes(spin, Photo(pixels), values, encoder_for("gif", "balanced"), None)
    made = render(Photo(pixels), "spin", turns=4, duration=0.5, max_bytes=len(free.encoded.data) // 2)
    assert free.calmed
    assert made.calmed
    assert made.duration_ms >= free.duration_cs * 10


@pytest.mark.parametrize("target", PLATFORMS.values(), ids=lambda target: target.name)
def test_a_tiny_photo_becomes_what_the_target_takes(target: Platform) -> None:
    made = render(Photo(noise(40).pixels[:30]), "blur", target=target.name)
    largest = max(made.width, made.height)
    assert largest >= target.min_px
    assert made.format == target.format
    assert made.width == made.height or not target.square


def test_more_frames_than_a_target_takes_are_thinned_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = [np.full((8, 8, 3), 2 * at, np.uint8) for at in range(66)]
    slow = Animation(tuple(Frame(picture, Plain(), 10) for picture in pictures), Size(8, 8))
    monkeypatch.setattr("gifmill.effects.classic_pack.blur", lambda *_, **__: slow)
    made = render(noise(8), "blur", target="slack-emoji")
    assert made.frames == 50
    assert made.given_up == ("50 frames instead of 66",)
    assert made.duration_ms == 6_600


@pytest.fixture
def encodes(monkeypatch: pytest.MonkeyPatch) -> list[EncodedFile]:
    """What was encoded. What has less than was asked for flashes unless its frames last."""
    made: list[EncodedFile] = []
    encode = GifEncoder.encode

    def watched(encoder: GifEncoder, animation: Animation) -> EncodedFile:
        encoded = encode(encoder, animation)
        if encoder != encoder_for("gif", "balanced") and not lasts(animation):
            encoded = replace(encoded, flashes=MAX_CHANGES_PER_SECOND + 1)
        made.append(encoded)
        return encoded

    monkeypatch.setattr(GifEncoder, "encode", watched)
    return made


def lasts(animation: Animation) -> bool:
    return min(frame.delay_cs for frame in animation.frames) >= 17


def test_after_one_that_flashes_nothing_is_encoded_twice(encodes: list[EncodedFile]) -> None:
    made = render(noise(48), "zoom", size=64, max_bytes=40_000)
    assert made.calmed
    assert made.duration_ms >= 170 * made.frames
    assert [each.flashes > MAX_CHANGES_PER_SECOND for each in encodes].count(True) == 1


@pytest.mark.parametrize(("calmed", "encodes"), [(False, MAX_ENCODES), (True, MAX_ENCODES - 1)])
def test_no_file_takes_more_encodes_than_are_allowed(
    calmed: bool, encodes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is given up, each file is as large as the one before, and flashes unless its frames last."""
    made = 0

    def stubborn(_: GifEncoder, animation: Animation) -> EncodedFile:
        nonlocal made
        made += 1
        flashes = not lasts(animation) and (calmed or made > 1)
        return EncodedFile(bytes(5_000), len(animation.frames), MAX_CHANGES_PER_SECOND + 1 if flashes else 0)

    monkeypatch.setattr(GifEncoder, "encode", stubborn)
    with pytest.raises(CannotFit):
        render(noise(48), "shake", max_bytes=4_990)
    assert made == encodes


def half_as_wide(photo: Photo, **_: Value) -> Animation:
    """Return an effect of another package: its canvas has not the photo's size."""
    pixels = photo.pixels[:, ::2]
    frames = [Frame(np.roll(pixels, at, 1), Plain(), 10) for at in range(8)]
    return Animation(tuple(frames), Size.of(pixels))


def test_a_canvas_that_is_not_the_photos_shrinks_with_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def narrow(photo: Photo, **values: Value) -> Animation:
        drawn.append(max(photo.size))
        return half_as_wide(photo, **values)

    monkeypatch.setattr("gifmill.effects.classic_pack.blur", narrow)
    free = render(Photo(noise(120).pixels[:60]), "blur")
    made = render(Photo(noise(120).pixels[:60]), "blur", max_bytes=len(free.data) * 3 // 4)
    assert 0.7 * 120 < min(drawn) < 120
    assert made.given_up == (f"{made.width} px instead of 60",)


def test_a_canvas_that_a_place_does_not_take_is_refused_by_the_effects_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gifmill.effects.classic_pack.blur", half_as_wide)
    with pytest.raises(
        RenderFailed, match=r"blur has 64 x 128 px .* slack-emoji accepts only square images\. Choose"
    ):
        render(noise(), "blur", target="slack-emoji")


def test_a_turn_that_is_too_long_for_a_place_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(photo: Photo, **_: Value) -> Animation:
        return Animation(
            (Frame(photo.pixels, Plain(), 600), Frame(255 - photo.pixels, Plain(), 600)), photo.size
        )

    monkeypatch.setattr("gifmill.effects.classic_pack.blur", slow)
    with pytest.raises(RenderFailed, match=r"blur .* lasts 12 s, but whatsapp-sticker accepts at most 10 s"):
        render(Photo(np.zeros((512, 512, 3), np.uint8)), "blur", target="whatsapp-sticker", preset="fast")
