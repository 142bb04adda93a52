from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.gif.decoder import decode

import gifmill
from gifmill.effects import effect_named
from gifmill.errors import InvalidOption, RenderFailed, UnknownEffect, UnknownOption
from gifmill.gif import PRESETS
from gifmill.options import Options
from gifmill.photo import Photo
from gifmill.rendering import Gif, render_options

if TYPE_CHECKING:
    from pathlib import Path

    from gifmill.frames import Animation


def photo(width: int = 64, height: int = 40) -> Photo:
    y, x = np.mgrid[:height, :width].astype(np.uint8)
    return Photo(np.stack([x * 4, y * 6, x + y], -1))


def test_a_gif_tells_what_its_file_holds() -> None:
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


def test_each_preset_writes_another_file() -> None:
    large = photo(200, 150)  # large enough for all that sets presets apart
    assert len({gifmill.render(large, "cyclic", preset=name).data for name in PRESETS}) == len(PRESETS)


def test_checked_options_give_the_same_gif() -> None:
    blur = effect_named("blur")
    options = Options.read({"preset": "small", "size": 32}, (blur,))
    assert render_options(photo(), blur, options) == gifmill.render(photo(), "blur", preset="small", size=32)


def test_an_unknown_effect_is_refused() -> None:
    with pytest.raises(UnknownEffect, match="cyclic"):
        gifmill.render(photo(), "sparkle")


def test_a_pack_is_no_effect() -> None:
    with pytest.raises(UnknownEffect):
        gifmill.render(photo(), "classic")


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(UnknownOption, match="duration"):
        gifmill.render(photo(), "blur", speed=2)


@pytest.mark.parametrize("options", [{"size": 15}, {"size": 1081}, {"preset": "best"}, {"duration": 0.4}])
def test_a_value_out_of_range_is_refused(options: dict[str, int | float | str]) -> None:
    with pytest.raises(InvalidOption):
        gifmill.render(photo(), "blur", **options)  # type: ignore[arg-type]  # what mypy would catch is the point


def test_a_failing_effect_is_named_and_its_reason_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(photo: Photo, *, duration: float) -> Animation:
        raise ZeroDivisionError(photo.size, duration)

    monkeypatch.setattr("gifmill.effects.classic.blur", fail)
    with pytest.raises(RenderFailed, match="blur") as caught:
        gifmill.render(photo(), "blur")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def gif(data: bytes = b"new") -> Gif:
    return Gif(data, "blur", 1, 1, 1, 100)


def test_save_replaces_a_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.gif"
    target.write_bytes(b"old")
    gif().save(str(target))
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_save_makes_a_file_as_any_other_program_would(tmp_path: Path) -> None:
    gif().save(tmp_path / "a.gif")
    (tmp_path / "b").touch()
    assert stat.S_IMODE((tmp_path / "a.gif").stat().st_mode) == stat.S_IMODE((tmp_path / "b").stat().st_mode)


def test_a_failed_save_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "folder.gif"
    target.mkdir()
    with pytest.raises(OSError, match="folder"):
        gif().save(target)
    assert list(tmp_path.iterdir()) == [target]


def test_a_name_as_long_as_the_system_allows_can_be_saved(tmp_path: Path) -> None:
    target = tmp_path / ("a" * 251 + ".gif")
    gif().save(target)
    assert target.read_bytes() == b"new"


def test_render_is_the_function_even_after_its_module_was_imported() -> None:
    assert callable(gifmill.render)
