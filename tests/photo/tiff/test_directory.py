from __future__ import annotations

import struct
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile
from tests.photo.tiff_builder import FLOAT, LONG, SHORT, one, page, picture, tiff

from gifmill.errors import DamagedPhoto
from gifmill.photo.tiff.directory import BITS, STRIP_OFFSETS, WIDTH, main_page, read_directories

if TYPE_CHECKING:
    from tests.photo.tiff_builder import Order, Tags

COLOURS = picture()
LAYOUTS = [(order, big) for order in "<>" for big in (False, True)]


@pytest.mark.parametrize(("order", "big"), LAYOUTS)
def test_numbers_of_every_type_are_read(order: Order, *, big: bool) -> None:
    tags: Tags = {
        1_000: (1, b"\x07\xff"),
        1_001: (SHORT, [7, 65_535]),
        1_002: (LONG, [7, 4_000_000_000]),
        1_003: (8, [-7]),
        1_004: (FLOAT, [0.5, -2.0, 3.25]),
        1_005: (12, [1e300]),
        1_006: (16, [2**40]),
    }
    (found,) = read_directories(tiff([page(COLOURS, 2, order=order, extra=tags)], order=order, big=big))

    assert [found.numbers(tag) for tag in sorted(tags)] == [
        (7, 255), (7, 65_535), (7, 4_000_000_000), (-7,), (0.5, -2.0, 3.25), (1e300,), (2**40,),
    ]  # fmt: skip
    assert found.integer(WIDTH) == 37
    assert found.integers(1_004) == ()
    assert found.numbers(1_999) == ()


def test_rationals_are_read_also_with_denominator_0() -> None:
    file = BytesIO()
    Image.new("L", (4, 4)).save(file, "TIFF", tiffinfo={282: Fraction(5, 2)})

    assert read_directories(file.getvalue())[0].numbers(282) == (2.5,)


@pytest.mark.parametrize(("order", "big"), LAYOUTS)
def test_chained_directories_precede_sub_directories(order: Order, *, big: bool) -> None:
    def sized(width: int, **inside: tuple[int, list[int]]) -> tuple[Tags, bytes]:
        return page(picture(width, 5), 2, order=order, extra={330: inside["at"]} if inside else {})

    data = tiff([sized(11, at=(16 if big else LONG, [1])), sized(12), sized(13)], order=order, big=big)

    assert [found.integer(WIDTH) for found in read_directories(data)] == [11, 13, 12]


@pytest.mark.parametrize(("order", "big"), LAYOUTS[:3])
def test_an_extracted_page_is_a_valid_tiff(order: Order, *, big: bool) -> None:
    pages = [page(picture(9, 6), 2, order=order), page(COLOURS, 2, order=order)]
    found = read_directories(tiff(pages, order=order, big=big))

    with TiffImageFile(BytesIO(found[1].as_single_page())) as image:
        assert (np.asarray(image) == COLOURS).all()
        assert image.n_frames == 1


def test_no_more_than_64_directories_are_read() -> None:
    assert len(read_directories(tiff([page(picture(4, 3), 2)] * 100))) == 64


def test_a_directory_over_the_entry_limit_of_libtiff_is_not_read() -> None:
    data = b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", 4_097) + bytes(4_097 * 12 + 4)

    assert read_directories(data) == []


def test_the_first_of_repeated_tags_is_used() -> None:
    entries = struct.pack("<HHII", 256, 4, 1, 5) + struct.pack("<HHII", 256, 4, 1, 60_000)

    assert read_directories(b"II*\x00\x08\x00\x00\x00\x02\x00" + entries + bytes(4))[0].integer(256) == 5


@pytest.mark.parametrize(("tag", "number"), [(STRIP_OFFSETS, 65_536), (BITS, 200_001)])
def test_too_many_values_are_rejected(tag: int, number: int) -> None:
    (found,) = read_directories(one(COLOURS, 2, extra={tag: (1, bytes(number))}))

    with pytest.raises(DamagedPhoto, match="too many strips or tiles"):
        found.check_entries()


def test_values_outside_the_file_are_rejected() -> None:
    data = one(COLOURS, 2)
    (found,) = read_directories(data[: values_offset(data)])

    with pytest.raises(ValueError, match="not in the file"):
        found.check_entries()


def values_offset(data: bytes) -> int:
    """Return the offset of the values of the first directory."""
    return min(entry.start for entry in read_directories(data)[0].entries.values() if entry.start > 200)


def test_a_file_without_images_has_no_main_page() -> None:
    with pytest.raises(ValueError, match="no directory"):
        main_page(read_directories(tiff([({270: (2, b"words\x00")}, b"")])))


@given(
    st.sampled_from([b"II*\x00", b"MM\x00*", b"II+\x00\x08\x00\x00\x00", b"MM\x00+"]), st.binary(max_size=400)
)
def test_any_bytes_are_directories_or_none(mark: bytes, data: bytes) -> None:
    for found in read_directories(mark + data):
        for tag in found.entries:
            found.numbers(tag)
