from __future__ import annotations

import io
import stat
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageSequence
from tests.gif.decoder import decode

import gifmill
from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.effects import find_effect
from gifmill.errors import InvalidOption, RenderFailed, UnknownEffect, UnknownOption
from gifmill.gif import PRESETS
from gifmill.gif.flash_detector import MAX_CHANGES_PER_SECOND, FlashDetector
from gifmill.photo.photo import Photo
from gifmill.rendering.options import Options
from gifmill.rendering.renderer import Gif, render_options

if TYPE_CHECKING:
    from pathlib import Path

    from gifmill.effects.params import Value


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
    assert len({gifmill.render(large, "cyclic", preset=name).data for name in PRESETS}) == len(PRESETS)


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
        gifmill.render(photo(), "blur", speed=2)


@pytest.mark.parametrize("options", [{"size": 15}, {"size": 1081}, {"preset": "best"}, {"duration": 0.4}])
def test_a_value_out_of_range_is_rejected(options: dict[str, int | float | str]) -> None:
    with pytest.raises(InvalidOption):
        gifmill.render(photo(), "blur", **options)  # type: ignore[arg-type]  # what mypy would catch is the point


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
    gif_made = gifmill.render(stripes(), effect, **params)  # type: ignore[arg-type]  # mypy takes them for any options
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
    assert 8 * 140 < gif_made.duration_ms < 2 * 8 * 140
    assert gif_made.frames == 8


def test_calming_never_raises_a_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def flash(photo: Photo, *, strength: int, seed: int, duration: float) -> Animation:
        calls.append((photo.size, strength, seed, duration))
        return strobe(8, 2)

    monkeypatch.setattr("gifmill.effects.motion.shake", flash)
    gifmill.render(photo(), "shake", strength=5, duration=9.0, seed=7)
    assert calls == [(photo().size, 5, 7, 9.0)] * 2


def gif(data: bytes = b"new") -> Gif:
    return Gif(data, "blur", 1, 1, 1, 100)


def test_save_replaces_a_file_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    target = tmp_path / "a.gif"
    target.write_bytes(b"old")
    gif().save(str(target))
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_saved_file_has_the_default_permissions(tmp_path: Path) -> None:
    gif().save(tmp_path / "a.gif")
    (tmp_path / "b").touch()
    assert stat.S_IMODE((tmp_path / "a.gif").stat().st_mode) == stat.S_IMODE((tmp_path / "b").stat().st_mode)


def test_a_failed_save_changes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "folder.gif"
    target.mkdir()
    with pytest.raises(OSError, match="folder"):
        gif().save(target)
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_name_of_the_maximum_length_can_be_saved(tmp_path: Path) -> None:
    target = tmp_path / ("a" * 251 + ".gif")
    gif().save(target)
    assert target.read_bytes() == b"new"


def test_gifmill_render_is_a_function_after_the_package_rendering_is_imported() -> None:
    assert callable(gifmill.render)


def test_calm_accepts_only_yes_and_no() -> None:
    photo = Photo(np.zeros((4, 4, 3), np.uint8))
    assert gifmill.render(photo, "spin", calm=True).duration_ms > gifmill.render(photo, "spin").duration_ms
    with pytest.raises(InvalidOption, match="calm=maybe"):
        gifmill.render(photo, "spin", calm="maybe")  # type: ignore[arg-type]
