from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from tests.hostile.file_builders import display_p3, encoded, on_white, quadrants

from gifmill.errors import DamagedPhoto, TooManyPixels, UnsupportedPhoto
from gifmill.photo import open_photo
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

type Table = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

WIDTH, HEIGHT = 13, 6
RANDOM = np.random.default_rng(8)


def bmp(
    rows: Sequence[bytes],
    bits: int,
    *,
    header_bytes: int = 40,
    compression: int = 0,
    masks: Sequence[int] = (),
    palette: Sequence[Sequence[int]] = (),
    top_down: bool = False,
    width: int = WIDTH,
    offset: int | None = None,
    more: bytes = b"",
) -> bytes:
    """Return a BMP of rows given from top to bottom.

    Source: Windows GDI, BITMAPCOREHEADER (12 bytes), BITMAPINFOHEADER (40), BITMAPV5HEADER (124).
    """
    body = b"".join(row.ljust((len(row) + 3) // 4 * 4, b"\x00") for row in (rows if top_down else rows[::-1]))
    height = -len(rows) if top_down else len(rows)
    if header_bytes == 12:
        header = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack(
            "<IiiHHIIiiII", header_bytes, width, height, 1, bits, compression, 0, 0, 0, len(palette), 0
        )
        header = (info + b"".join(struct.pack("<I", mask) for mask in masks)).ljust(header_bytes, b"\x00")
        header = header[: max(header_bytes, 40 + 4 * len(masks) if header_bytes == 40 else 0)]
    table = b"".join(bytes(entry[::-1]) + (b"" if header_bytes == 12 else b"\x00") for entry in palette)
    start = 14 + len(header) + len(table)
    file = b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start if offset is None else offset)
    return file + header + table + body + more


def packed(values: Table, bits: int) -> list[bytes]:
    """Return rows of pixels of 16 bits or more, or of indices, the first in the highest bits."""
    if bits >= 16:
        return [b"".join(int(value).to_bytes(bits // 8, "little") for value in row) for row in values]
    rows = []
    for row in values:
        text = "".join(f"{value:0{bits}b}" for value in row)
        text = text.ljust((len(text) + 7) // 8 * 8, "0")
        rows.append(int(text, 2).to_bytes(len(text) // 8))
    return rows


def random_bit_fields(masks: Sequence[int]) -> tuple[Table, Table]:
    """Return random pixels of these masks as numbers, and as 8-bit levels in float64, one channel a mask."""
    values, levels = np.zeros((HEIGHT, WIDTH), np.int64), []
    for mask in masks:
        shift = (mask & -mask).bit_length() - 1
        highest = mask >> shift
        part = RANDOM.integers(0, highest + 1, (HEIGHT, WIDTH))
        part[0, 0], part[0, 1] = highest, 0
        values |= part << shift
        levels.append(part * 255 / highest)
    return values, np.stack(levels, axis=-1)


LAYOUTS = {
    "555": (16, (0x7C00, 0x3E0, 0x1F)),
    "565": (16, (0xF800, 0x7E0, 0x1F)),
    "444": (16, (0xF00, 0xF0, 0xF)),
    "332": (16, (0xE0, 0x1C, 0x3)),
    "BGR of 24 bits": (24, (0xFF0000, 0xFF00, 0xFF)),
    "RGB of 24 bits": (24, (0xFF, 0xFF00, 0xFF0000)),
    "BGRX": (32, (0xFF0000, 0xFF00, 0xFF)),
    "GRBX": (32, (0xFF00, 0xFF000000, 0xFF0000)),
    "10 bits each": (32, (0x3FF00000, 0xFFC00, 0x3FF)),
    "11, 11 and 10 bits": (32, (0xFFE00000, 0x1FFC00, 0x3FF)),
    "20, 6 and 6 bits": (32, (0xFFFFF000, 0xFC0, 0x3F)),
    "1 bit each": (16, (0x4, 0x2, 0x1)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("header_bytes", [40, 52, 56, 108, 124])
def test_bit_fields_are_scaled_to_8_bits(layout: str, header_bytes: int) -> None:
    bits, masks = LAYOUTS[layout]
    values, levels = random_bit_fields(masks)
    data = bmp(packed(values, bits), bits, header_bytes=header_bytes, compression=3, masks=masks)

    assert abs(open_photo(data).pixels - levels).max() <= 0.51


@pytest.mark.parametrize("top_down", [False, True])
@pytest.mark.parametrize(
    ("bits", "masks", "header_bytes", "compression"),
    [
        (16, (0xF00, 0xF0, 0xF, 0xF000), 56, 3),
        (16, (0xF00, 0xF0, 0xF, 0xF000), 108, 3),
        (16, (0x7C00, 0x3E0, 0x1F, 0x8000), 124, 3),
        (32, (0xFF0000, 0xFF00, 0xFF, 0xFF000000), 124, 3),
        (32, (0xFF, 0xFF00, 0xFF0000, 0xFF000000), 124, 3),
        (32, (0xFF0000, 0xFF00, 0xFF, 0xFF000000), 40, 6),
    ],
)
def test_alpha_of_a_bit_field_is_kept(
    bits: int, masks: Sequence[int], header_bytes: int, compression: int, *, top_down: bool
) -> None:
    values, levels = random_bit_fields(masks)
    data = bmp(
        packed(values, bits),
        bits,
        header_bytes=header_bytes,
        compression=compression,
        masks=masks,
        top_down=top_down,
    )

    pixels = open_photo(data).pixels
    assert abs(pixels[..., 3] - levels[..., 3]).max() <= 1
    assert abs(on_white(pixels) - on_white(levels)).max() <= 4


def test_alpha_of_0_everywhere_is_ignored() -> None:
    values, levels = random_bit_fields((0xFF0000, 0xFF00, 0xFF))
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)

    assert np.array_equal(
        open_photo(bmp(packed(values, 32), 32, header_bytes=124, compression=3, masks=masks)).pixels, levels
    )


@pytest.mark.parametrize("header_bytes", [40, 124])
@pytest.mark.parametrize(("bits", "layout"), [(16, "555"), (24, "BGR of 24 bits"), (32, "BGRX")])
def test_without_bit_fields_the_depth_determines_the_layout(
    header_bytes: int, bits: int, layout: str
) -> None:
    values, levels = random_bit_fields(LAYOUTS[layout][1])
    data = bmp(
        packed(values, bits), bits, header_bytes=header_bytes, masks=(9, 9, 9, 9) if header_bytes > 40 else ()
    )

    assert abs(open_photo(data).pixels - levels).max() <= 0.51


def test_without_an_alpha_mask_the_fourth_byte_is_ignored() -> None:
    values, levels = random_bit_fields((0xFF0000, 0xFF00, 0xFF))
    values |= RANDOM.integers(0, 256, values.shape) << 24

    for header_bytes, compression, masks in [(40, 0, ()), (40, 3, LAYOUTS["BGRX"][1]), (124, 0, ())]:
        data = bmp(packed(values, 32), 32, header_bytes=header_bytes, compression=compression, masks=masks)
        assert np.array_equal(open_photo(data).pixels, levels)


PALETTES = {
    "colours": [[level, 255 - level, level // 3] for level in RANDOM.permutation(256)],
    "greys": [[level] * 3 for level in range(256)],
    "black and white": [[0, 0, 0], [255, 255, 255]],
    "white and black": [[255, 255, 255], [0, 0, 0]],
}


@pytest.mark.parametrize("header_bytes", [12, 40, 64, 124])
@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("width", [1, WIDTH, 33])
def test_a_palette_of_any_depth_is_read(name: str, bits: int, header_bytes: int, width: int) -> None:
    palette = PALETTES[name][: 1 << bits]
    indices = RANDOM.integers(0, len(palette), (HEIGHT, width))
    data = bmp(packed(indices, bits), bits, header_bytes=header_bytes, palette=palette, width=width)

    assert np.array_equal(open_photo(data).pixels, np.array(palette)[indices])


def test_a_header_of_16_bytes_is_read() -> None:
    # OS/2 allows all fields after the depth to be omitted.
    palette = PALETTES["colours"][:16]
    indices = RANDOM.integers(0, 16, (HEIGHT, WIDTH))
    header = struct.pack("<IiiHH", 16, WIDTH, HEIGHT, 1, 4)
    table = b"".join(bytes((*entry[::-1], 0)) for entry in palette)
    body = b"".join(row.ljust(8, b"\x00") for row in packed(indices, 4)[::-1])

    data = b"BM" + struct.pack("<IHHI", 0, 0, 0, 30 + len(table)) + header + table + body
    assert np.array_equal(open_photo(data).pixels, np.array(palette)[indices])


def test_an_index_outside_the_palette_is_black() -> None:
    data = bmp(packed(np.array([[0, 1, 200]]), 8), 8, palette=[[9, 8, 7], [1, 2, 3]], width=3)

    assert open_photo(data).pixels.tolist() == [[[9, 8, 7], [1, 2, 3], [0, 0, 0]]]


@pytest.mark.parametrize("compression", [1, 2])
@pytest.mark.parametrize("name", PALETTES)
def test_rle_compressed_pixels_are_read(compression: int, name: str) -> None:
    bits = 8 if compression == 1 else 4
    palette = PALETTES[name][: 1 << bits]
    indices = np.repeat(RANDOM.integers(0, len(palette), HEIGHT), WIDTH).reshape(HEIGHT, WIDTH)
    runs = b"".join(bytes([WIDTH, row[0] if bits == 8 else row[0] * 17, 0, 0]) for row in indices[::-1])
    data = bmp([runs + b"\x00\x01"], bits, compression=compression, palette=palette)
    data = data[:22] + struct.pack("<i", HEIGHT) + data[26:]

    assert np.array_equal(open_photo(data).pixels, np.array(palette)[indices])


@pytest.mark.parametrize(("kind", "compression"), [("JPEG", 4), ("PNG", 5)])
def test_an_embedded_jpeg_or_png_is_read(kind: str, compression: int) -> None:
    inner = encoded(quadrants(), kind)
    data = bmp([inner], 0, header_bytes=124, compression=compression)

    assert np.array_equal(open_photo(data).pixels, open_photo(inner).pixels)


@pytest.mark.parametrize(
    ("header_bytes", "bits", "compression", "kind"),
    [
        (40, 64, 0, "64 bits a pixel"),
        (64, 1, 3, "Huffman coding"),
        (64, 24, 4, "24-bit RLE"),
        (40, 32, 11, "CMYK"),
        (40, 24, 99, "compression 99"),
    ],
)
def test_the_error_for_an_unsupported_variant_names_it(
    header_bytes: int, bits: int, compression: int, kind: str
) -> None:
    data = bmp([bytes(200)] * 9, bits, header_bytes=header_bytes, compression=compression)

    with pytest.raises(UnsupportedPhoto) as caught:
        open_photo(data)
    assert str(caught.value) == f"This kind of BMP is not supported ({kind}). Save it as a PNG."


def test_the_error_for_a_bit_field_with_gaps_names_it() -> None:
    data = bmp([bytes(200)] * 9, 32, compression=3, masks=(0xF0F, 0xF000, 0xF0000))

    with pytest.raises(UnsupportedPhoto, match=r"bit field 0xf0f"):
        open_photo(data)


def test_the_embedded_profile_is_used() -> None:
    rows = packed(random_bit_fields(LAYOUTS["BGRX"][1])[0], 32)
    plain = bmp(rows, 32, header_bytes=124)
    profile = display_p3()
    data = bytearray(plain + profile)
    data[70:74] = b"DEBM"
    data[126:134] = struct.pack("<II", len(plain) - 14, len(profile))
    png = encoded(Image.fromarray(open_photo(plain).pixels), "PNG", icc_profile=profile)

    assert np.array_equal(open_photo(bytes(data)).pixels, open_photo(png).pixels)


@pytest.mark.parametrize("bits", [1, 8, 24, 32])
def test_a_file_that_ends_before_its_pixels_is_damaged(bits: int) -> None:
    data = bmp([bytes(13 * 4)] * HEIGHT, bits, palette=PALETTES["colours"][: 1 << bits] if bits < 16 else ())
    row_bytes = (WIDTH * bits + 31) // 32 * 4
    pixels_at = int.from_bytes(data[10:14], "little")

    with pytest.raises(DamagedPhoto, match="incomplete"):
        open_photo(data[: pixels_at + row_bytes * (HEIGHT - 1)])


def test_the_last_row_may_lack_its_padding() -> None:
    values, levels = random_bit_fields(LAYOUTS["BGR of 24 bits"][1])

    assert np.array_equal(open_photo(bmp(packed(values, 24), 24)[:-1]).pixels, levels)


def test_a_pixel_offset_that_ignores_the_palette_is_corrected() -> None:
    palette = PALETTES["colours"][:16]
    indices = RANDOM.integers(0, 16, (HEIGHT, WIDTH))
    for offset in (0, 54):
        data = bmp(packed(indices, 4), 4, palette=palette, offset=offset)
        assert np.array_equal(open_photo(data).pixels, np.array(palette)[indices])


def test_a_large_image_downscales_as_if_decoded_whole() -> None:
    image = Image.effect_noise((900, 700), 80).convert("RGB")
    small = open_photo(encoded(image, "BMP"), max_side_px=90).pixels.astype(int)

    assert abs(small - open_photo(encoded(image, "PNG"), max_side_px=90).pixels).max() <= 1


def test_the_pixel_limit_is_checked_before_pixels_are_read() -> None:
    with pytest.raises(TooManyPixels, match="13 x 6 px"):
        open_photo(bmp([b""] * HEIGHT, 24), settings=Settings(max_photo_pixels=77))
