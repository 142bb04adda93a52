from __future__ import annotations

import io
import stat
from base64 import b64decode
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np
import pytest
from tests.gif.pictures import decoded_frames, photo

import gifmill
from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.rendering.result import Gif

if TYPE_CHECKING:
    from pathlib import Path

    from gifmill.photo import Photo
    from gifmill.rendering import FormatName


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


def test_save_keeps_an_existing_file_on_demand(tmp_path: Path) -> None:
    target = tmp_path / "a.gif"
    gif(b"old").save(target, overwrite=False)
    with pytest.raises(FileExistsError):
        gif().save(target, overwrite=False)
    assert target.read_bytes() == b"old"


def test_a_file_object_receives_the_bytes() -> None:
    file = io.BytesIO()
    gif().save(file)
    assert file.getvalue() == b"new"


@pytest.mark.parametrize("target", [None, 7, b"cat.gif"])
def test_only_paths_and_files_can_be_saved_to(target: object) -> None:
    with pytest.raises(TypeError, match="Pass a path"):
        gif().save(cast("BinaryIO", target))


def test_the_repr_is_short() -> None:
    made = Gif(b"x" * 1_234_567, "spin", 24, 480, 320, 2400)
    assert repr(made) == "<Gif spin: gif, 480 x 320 px, 24 frames, 2400 ms, 1,234,567 bytes>"


def transparent(photo: Photo) -> Animation:
    alpha = np.zeros(photo.pixels.shape[:2], np.uint8)
    alpha[:20] = 255
    return Animation((Frame(np.dstack([photo.pixels, alpha]), Plain(), 50),), photo.size)


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_a_notebook_shows_the_animation(format: FormatName) -> None:  # noqa: A002
    made = gifmill.render(photo(64, 40), "shake", format=format)
    shown = made._repr_mimebundle_(include=None, exclude=None)
    assert b64decode(shown[f"image/{format}"]) == made.data
    assert shown["text/plain"] == repr(made)


def test_the_frames_are_images() -> None:
    made = gifmill.render(photo(64, 40), "shake")
    images = made.images()
    assert [image.mode for image in images] == ["RGB"] * made.frames
    assert sum(image.info["duration"] for image in images) == made.duration_ms
    for image, expected in zip(images, decoded_frames(made.data), strict=True):
        np.testing.assert_array_equal(np.asarray(image), expected)


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_the_frames_are_an_array(format: FormatName) -> None:  # noqa: A002
    made = gifmill.render(photo(64, 40), "shake", format=format)
    frames = made.to_array()
    assert frames.shape == (made.frames, made.height, made.width, 3)
    assert frames.dtype == np.uint8


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_transparent_frames_have_alpha(format: FormatName) -> None:  # noqa: A002
    made = gifmill.render(photo(64, 40), transparent, format=format)
    frames = made.to_array()
    assert frames.shape == (1, 40, 64, 4)
    assert (frames[0, :20, :, 3] == 255).all()
    assert not frames[0, 20:, :, 3].any()


def test_one_frame_has_one_image() -> None:
    still = Animation((Frame(photo(8, 6), Plain(), 50),), Size(8, 6))
    assert len(gifmill.render(photo(8, 6), lambda _: still).images()) == 1
