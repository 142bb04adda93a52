from __future__ import annotations

import struct
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.hostile.avif_builder import associations, avif, boxes, imir, irot, nclx
from tests.hostile.file_builders import quadrants
from tests.hostile.heic_builder import box, full_box, heic

from gifmill.photo import open_photo
from gifmill.photo.colour.colour_space_types import Cicp
from gifmill.photo.heif.avif_repair import repair_boxes
from gifmill.photo.heif.item_properties import ImageProperties, read_properties
from gifmill.photo.orientation import apply_orientation

AVIF = avif(quadrants(64, 48), quality=95)
PLAIN = ImageProperties(Cicp(1, 13), 1)

TURNS = [
    each
    for count in range(3)
    for each in product([("r", 1), ("r", 2), ("r", 3), ("m", 0), ("m", 1)], repeat=count)
]
"""All sequences of up to two quarter turns and mirrorings."""


def as_boxes(turns: tuple[tuple[str, int], ...]) -> list[bytes]:
    return [irot(value) if kind == "r" else imir(value) for kind, value in turns]


def rotated_and_mirrored(
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], turns: tuple[tuple[str, int], ...]
) -> Image.Image:
    """Apply rotations and mirrorings one by one. Source: ISO/IEC 23008-12, sections 6.5.10 and 6.5.12."""
    for kind, value in turns:
        pixels = np.rot90(pixels, value) if kind == "r" else np.flip(pixels, value)
    return Image.fromarray(np.ascontiguousarray(pixels))


def container_of(data: bytes) -> bytes:
    """Return the payload of `ipco`."""
    inner = dict(boxes(dict(boxes(data))[b"meta"][4:]))
    return dict(boxes(inner[b"iprp"]))[b"ipco"]


@pytest.mark.parametrize("turns", TURNS)
def test_irot_and_imir_in_any_order_equal_an_orientation(turns: tuple[tuple[str, int], ...]) -> None:
    image = quadrants(64, 48)
    found = read_properties(avif(image, more=as_boxes(turns)))

    expected = rotated_and_mirrored(np.asarray(image), turns)
    assert apply_orientation(image, found.orientation).tobytes() == expected.tobytes()


@pytest.mark.parametrize("turns", [each for each in TURNS if each])
def test_libheif_gives_the_same_orientation(turns: tuple[tuple[str, int], ...]) -> None:
    """libheif applies the boxes to the pixels itself."""
    plain, rotated = heic(512, 300), heic(512, 300, properties=as_boxes(turns))

    expected = np.asarray(rotated_and_mirrored(open_photo(plain).pixels, turns))
    assert open_photo(rotated).pixels.shape == expected.shape
    assert abs(open_photo(rotated).pixels.astype(int) - expected).mean() < 3


def test_the_colour_space_is_that_of_nclx() -> None:
    assert read_properties(AVIF) == PLAIN
    assert read_properties(avif(quadrants(), drop=[b"colr"], more=[nclx(9, 16)])).colours == Cicp(9, 16)
    assert read_properties(heic(512, 512, properties=[nclx(12, 13)])).colours == Cicp(12, 13)
    assert read_properties(avif(quadrants(), drop=[b"colr"])).colours is None


def test_an_icc_profile_has_precedence_unless_nclx_is_pq_or_hlg() -> None:
    assert ImageProperties(Cicp(12, 13)).colour_space(b"profile") == b"profile"
    assert ImageProperties(Cicp(12, 13)).colour_space(None) == Cicp(12, 13)
    assert ImageProperties(None).colour_space(None) is None
    assert ImageProperties(Cicp(9, 16)).colour_space(b"profile") == Cicp(9, 16)
    assert ImageProperties(Cicp(9, 18)).colour_space(b"profile") == Cicp(9, 18)


@pytest.mark.parametrize(("version", "flags"), list(product([0, 1], [0, 1])))
def test_every_form_of_ipma_and_pitm_is_read(version: int, flags: int) -> None:
    essential = 0x8000 if flags else 0x80
    container = container_of(AVIF)
    links = associations([(1, [1, 2, 3 | essential, 4, 5 | essential])], version, flags)
    data = avif(
        quadrants(64, 48),
        replaced={
            b"iprp": box(b"iprp", box(b"ipco", container, irot(1)), links),
            b"pitm": full_box(b"pitm", version, struct.pack(">I" if version else ">H", 1)),
        },
    )

    assert read_properties(data) == ImageProperties(Cicp(1, 13), 8)


def test_sizes_of_64_bits_are_read() -> None:
    payload = dict(boxes(AVIF))[b"meta"]
    data = struct.pack(">I4sQ", 1, b"meta", 16 + len(payload)) + payload

    assert read_properties(data) == PLAIN


def test_a_box_that_extends_to_the_end_of_the_file_is_read() -> None:
    payload = dict(boxes(AVIF))[b"meta"]

    assert read_properties(struct.pack(">I4s", 0, b"meta") + payload) == PLAIN


def test_properties_of_other_items_are_ignored() -> None:
    image = quadrants().convert("RGBA")
    image.putalpha(128)
    container = container_of(avif(image))
    links = associations([(1, [1, 2, 0x83, 4]), (2, [1, 5, 0x86, 7, 0x88])])
    data = avif(image, replaced={b"iprp": box(b"iprp", box(b"ipco", container, irot(1)), links)})

    assert read_properties(data).orientation == 1


@pytest.mark.parametrize("end", range(0, 280, 7))
def test_a_truncated_file_has_no_properties_and_raises_nothing(end: int) -> None:
    assert read_properties(AVIF[:end]) in {ImageProperties(), PLAIN}


@given(st.data())
def test_broken_boxes_raise_nothing(data: st.DataObject) -> None:
    broken = bytearray(AVIF)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, 300))] = data.draw(st.integers(0, 255))

    assert read_properties(bytes(broken)).orientation in range(1, 9)
    repair_boxes(bytes(broken))


@pytest.mark.parametrize("data", [b"", b"\0\0\0\x08meta", bytes(100), b"\0\0\0\x0cmeta" + bytes(4)])
def test_a_file_without_boxes_has_no_properties(data: bytes) -> None:
    assert read_properties(data) == ImageProperties()
    assert repair_boxes(data) is None


def test_unknown_property_numbers_are_ignored() -> None:
    container = container_of(AVIF)
    links = associations([(1, [0, 4, 100])])
    data = avif(quadrants(), replaced={b"iprp": box(b"iprp", box(b"ipco", container), links)})

    assert read_properties(data) == PLAIN
    assert repair_boxes(data) is None


def test_a_huge_association_count_ends_with_the_box() -> None:
    container = container_of(AVIF)
    many = box(b"ipma", bytes(4), b"\xff\xff\xff\xff", b"\x00\x01\x01\x04")
    data = avif(quadrants(), replaced={b"iprp": box(b"iprp", box(b"ipco", container), many)})

    assert read_properties(data) == PLAIN


def test_the_number_of_associations_is_limited() -> None:
    entry = struct.pack(">HB", 1, 255) + b"\x05" * 255
    links = box(b"ipma", bytes(4), struct.pack(">I", 2_000), entry * 2_000)
    holder = box(b"iprp", box(b"ipco", container_of(AVIF), irot(1)), links)

    assert read_properties(avif(quadrants(), replaced={b"iprp": holder})) == ImageProperties()
