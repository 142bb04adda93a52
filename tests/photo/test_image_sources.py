from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageCms

import gifmill
from gifmill import Photo, open_photo
from gifmill.errors import DamagedPhoto, TooManyPixels
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

COLOURS = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)


@pytest.mark.parametrize(
    "array",
    [COLOURS, COLOURS[..., 0], np.dstack([COLOURS, np.full((5, 7), 255, np.uint8)]), COLOURS[:, ::-1]],
    ids=["colours", "grey", "alpha", "not contiguous"],
)
def test_an_array_keeps_its_pixels(array: np.ndarray) -> None:
    expected = array[..., :3] if array.ndim == 3 else np.repeat(array[..., None], 3, axis=2)
    np.testing.assert_array_equal(open_photo(array).pixels, expected)
    np.testing.assert_array_equal(Photo.from_array(array).pixels, expected)


@pytest.mark.parametrize("read", [open_photo, Photo.from_array])
def test_alpha_of_an_array_is_kept(read: Callable[[np.ndarray], Photo]) -> None:
    array = np.full((1, 3, 4), 200, np.uint8)
    array[0, :, 3] = 0, 128, 255
    pixels = read(array).pixels[0]
    assert pixels[:, 3].tolist() == [0, 128, 255]
    assert (pixels[1:, :3] == 200).all()
    assert pixels[0].tolist() == [0] * 4, "hidden colours are dropped"


@pytest.mark.parametrize("mode", ["RGBA", "RGBa", "LA", "La"])
def test_alpha_of_an_image_is_kept(mode: str) -> None:
    image = Image.new("LA", (7, 5), (90, 128))
    image = image.convert(mode) if mode == "La" else image.convert("RGBA").convert(mode)
    assert abs(open_photo(image).pixels.astype(int) - (90, 90, 90, 128)).max() <= 1


@pytest.mark.parametrize(
    "array",
    [
        COLOURS.astype(float),
        COLOURS.astype(np.int64),
        COLOURS[..., :2],
        COLOURS.ravel(),
        COLOURS[None],
        np.array(3, np.uint8),
        np.array(["cat"]),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_other_arrays_are_type_errors_that_say_what_is_taken(array: np.ndarray) -> None:
    for read in (open_photo, Photo.from_array):
        with pytest.raises(TypeError, match=r"Pass uint8 of shape \(height, width\)"):
            read(array)


@pytest.mark.parametrize("shape", [(0, 7, 3), (5, 0, 3), (0, 0)])
def test_an_array_without_pixels_is_rejected(shape: tuple[int, ...]) -> None:
    with pytest.raises(DamagedPhoto):
        open_photo(np.zeros(shape, np.uint8))


def test_the_limit_of_pixels_applies_to_arrays() -> None:
    with pytest.raises(TooManyPixels):
        open_photo(COLOURS, settings=Settings(max_photo_pixels=34))


def test_a_photo_from_an_array_has_its_full_size() -> None:
    wide = np.zeros((2, 5000, 3), np.uint8)
    assert Photo.from_array(wide).size == (5000, 2)
    assert max(open_photo(wide, max_side_px=100).size) == 100


def test_the_array_is_copied() -> None:
    array = COLOURS.copy()
    photo = open_photo(array)
    array[:] = 0
    np.testing.assert_array_equal(photo.pixels, COLOURS)


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I;16", "I", "F"]
)
def test_an_image_of_any_mode_is_read_as_pillow_shows_it(mode: str) -> None:
    image = Image.fromarray(np.full((5, 7, 3), 255, np.uint8)).convert("L" if mode[0] in "IF" else "RGB")
    if mode in ("I;16", "I", "F"):
        image = Image.fromarray(
            np.full((5, 7), 65535).astype({"I;16": np.uint16, "I": np.int32}.get(mode, "f4"))
        )
        image.putpixel((0, 0), 0)
    else:
        image = image.convert(mode)
    assert (open_photo(image).pixels[1:] == 255).all()


def test_an_image_is_turned_upright() -> None:
    image = Image.fromarray(COLOURS)
    image.getexif()[0x0112] = 6
    assert open_photo(image).size == (5, 7)
    assert image.size == (7, 5)


def test_alpha_is_turned_upright_with_its_image() -> None:
    alpha = np.zeros((5, 7), np.uint8)
    alpha[0] = 255
    image = Image.fromarray(np.dstack([COLOURS, alpha]))
    image.getexif()[0x0112] = 6
    assert (open_photo(image).pixels[..., 3] == np.rot90(alpha, -1)).all()


def test_the_profile_of_an_image_counts() -> None:
    file = BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    Image.fromarray(COLOURS).save(file, "PNG", icc_profile=profile)
    data = file.getvalue()
    with Image.open(BytesIO(data)) as image:
        np.testing.assert_array_equal(open_photo(image).pixels, open_photo(data).pixels)


def test_a_truncated_file_that_pillow_has_opened_is_damaged() -> None:
    file = BytesIO()
    Image.effect_noise((64, 64), 90).save(file, "PNG")
    with pytest.raises(DamagedPhoto, match="incomplete"), Image.open(BytesIO(file.getvalue()[:900])) as image:
        open_photo(image)


def test_a_photo_becomes_an_image() -> None:
    image = open_photo(COLOURS).to_pil()
    assert image.mode == "RGB"
    np.testing.assert_array_equal(np.asarray(image), COLOURS)


def test_a_transparent_photo_becomes_an_image_with_alpha() -> None:
    array = np.dstack([COLOURS, np.full((5, 7), 128, np.uint8)])
    image = Photo(array).to_pil()
    assert image.mode == "RGBA"
    np.testing.assert_array_equal(np.asarray(image), array)


def test_the_repr_of_a_photo_is_short() -> None:
    assert repr(open_photo(COLOURS)) == "<Photo 7 x 5 px>"


def test_a_notebook_shows_a_photo() -> None:
    shown = Image.open(BytesIO(gifmill.open_photo(COLOURS)._repr_png_()))
    np.testing.assert_array_equal(np.asarray(shown), COLOURS)
