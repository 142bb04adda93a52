from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from PIL import Image, ImageSequence
from tests.gif.decoder import decode

import gifmill
from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.effects import find_effect
from gifmill.errors import InvalidOption, RenderFailed, UnknownEffect, UnknownOption
from gifmill.gif import PRESETS
from gifmill.gif.flash_detector import FlashDetector
from gifmill.gif.flash_measurement import MAX_CHANGES_PER_SECOND
from gifmill.photo.photo import Photo
from gifmill.rendering.options import Options
from gifmill.rendering.renderer import render_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gifmill.effects.params import Value
    from gifmill.photo import Source


def photo(width: int = 64, height: int = 40) -> Photo:
    y, x = np.mgrid[:height, :width].astype(np.uint8)
    return Photo(np.stack([x * 4, y * 6, x + y], -1))


def test_the_attributes_of_a_gif_match_its_file() -> None:
    gif = gifmill.render(photo(), "recursive", duration=2)
    found = decode(gif.data)
    assert (gif.effect, gif.width, gif.height) == ("recursive", found.width, found.height)
    assert gif.frames == len(found.blocks)
    assert gif.duration_ms == 10 * sum(block.delay_cs for block in found.blocks) == 2000


def test_frames_are_counted_as_written() -> None:
    assert gifmill.render(Photo(np.zeros((64, 64, 3), np.uint8)), "recursive").frames == 1


def test_the_default_is_three_seconds_balanced_at_480_px() -> None:
    gif = gifmill.render(photo(1000, 500), "blur")
    assert gif == gifmill.render(photo(1000, 500), "blur", preset="balanced", size=480, duration=3.0)
    assert (gif.width, gif.height, gif.duration_ms) == (480, 240, 3000)


def test_size_shrinks_and_never_enlarges() -> None:
    assert gifmill.render(photo(), "blur", size=32).width == 32
    assert gifmill.render(photo(), "blur", size=1080).width == 64


def test_each_preset_writes_a_different_file() -> None:
    large = photo(200, 150)  # large enough for all differences between presets
    assert len({gifmill.render(large, "cyclic", preset=name).data for name in PRESETS}) == len(PRESETS)  # type: ignore[call-overload]


def test_checked_options_give_the_same_gif() -> None:
    blur = find_effect("blur")
    options = Options.read({"preset": "small", "size": 32}, (blur,))
    assert render_options(photo(), blur, options) == gifmill.render(photo(), "blur", preset="small", size=32)


def test_an_unknown_effect_is_rejected() -> None:
    with pytest.raises(UnknownEffect, match="cyclic"):
        gifmill.render(photo(), "sparkle")


def test_a_pack_is_no_effect() -> None:
    with pytest.raises(UnknownEffect):
        gifmill.render(photo(), "classic")


def test_an_unknown_option_is_rejected() -> None:
    with pytest.raises(UnknownOption, match="duration"):
        gifmill.render(photo(), "blur", speed=2)  # type: ignore[call-overload]


@pytest.mark.parametrize("options", [{"size": 15}, {"size": 1081}, {"preset": "best"}, {"duration": 0.1}])
def test_a_value_out_of_range_is_rejected(options: dict[str, int | float | str]) -> None:
    with pytest.raises(InvalidOption):
        gifmill.render(photo(), "blur", **options)  # type: ignore[call-overload]  # what mypy would catch is the point


def test_the_error_of_a_failing_effect_has_its_name_and_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(photo: Photo, *, duration: float) -> Animation:
        raise ZeroDivisionError(photo.size, duration)

    monkeypatch.setattr("gifmill.effects.classic_pack.blur", fail)
    with pytest.raises(RenderFailed, match="blur") as caught:
        gifmill.render(photo(), "blur")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def stripes() -> Photo:
    pixels = np.zeros((90, 120, 3), np.uint8)
    pixels[:, np.arange(120) // 6 % 2 == 1] = 255
    return Photo(pixels)


def max_changes_per_second(data: bytes) -> int:
    """Return the maximum number of luminance changes per second of a file."""
    with Image.open(io.BytesIO(data)) as image:
        detector = FlashDetector(Size(*image.size))
        for frame in ImageSequence.Iterator(image):
            detector.add_pixels(np.asarray(frame.convert("RGB")), frame.info["duration"] // 10)
    return detector.max_changes_per_second()


def test_a_gif_without_flashes_is_not_calmed() -> None:
    gif_made = gifmill.render(photo(), "shake", strength=100, duration=0.5)
    assert not gif_made.calmed
    assert gif_made.duration_ms == 500


@pytest.mark.parametrize(
    ("effect", "params"),
    [
        ("shake", {"strength": 100, "duration": 0.5}),
        ("glitch", {"strength": 100, "duration": 0.5}),
        ("pat", {"strength": 100, "duration": 0.5}),
        ("spin", {"turns": 4, "duration": 0.5}),
    ],
)
def test_a_flashing_gif_is_calmed_and_reported(effect: str, params: dict[str, int | float]) -> None:
    gif_made = gifmill.render(stripes(), find_effect(effect), **params)  # type: ignore[call-overload]  # for any options
    assert gif_made.calmed
    assert gif_made.duration_ms > 500
    assert max_changes_per_second(gif_made.data) <= MAX_CHANGES_PER_SECOND


def strobe(frames: int, delay_cs: int, **_: Value) -> Animation:
    pictures = [np.full((20, 20, 3), 255 * (number % 2), np.uint8) for number in range(frames)]
    return Animation(tuple(Frame(picture, Plain(), delay_cs) for picture in pictures), Size(20, 20))


@pytest.mark.parametrize(("delay_cs", "calmed"), [(17, False), (15, True), (10, True), (2, True)])
def test_an_effect_that_only_flashes_is_calmed(
    delay_cs: int, calmed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "gifmill.effects.classic_pack.blur", lambda _, **values: strobe(8, delay_cs, **values)
    )
    gif_made = gifmill.render(photo(), "blur")
    assert gif_made.calmed is calmed
    assert max_changes_per_second(gif_made.data) <= MAX_CHANGES_PER_SECOND


def test_an_effect_that_is_slightly_too_fast_is_only_slowed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gifmill.effects.classic_pack.blur", lambda _, **values: strobe(8, 14, **values))
    gif_made = gifmill.render(photo(), "blur")
    assert (gif_made.requested_ms, gif_made.duration_ms, gif_made.softened) == (1120, 1340, 0)
    assert gif_made.frames == 8


def test_an_effect_that_is_much_too_fast_is_softened_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gifmill.effects.classic_pack.blur", lambda _, **values: strobe(8, 5, **values))
    gif_made = gifmill.render(photo(), "blur")
    assert (gif_made.requested_ms, gif_made.duration_ms) == (400, 600)
    assert 0 < gif_made.softened <= gif_made.frames


@pytest.mark.parametrize(("delay_cs", "flashes"), [(3, True), (40, False)])
def test_flashing_may_be_allowed(delay_cs: int, flashes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "gifmill.effects.classic_pack.blur", lambda _, **values: strobe(8, delay_cs, **values)
    )
    gif_made = gifmill.render(photo(), "blur", allow_flashing=True)
    assert (gif_made.calmed, gif_made.softened, gif_made.flashes) == (False, 0, flashes)
    assert gif_made.duration_ms == gif_made.requested_ms == 80 * delay_cs
    assert gifmill.render(photo(), "blur").flashes is False


def test_allowed_flashes_stay_within_a_byte_limit() -> None:
    made = gifmill.render(stripes(), "spin", turns=4, duration=0.5, allow_flashing=True, max_bytes=30_000)
    assert (made.calmed, made.flashes, made.duration_ms) == (False, True, 500)
    assert len(made.data) <= 30_000


def test_gifmill_render_is_a_function_after_the_package_rendering_is_imported() -> None:
    assert callable(gifmill.render)


def test_calm_accepts_only_yes_and_no() -> None:
    photo = Photo(np.zeros((4, 4, 3), np.uint8))
    assert gifmill.render(photo, "spin", calm=True).duration_ms > gifmill.render(photo, "spin").duration_ms
    with pytest.raises(InvalidOption, match="calm=maybe"):
        gifmill.render(photo, "spin", calm="maybe")  # type: ignore[call-overload]


def picture() -> np.ndarray:
    return np.asarray(photo().pixels)


def png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture()).save(file, "PNG")
    return file.getvalue()


def test_a_photo_may_be_whatever_open_photo_takes(tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(png())
    sources: list[Source] = [path, str(path), png(), io.BytesIO(png()), Image.fromarray(picture()), picture()]
    expected = gifmill.render(photo(), "blur").data
    assert {gifmill.render(source, "blur").data for source in sources} == {expected}


@pytest.mark.parametrize("source", [None, 7, ["cat.jpg"], picture])
def test_anything_else_is_a_type_error_that_says_what_is_taken(source: object) -> None:
    with pytest.raises(TypeError, match="Pass a path, bytes, a file opened in binary mode"):
        gifmill.render(cast("str", source), "blur")


def test_a_missing_file_is_an_os_error() -> None:
    with pytest.raises(FileNotFoundError):
        gifmill.render("no-such-cat.jpg", "blur")


def darken(photo: Photo, *, depth: int = 40) -> Animation:
    frames = (Frame(photo.pixels // np.uint8(1 + depth // 20 * number), Plain(), 50) for number in range(3))
    return Animation(tuple(frames), photo.size)


def test_an_effect_may_be_a_function() -> None:
    made = gifmill.render(photo(), darken, size=32, depth=60)
    assert (made.effect, made.width, made.frames, made.duration_ms) == ("darken", 32, 3, 1500)
    assert made.data != gifmill.render(photo(), darken, size=32).data


def test_a_function_has_the_common_options() -> None:
    made = gifmill.render(photo(200, 100), darken, format="webp", crop="square", size=64)
    assert (made.format, made.width, made.height) == ("webp", 64, 64)


def test_a_function_that_flashes_is_slowed() -> None:
    made = gifmill.render(photo(), lambda _: strobe(8, 2))
    assert made.calmed
    assert max_changes_per_second(made.data) <= MAX_CHANGES_PER_SECOND


def test_the_byte_limit_draws_a_function_at_smaller_sizes() -> None:
    noise = Photo(np.random.default_rng(1).integers(0, 256, (200, 300, 3), np.uint8))
    assert len(gifmill.render(noise, darken, max_bytes=20_000).data) <= 20_000


def test_the_errors_of_a_function_are_its_own() -> None:
    def fail(photo: Photo) -> Animation:
        raise ZeroDivisionError(str(photo.size))

    with pytest.raises(ZeroDivisionError):
        gifmill.render(photo(), fail)
    with pytest.raises(TypeError, match="size_px"):
        gifmill.render(photo(), darken, size_px=3)


def test_a_function_must_return_an_animation() -> None:
    with pytest.raises(TypeError, match="returned Photo, not an Animation"):
        gifmill.render(photo(), cast("Callable[..., Animation]", lambda photo: photo))


@pytest.mark.parametrize("effect", [None, 3, b"blur", ("blur",)])
def test_an_effect_is_a_name_or_a_function(effect: object) -> None:
    with pytest.raises(TypeError, match="a name or a function"):
        gifmill.render(photo(), cast("str", effect))


def test_the_error_of_a_named_effect_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Photo, **__: Value) -> Animation:
        raise ZeroDivisionError("division by nothing")

    monkeypatch.setattr("gifmill.effects.classic_pack.blur", fail)
    with pytest.raises(RenderFailed, match="ZeroDivisionError: division by nothing"):
        gifmill.render(photo(), "blur")


@pytest.mark.parametrize("size", [(600, 60), (60, 600)])
def test_a_panorama_is_cropped_to_the_aspect_of_the_effect(size: tuple[int, int]) -> None:
    panorama = Photo(np.random.default_rng(1).integers(0, 256, (*size[::-1], 3), np.uint8))
    spun, shaken = (gifmill.render(panorama, effect) for effect in ("spin", "shake"))
    assert sorted([spun.width, spun.height]) == [60, 120]
    assert sorted([shaken.width, shaken.height]) == [48, 480]


def test_the_focus_stays_where_it_is_in_a_cropped_panorama() -> None:
    pixels = np.zeros((60, 600, 3), np.uint8)
    pixels[:, 500:] = 255
    assert gifmill.render(Photo(pixels), "pat", focus=(0.95, 0.5), frames=1).images()[0].size == (120, 60)
    right, left = (gifmill.render(Photo(pixels), "zoom", crop="square", focus=(x, 0.5)) for x in (0.95, 0.05))
    assert right.to_array().mean() == 255
    assert left.to_array().mean() == 0
