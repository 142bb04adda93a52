from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import gifmill
from gifmill.animation import Size
from gifmill.errors import NotAPhoto, PhotoTooLarge, TooManyPixels
from gifmill.photo import Photo, open_photo
from gifmill.photo.formats import FORMATS
from gifmill.photo.resize import fit_within
from gifmill.settings import Settings

PHOTOS = Path(__file__).parents[1] / "sample_photos"


def gradient(width: int, height: int) -> Image.Image:
    """Return a gradient: red grows to the right, green downwards; blue is 255 minus their difference."""
    across, down = np.linspace(0, 255, width), np.linspace(0, 255, height)
    red, green = np.meshgrid(across, down)
    return Image.fromarray(np.stack([red, green, 255 - abs(red - green)], axis=2).astype(np.uint8))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


PNG = encoded(gradient(30, 20), "PNG")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP"])
def test_every_format_is_read_with_correct_colours(kind: str) -> None:
    options = {"quality": 95} if kind in {"JPEG", "WEBP", "AVIF"} else {}
    photo = open_photo(encoded(gradient(60, 40), kind, **options))

    expected = np.asarray(gradient(60, 40)).astype(int)
    assert photo.size == (60, 40)
    assert abs(photo.pixels - expected).mean() < 6


def test_a_heic_is_rotated_and_converted_to_srgb() -> None:
    photo = open_photo(PHOTOS / "sideways_p3.heic")

    corners = photo.pixels[[5, 5, -5, -5], [5, -5, 5, -5]].astype(int)
    blue, red, white, green = [29, 30, 208], [218, 0, 6], [230, 230, 230], [0, 162, 0]
    assert photo.size == (48, 64)
    assert abs(corners - [blue, red, white, green]).max() <= 6


def test_a_grey_heic_that_is_not_downscaled_keeps_its_levels() -> None:
    photo = open_photo(PHOTOS / "grey.heic")

    across, down = np.meshgrid(np.arange(96) * 255 // 95, np.arange(64) * 255 // 63)
    assert photo.size == (96, 64)
    assert abs(photo.pixels - (across // 2 + down // 2)[..., None]).max() <= 8


def test_path_string_bytes_and_file_give_the_same_photo(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(PNG)

    photos = [open_photo(path), open_photo(str(path)), open_photo(PNG), open_photo(io.BytesIO(PNG))]

    assert all(np.array_equal(photo.pixels, photos[0].pixels) for photo in photos)


class _ShortReads(io.RawIOBase):
    """A file that returns a few bytes per read, like a pipe."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        part = self._file.read(min(7, len(buffer)))
        buffer[: len(part)] = part
        return len(part)


def test_a_file_that_returns_short_reads_is_read_completely() -> None:
    assert open_photo(_ShortReads(PNG)).size == (30, 20)  # type: ignore[arg-type]


def test_a_missing_file_raises_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_photo(tmp_path / "none.jpg")


@pytest.mark.parametrize("as_file", [False, True])
def test_the_byte_limit_is_exact(*, as_file: bool) -> None:
    source = io.BytesIO(PNG) if as_file else PNG
    assert open_photo(source, settings=Settings(max_photo_bytes=len(PNG))).size == (30, 20)

    source = io.BytesIO(PNG) if as_file else PNG
    with pytest.raises(PhotoTooLarge, match=r"limit.*Use a smaller version"):
        open_photo(source, settings=Settings(max_photo_bytes=len(PNG) - 1))


def test_an_endless_stream_is_read_only_up_to_the_limit() -> None:
    with open("/dev/zero", "rb") as endless, pytest.raises(PhotoTooLarge):  # noqa: PTH123
        open_photo(endless, settings=Settings(max_photo_bytes=100_000))


def test_a_large_file_is_rejected_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(31_200_000)

    with pytest.raises(PhotoTooLarge) as caught:
        open_photo(path, settings=Settings())

    assert str(caught.value) == "This photo is 31.2 MB; the limit is 25 MB. Use a smaller version of it."
    assert caught.value.setting == "max_photo_bytes"


@pytest.mark.parametrize(("size", "limit"), [(37_971, 1_000), (1_001, 1_000), (1_000_001, 999_999)])
def test_a_size_below_a_megabyte_is_exact(size: int, limit: int) -> None:
    with pytest.raises(PhotoTooLarge) as caught:
        open_photo(bytes(size), settings=Settings(max_photo_bytes=limit))

    shown = f"{size:,} bytes" if size < 1_000_000 else "1.1 MB"
    assert str(caught.value).startswith(f"This photo is {shown}; the limit is {limit:,} bytes. ")


def test_a_limit_error_names_the_setting_to_raise(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(200_000_001)

    with pytest.raises(
        PhotoTooLarge, match=r"the limit is 200 MB.*settings=Settings\(max_photo_bytes=\.\.\.\)"
    ):
        open_photo(path)


def test_the_pixel_limit_is_exact() -> None:
    assert open_photo(PNG, settings=Settings(max_photo_pixels=600)).size == (30, 20)

    with pytest.raises(TooManyPixels) as caught:
        open_photo(PNG, settings=Settings(max_photo_pixels=599))
    assert "30 x 20 px; the limit is 0.000599 megapixels" in str(caught.value)


def test_the_message_names_every_supported_format() -> None:
    with pytest.raises(NotAPhoto) as caught:
        open_photo(b"no photo")

    assert all(known.name in str(caught.value) for known in FORMATS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_no_side_of_a_photo_exceeds_max_side_px(kind: str) -> None:
    data = encoded(gradient(640, 480), kind)

    assert open_photo(data, max_side_px=100).size == (100, 75)
    assert open_photo(data, settings=Settings(max_side_px=320)).size == (320, 240)
    assert open_photo(data, max_side_px=5_000).size == (640, 480)


def test_a_jpeg_decoded_at_reduced_size_resembles_one_decoded_in_full() -> None:
    image = gradient(1600, 1200)
    small = open_photo(encoded(image, "JPEG", quality=95), max_side_px=190)

    expected = np.asarray(image.resize((190, 143), Image.Resampling.LANCZOS)).astype(int)
    assert small.size == (190, 143)
    assert abs(small.pixels - expected).max() <= 8


@given(st.integers(1, 65_535), st.integers(1, 65_535), st.integers(1, 1080))
def test_fit_within_keeps_the_aspect_and_never_enlarges(width: int, height: int, size_px: int) -> None:
    size = fit_within(Size(width, height), size_px)

    assert max(size) == min(size_px, max(width, height))
    assert min(size) >= 1
    factor = max(size) / max(width, height)
    assert abs(min(size) - max(1, min(width, height) * factor)) <= 0.5


def test_fit_shrinks_a_large_photo_and_returns_a_small_one_unchanged() -> None:
    photo = open_photo(PNG)

    assert photo.fit(15).size == (15, 10)
    assert photo.fit(30) is photo
    assert photo.fit(1).size == (1, 1)


def test_pixels_are_read_only_but_the_given_array_stays_writable() -> None:
    array = np.zeros((2, 3, 3), np.uint8)
    photo = Photo(array)

    assert not photo.pixels.flags.writeable
    assert photo.pixels.flags.c_contiguous
    assert array.flags.writeable


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 2), (4, 4, 5), (1, 4, 4, 3)])
def test_pixels_of_another_shape_are_rejected(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="is not uint8"):
        Photo(np.zeros(shape, np.uint8))


def test_pixels_of_another_dtype_are_rejected() -> None:
    with pytest.raises(ValueError, match="float64"):
        Photo(np.zeros((4, 4, 3)))  # type: ignore[arg-type]


def test_an_encoded_png_has_the_same_pixels_and_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    photo = open_photo(encoded(gradient(30, 20), "JPEG", exif=exif, comment=b"a secret"))
    png = photo.png()

    assert np.array_equal(open_photo(png).pixels, photo.pixels)
    chunks = {png[at - 4 : at] for at in range(12, len(png)) if png[at - 4 : at].isalpha()}
    assert chunks >= {b"IHDR", b"IDAT", b"IEND"}
    assert not chunks & {b"eXIf", b"iCCP", b"tEXt", b"zTXt", b"iTXt", b"gAMA", b"tIME"}


def test_gifmill_open_photo_is_this_function() -> None:
    assert gifmill.open_photo is open_photo


def test_opening_a_jpeg_imports_no_other_decoder() -> None:
    code = (
        "import sys, gifmill.photo;"
        "gifmill.photo.open_photo(sys.stdin.buffer);"
        "decoders = 'ImagePlugin', 'heif', 'Cms', 'isal';"
        "print(*(name for name in sys.modules if any(part in name for part in decoders)))"
    )
    data = encoded(gradient(30, 20), "JPEG", dpi=(72, 72))
    ran = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)

    assert ran.stdout.split() == [b"PIL.JpegImagePlugin"]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_of_any_kind_are_read(photo: bytes, kind: type[bytes | bytearray | memoryview]) -> None:
    assert open_photo(kind(photo)).size == (120, 80)


def test_a_file_open_as_text_is_rejected_with_the_mode_to_use(tmp_path: Path) -> None:
    path = tmp_path / "photo.txt"
    path.write_text("text")
    (tmp_path / "photo.png").write_bytes(PNG)

    for file in (path.open(), (tmp_path / "photo.png").open(encoding="utf-8"), io.StringIO("text")):
        with file, pytest.raises(TypeError) as caught:
            open_photo(file)  # type: ignore[arg-type]
        assert str(caught.value) == 'This file returns str, not bytes. Open it in binary mode: "rb".'


@pytest.mark.parametrize(
    ("source", "name"), [(None, "NoneType"), (7, "int"), ([PNG], "list"), (open_photo, "function")]
)
def test_the_error_for_a_source_of_another_type_names_it(source: object, name: str) -> None:
    with pytest.raises(TypeError) as caught:
        open_photo(source)  # type: ignore[arg-type]

    assert str(caught.value) == (
        f"Cannot read a photo from {name}. Pass a path, bytes, a file opened in binary mode, an image of "
        "Pillow, or a numpy array."
    )


@pytest.mark.parametrize("max_side_px", [0, -5])
def test_a_max_side_px_below_1_is_rejected(photo: bytes, max_side_px: int) -> None:
    with pytest.raises(ValueError, match="max_side_px"):
        open_photo(photo, max_side_px=max_side_px)
