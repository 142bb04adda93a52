from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from tests.hostile.file_builders import chunk, encoded, png, quadrants

from gifmill.errors import DamagedPhoto, UnsupportedPhoto
from gifmill.photo import open_photo
from gifmill.photo.png.chunks import GREY, INDEXED, TRUECOLOUR, Header, read_chunks

PIXELS = b"\x00" + bytes(range(12))
"""An unfiltered row of 4 pixels."""

EXIF = b"II*\x00" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
"""Exif data with orientation 6. Source: TIFF 6.0, section 2; Exif 2.32, section 4.6.4 A."""


def damaged(kind: bytes, data: bytes) -> bytes:
    """Return a chunk with a wrong checksum."""
    whole = chunk(kind, data)
    return whole[:-1] + bytes([whole[-1] ^ 1])


def truecolour(*before: bytes, after: bytes = b"") -> bytes:
    """Return a PNG of 4 pixels with other chunks before and after them."""
    plain = png(4, 1, 8, TRUECOLOUR, PIXELS, *before)
    return plain[:-12] + after + plain[-12:]


def bomb(unpacked_bytes: int) -> bytes:
    return zlib.compress(bytes(unpacked_bytes), 9)


def test_the_header_is_read() -> None:
    assert read_chunks(png(70, 30, 16, 4, b"")).header == Header((70, 30), 16, 4, is_interlaced=False)  # type: ignore[arg-type]


USELESS = {
    "a comment with a wrong checksum": damaged(b"tEXt", b"Comment\x00hello"),
    "a zipped comment of 20 MB": chunk(b"zTXt", b"k\x00\x00" + bomb(20_000_000)),
    "a zipped comment that is broken": chunk(b"zTXt", b"k\x00\x00broken"),
    "a comment zipped in another way": chunk(b"zTXt", b"k\x00\x07" + bomb(9)),
    "an international comment of nothing": chunk(b"iTXt", b""),
    "a size of 3 bytes": chunk(b"pHYs", b"abc"),
    "chromaticities of 3 bytes": chunk(b"cHRM", bytes(3)),
    "a gamma of 1 byte": chunk(b"gAMA", b"x"),
    "no intent": chunk(b"sRGB", b""),
    "code points with a wrong checksum": damaged(b"cICP", bytes([9, 16, 0, 1])),
    "a profile zipped in another way": chunk(b"iCCP", b"icc\x00\x01" + bomb(9)),
    "a profile of 1.5 MB": chunk(b"iCCP", b"icc\x00\x00" + bomb(1_500_000)),
    "a profile that is broken": chunk(b"iCCP", b"icc\x00\x00broken"),
    "a profile without a name": chunk(b"iCCP", b""),
    "an animation of 3 bytes": chunk(b"acTL", b"abc"),
    "a frame that lies elsewhere": chunk(b"fcTL", struct.pack(">IIIIIHHBB", 5, 9, 9, 99, 99, 1, 1, 0, 0)),
    "a frame's pixels of no length": chunk(b"fdAT", b""),
    "a transparent colour of 1 byte": chunk(b"tRNS", b"x"),
    "a transparent colour with a wrong checksum": damaged(b"tRNS", bytes([0, 0, 0, 1, 0, 2])),
    "Exif data with a wrong checksum": damaged(b"eXIf", EXIF),
    "Exif data of 1 byte": chunk(b"eXIf", b"x"),
    "a private chunk": chunk(b"prVt", b"x" * 99),
    "a palette to suggest, of 1 byte": chunk(b"PLTE", b"x"),
}


@pytest.mark.parametrize("name", sorted(USELESS))
def test_a_broken_ancillary_chunk_does_not_change_the_photo(name: str) -> None:
    with_it = open_photo(truecolour(USELESS[name])).pixels

    assert with_it.tolist() == [[list(PIXELS[at : at + 3]) for at in (1, 4, 7, 10)]]
    assert np.array_equal(open_photo(truecolour(after=USELESS[name])).pixels, with_it)


@pytest.mark.parametrize(
    "data",
    [
        truecolour()[:8] + damaged(b"IHDR", truecolour()[16:29]) + truecolour()[33:],
        truecolour()[:8] + truecolour()[33:],
        truecolour()[:8],
        truecolour()[:33] + truecolour()[-12:],
        truecolour(chunk(b"IHDR", truecolour()[16:29])),
        truecolour(damaged(b"ABCD", b"")),
        truecolour()[:8] + chunk(b"tEXt", b"k\x00") + truecolour()[8:],
        truecolour(chunk(b"A\x00\x01\x02", b"")),
        png(4, 1, 8, INDEXED, bytes(5)),
        png(4, 1, 8, INDEXED, bytes(5), chunk(b"PLTE", b"")),
        png(4, 1, 8, INDEXED, bytes(5), chunk(b"PLTE", bytes(4))),
        png(4, 1, 8, INDEXED, bytes(5), chunk(b"PLTE", bytes(771))),
        png(4, 1, 8, INDEXED, bytes(5), damaged(b"PLTE", bytes(3))),
        png(4, 1, 3, TRUECOLOUR, PIXELS),
        png(4, 1, 8, 5, PIXELS),
    ],
    ids=[
        "header with a wrong checksum",
        "no header",
        "nothing",
        "no pixels",
        "two headers",
        "unknown with a wrong checksum",
        "comment first",
        "no critical name",
        "no palette",
        "empty palette",
        "palette of 4 bytes",
        "palette of 257 colours",
        "palette with a wrong checksum",
        "3 bits",
        "unknown colours",
    ],
)
def test_a_broken_critical_chunk_is_damage(data: bytes) -> None:
    with pytest.raises(DamagedPhoto, match="incomplete"):
        open_photo(data)


def test_pixels_with_a_wrong_checksum_are_read_as_in_chromium() -> None:
    whole = truecolour()
    data = whole[:33] + damaged(b"IDAT", zlib.compress(PIXELS)) + whole[-12:]

    assert open_photo(data).pixels.tobytes() == open_photo(whole).pixels.tobytes()


def test_an_unknown_critical_chunk_is_unsupported() -> None:
    """Apple's tools write such a chunk first, and then pixels that no other program can read."""
    plain = truecolour()
    for data in (truecolour(chunk(b"ABCD", b"x")), plain[:8] + chunk(b"CgBI", bytes(4)) + plain[8:]):
        with pytest.raises(UnsupportedPhoto, match=r"ABCD|CgBI"):
            open_photo(data)


def test_a_png_with_too_many_chunks_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gifmill.photo.png.chunks._MAX_CHUNKS", 20)

    read_chunks(truecolour(chunk(b"IDAT", b"") * 17))
    with pytest.raises(DamagedPhoto, match="too many chunks"):
        open_photo(truecolour(chunk(b"IDAT", b"") * 18))


def test_the_pixels_are_not_copied() -> None:
    data = truecolour()

    assert all(part.obj is data for part in read_chunks(data).pixels)


def test_data_after_the_end_is_not_read() -> None:
    assert len(read_chunks(truecolour() + truecolour()[8:]).pixels) == 1


def test_pixel_data_ends_at_another_chunk() -> None:
    packed = zlib.compress(PIXELS)
    first, second = chunk(b"IDAT", packed[:9]), chunk(b"IDAT", packed[9:])
    plain = truecolour()

    assert open_photo(plain[:33] + first + second + plain[-12:]).size == (4, 1)
    with pytest.raises(DamagedPhoto):
        open_photo(plain[:33] + first + chunk(b"IDAt", b"") + second + plain[-12:])


def test_the_first_intact_chunk_of_a_type_is_used() -> None:
    first = damaged(b"gAMA", b"aaaa") + chunk(b"gAMA", b"bbbb") + chunk(b"gAMA", b"cccc")

    assert read_chunks(truecolour(first)).by_type == {b"gAMA": b"bbbb"}


OF_COLOURS = [b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM"]


@pytest.mark.parametrize("kind", OF_COLOURS)
def test_colour_chunks_are_read_only_before_palette_and_pixels(kind: bytes) -> None:
    one, palette = chunk(kind, b"data"), chunk(b"PLTE", bytes(3))

    assert kind in read_chunks(truecolour(one, palette)).by_type
    assert kind not in read_chunks(truecolour(palette, one)).by_type
    assert kind not in read_chunks(truecolour(after=one)).by_type


@pytest.mark.parametrize("position", ["before", "after"])
def test_exif_data_is_read_before_and_after_the_pixels(position: str) -> None:
    one = chunk(b"eXIf", EXIF)
    data = truecolour(one) if position == "before" else truecolour(after=one)

    assert read_chunks(data).exif == EXIF
    assert open_photo(data).size == (1, 4)


RAW_NAME = b"Raw profile type exif\x00"
RAW_EXIF = b"\nexif\n%8d\n%s\n" % (6 + len(EXIF), (b"Exif\x00\x00" + EXIF).hex().encode())
"""Exif data in a text chunk, as ImageMagick writes it."""

XMP = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    b"<rdf:Description xmlns:tiff='http://ns.adobe.com/tiff/1.0/' tiff:Orientation='6'/></rdf:RDF>"
    b"</x:xmpmeta>"
)


@pytest.mark.parametrize(
    "text",
    [
        chunk(b"tEXt", RAW_NAME + RAW_EXIF),
        chunk(b"zTXt", RAW_NAME + b"\x00" + zlib.compress(RAW_EXIF)),
        chunk(b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + XMP),
    ],
    ids=["hexadecimal", "zipped", "XMP"],
)
def test_orientation_in_texts_is_ignored_as_in_browsers(text: bytes) -> None:
    assert open_photo(truecolour(text)).size == (4, 1)
    assert open_photo(truecolour(after=text)).size == (4, 1)


def indexed(*extra: bytes) -> bytes:
    return png(4, 1, 8, INDEXED, b"\x00\x00\x01\x02\x03", *extra)


PALETTE = chunk(b"PLTE", bytes(range(9)))


def test_missing_palette_entries_are_black() -> None:
    assert read_chunks(indexed(PALETTE)).palette == bytes(range(9)) + bytes(759)
    assert open_photo(indexed(PALETTE)).pixels.tolist() == [[[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 0, 0]]]


@pytest.mark.parametrize(
    ("extra", "alphas"),
    [
        ([PALETTE, chunk(b"tRNS", b"\x00\x80")], b"\x00\x80"),
        ([PALETTE, chunk(b"tRNS", b"\xff\xff")], None),
        ([PALETTE, chunk(b"tRNS", bytes(4))], None),
        ([chunk(b"tRNS", bytes(3)), PALETTE], None),
        ([PALETTE, damaged(b"tRNS", bytes(3))], None),
    ],
    ids=["two", "opaque", "more than colours", "before the palette", "wrong checksum"],
)
def test_the_alpha_of_a_palette_is_read_after_the_palette(extra: list[bytes], alphas: bytes | None) -> None:
    assert read_chunks(indexed(*extra)).transparency == alphas


@pytest.mark.parametrize(
    ("depth", "colour_type", "content", "levels"),
    [
        (16, GREY, b"\x12\x34", (0x1234,)),
        (8, GREY, b"\x12\x34", (0x34,)),
        (1, GREY, b"\x00\x03", (1,)),
        (16, TRUECOLOUR, bytes(range(6)), (0x0001, 0x0203, 0x0405)),
        (8, TRUECOLOUR, bytes(range(6)), (1, 3, 5)),
        (8, TRUECOLOUR, bytes(5), None),
        (8, GREY, bytes(3), None),
        (8, 4, bytes(2), None),
        (8, 6, bytes(6), None),
    ],
)
def test_the_transparent_colour_has_the_bit_depth_of_the_samples(
    depth: int, colour_type: int, content: bytes, levels: tuple[int, ...] | None
) -> None:
    assert read_chunks(png(4, 1, depth, colour_type, b"", chunk(b"tRNS", content))).transparency == levels


def test_the_default_image_of_an_animation_is_read() -> None:
    """It need not be one of the frames, which follow it."""
    other = zlib.compress(b"\x00" + bytes(12))
    control = struct.pack(">IIIIIHHBB", 0, 4, 1, 0, 0, 1, 10, 0, 0)
    frames = chunk(b"fcTL", control) + chunk(b"fdAT", struct.pack(">I", 1) + other)
    data = truecolour(chunk(b"acTL", struct.pack(">II", 1, 0)), after=frames)

    assert open_photo(data).pixels.ravel().tolist() == list(range(12))


def test_a_photo_is_the_same_with_and_without_ancillary_chunks() -> None:
    plain = encoded(quadrants(), "PNG")
    talkative = encoded(quadrants(), "PNG", dpi=(300, 300))
    with Image.open(io.BytesIO(talkative)) as image:
        assert "dpi" in image.info

    assert np.array_equal(open_photo(talkative).pixels, open_photo(plain).pixels)
