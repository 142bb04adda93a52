from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from tests.photo.tiff_builder import LONG, SHORT, jpeg, page, picture, tiff

from gifmill.animation import Size
from gifmill.errors import UnsupportedPhoto
from gifmill.photo import open_photo
from gifmill.photo.tiff.camera_raw import jpeg_frame_size

if TYPE_CHECKING:
    from tests.photo.tiff_builder import Tags

    type Page = tuple[Tags, bytes]

SENSOR = page(np.zeros((40, 60, 1), np.uint16), 32803)
THUMBNAIL = page(picture(15, 10), 2, extra={254: (LONG, [1])})
MAKE: Tags = {271: (2, b"A camera\x00")}
IS_RAW = r"camera raw file.*Export it as a JPEG and use that\."


def with_strip(content: bytes) -> Page:
    """Return a page whose only strip is a JPEG."""
    tags: Tags = {
        254: (LONG, [1]),
        256: (LONG, [1_200]),
        257: (LONG, [800]),
        258: (SHORT, [8, 8, 8]),
        259: (SHORT, [7]),
        262: (SHORT, [6]),
        273: (LONG, [0]),
        277: (SHORT, [3]),
        279: (LONG, [len(content)]),
    }
    return tags, content


def raw(*inside: Page, first: Tags | None = None, big: bool = False) -> bytes:
    """Return a thumbnail that refers to other pages."""
    tags, body = THUMBNAIL
    offsets: Tags = {330: (16 if big else LONG, range(1, 1 + len(inside)))}
    return tiff([({**tags, **MAKE, **offsets, **(first or {})}, body), *inside], big=big)


def lossless(width: int, height: int) -> bytes:
    """Return the head of a lossless JPEG, as raw data is stored. Source: ITU-T T.81, section B.2.2."""
    size = height.to_bytes(2) + width.to_bytes(2)
    return b"\xff\xd8\xff\xc3\x00\x0b\x0e" + size + b"\x01\x01\x11\x00\xff\xda" + bytes(100)


@pytest.mark.parametrize("big", [False, True])
def test_the_largest_preview_of_a_raw_file_is_read(*, big: bool) -> None:
    data = raw(SENSOR, with_strip(jpeg(400, 300)), with_strip(jpeg(1_200, 800)), big=big)

    photo = open_photo(data, max_side_px=1_200)

    assert photo.size == (1_200, 800)
    assert abs(photo.pixels.astype(int) - (200, 40, 90)).max() <= 3


def test_a_preview_by_offset_and_length_is_read() -> None:
    preview = jpeg(1_200, 800)
    plain = raw(SENSOR, first={513: (LONG, [0]), 514: (LONG, [0])})
    offset_and_length = {513: (LONG, [len(plain)]), 514: (LONG, [len(preview)])}

    assert open_photo(raw(SENSOR, first=offset_and_length) + preview, max_side_px=1_200).size == (1_200, 800)


def test_a_preview_has_the_orientation_of_the_raw_file() -> None:
    data = raw(SENSOR, with_strip(jpeg(1_200, 800)), first={274: (SHORT, [6])})

    assert open_photo(data, max_side_px=1_200).size == (800, 1_200)


def test_the_orientation_of_the_preview_itself_has_precedence() -> None:
    exif = Image.Exif()
    exif[274] = 1
    data = raw(SENSOR, with_strip(jpeg(1_200, 800, exif=exif)), first={274: (SHORT, [6])})

    assert open_photo(data, max_side_px=1_200).size == (1_200, 800)


@pytest.mark.parametrize("preview", [jpeg(999, 600), lossless(6_000, 4_000), b"\xff\xd8\xff"])
def test_a_raw_file_without_a_large_preview_is_unsupported(preview: bytes) -> None:
    with pytest.raises(UnsupportedPhoto, match=IS_RAW):
        open_photo(raw(SENSOR, with_strip(preview)))


@pytest.mark.parametrize(
    "tags", [{50706: (1, b"\x01\x04\x00\x00")}, {262: (SHORT, [34892])}, {259: (SHORT, [34713])}]
)
def test_the_tags_of_a_raw_file_identify_it(tags: Tags) -> None:
    with pytest.raises(UnsupportedPhoto, match=IS_RAW):
        open_photo(raw(page(picture(), 2), first=tags))


@pytest.mark.parametrize("mark", [b"CR\x02\x00", b"IIIITwaR", b"MMMMRawT"])
def test_vendor_marks_identify_a_raw_file(mark: bytes) -> None:
    content = raw(page(picture(), 2))
    moved = b"II*\x00\x10\x00\x00\x00" + mark.ljust(8, b"\x00") + b"\x00\x00" + bytes(4)

    with pytest.raises(UnsupportedPhoto, match=IS_RAW):
        open_photo(moved + content)


def test_a_tiff_with_a_maker_and_a_thumbnail_is_no_raw_file() -> None:
    tags, body = page(picture(), 2, extra={**MAKE, 330: (LONG, [1])})

    assert (open_photo(tiff([(tags, body), THUMBNAIL])).pixels == picture()).all()


def test_a_frame_header_gives_the_size() -> None:
    data = b"before" + jpeg(70, 50)

    assert jpeg_frame_size(data, 6, len(data)) == Size(70, 50)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8" + b"\xff\xe0\x00\x02" * 5_000, lossless(9, 9)]
)
def test_a_jpeg_without_a_frame_has_no_size(data: bytes) -> None:
    assert jpeg_frame_size(data, 0, len(data)) is None


def test_a_progressive_preview_is_used() -> None:
    file = BytesIO()
    Image.new("RGB", (64, 48)).save(file, "JPEG", progressive=True)

    assert jpeg_frame_size(file.getvalue(), 0, len(file.getvalue())) == Size(64, 48)
