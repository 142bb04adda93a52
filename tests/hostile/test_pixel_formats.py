"""Bit depths, palettes and alpha."""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tests.hostile.file_builders import WHITE, chunk, display_p3, encoded, on_white, png, quadrants
from tests.hostile.malformed_containers import ADAM7_PASSES

from gifmill.photo import open_photo

if TYPE_CHECKING:
    from collections.abc import Callable

Levels = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Levels16 = np.ndarray[tuple[int, ...], np.dtype[np.uint16]]


def opened(image: Image.Image, kind: str, **options: object) -> Levels:
    return open_photo(encoded(image, kind, **options)).pixels.astype(float)


def flat(mode: str, colour: object) -> Image.Image:
    return Image.new(mode, (8, 8), colour)  # type: ignore[arg-type]


def ramp_16() -> bytes:
    """Return a grey PNG of 256 pixels: level k of 255, in 16 bits."""
    row = b"\x00" + struct.pack(">256H", *(level * 257 for level in range(256)))
    return png(256, 1, 16, 0, row)


def test_16_bit_grey_is_scaled_and_not_clipped() -> None:
    pixels = open_photo(ramp_16()).pixels

    assert pixels[0, :, 0].tolist() == list(range(256))


@pytest.mark.parametrize("order", ["<u2", ">u2"])
def test_16_bit_grey_tiff_of_either_byte_order_is_scaled(order: str) -> None:
    levels = (np.arange(256) * 257).astype(order).reshape(16, 16)
    mark, short, long = (b"II*\x00", "<H", "<I") if order == "<u2" else (b"MM\x00*", ">H", ">I")
    tags = [(256, 16), (257, 16), (258, 16), (259, 1), (262, 1), (273, 8), (277, 1), (278, 16), (279, 512)]
    directory = struct.pack(short, len(tags))
    for tag, value in tags:
        directory += struct.pack(short, tag) + struct.pack(short, 4) + struct.pack(long, 1)
        directory += struct.pack(long, value)
    data = mark + struct.pack(long, 8 + 512) + levels.tobytes() + directory + bytes(4)

    assert open_photo(data).pixels[..., 1].ravel().tolist() == list(range(256))


def test_16_bit_colours_are_scaled() -> None:
    row = b"\x00" + struct.pack(">6H", 65_535, 32_896, 0, 257, 25_700, 51_400)
    pixels = open_photo(png(2, 1, 16, 2, row)).pixels

    assert pixels.tolist() == [[[255, 128, 0], [1, 100, 200]]]


def test_floats_are_stretched_from_black_to_white() -> None:
    levels = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    levels[0, 0], levels[7, 7] = np.nan, np.inf
    pixels = open_photo(encoded(Image.fromarray(levels), "TIFF")).pixels.ravel().astype(int)

    steps = [after - before for before, after in pairwise(pixels[:-3:3])]
    assert pixels[:-3].min() == 0
    assert pixels.max() == 255
    assert min(steps) >= 3


def test_floats_of_any_magnitude_are_read() -> None:
    levels = np.array([[-3e38, 0], [0, 3e38]], np.float32)

    assert open_photo(encoded(Image.fromarray(levels), "TIFF")).pixels[..., 0].tolist() == [
        [0, 128],
        [128, 255],
    ]


def test_32_bit_samples_of_one_level_are_read() -> None:
    assert open_photo(encoded(flat("I", 70_000), "TIFF")).size == (8, 8)


@pytest.mark.parametrize("colour", [0, 255])
def test_one_bit_is_black_or_white(colour: int) -> None:
    assert (opened(flat("1", colour), "TIFF") == colour).all()


def test_one_bit_downscales_to_greys() -> None:
    checks = Image.fromarray((np.indices((64, 64)).sum(axis=0) % 2).astype(bool))

    small = open_photo(encoded(checks, "TIFF"), max_side_px=8).pixels

    assert abs(small.astype(int) - 128).max() <= 8


@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr", "P", "PA"])
def test_every_opaque_mode_of_a_tiff_is_read(mode: str) -> None:
    grey = quadrants().convert("L")
    pixels = opened(grey.convert(mode), "TIFF")

    assert abs(pixels - np.asarray(grey.convert("RGB"))).max() <= 2


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("PNG", "LA"), ("TIFF", "RGBA"), ("TIFF", "LA"), ("WEBP", "RGBA"), ("AVIF", "RGBA")],
)
def test_transparency_is_kept(kind: str, mode: str) -> None:
    grey = (80, 80, 80) if mode == "RGBA" else (80,)
    image = flat(mode, (*grey, 0))
    image.paste((*grey, 128), (0, 0, 8, 4))
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100} if kind == "AVIF" else {}
    pixels = opened(image, kind, **options)

    assert abs(pixels[:3] - (80, 80, 80, 128)).max() <= 2
    assert (pixels[5:, :, 3] <= 1).all()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("PNG", "LA"), ("TIFF", "RGBA"), ("WEBP", "RGBA"), ("AVIF", "RGBA"), ("BMP", "RGBA")],
)
def test_an_alpha_channel_that_is_opaque_is_dropped(kind: str, mode: str) -> None:
    image = quadrants().convert(mode)
    pixels = opened(image, kind, **({"lossless": True} if kind == "WEBP" else {}))

    assert pixels.shape == (48, 64, 3)
    assert abs(pixels - np.asarray(image.convert("RGB"))).mean() <= (0 if kind != "AVIF" else 4)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_colours_below_full_transparency_are_removed(kind: str) -> None:
    """They may be what somebody has cropped or erased."""
    image = flat("RGBA", (200, 10, 20, 0))
    image.paste((0, 0, 255, 255), (0, 0, 4, 8))
    pixels = opened(image, kind, **({"lossless": True, "exact": True} if kind == "WEBP" else {}))

    assert (pixels[:, 4:] == 0).all()


def disc(ground: tuple[int, int, int, int]) -> Image.Image:
    image = Image.new("RGBA", (400, 400), ground)
    ImageDraw.Draw(image).ellipse((50, 50, 350, 350), fill=(230, 20, 20, 255))
    return image


@pytest.mark.parametrize("level", [0, 255], ids=["transparent black", "transparent white"])
@pytest.mark.parametrize("size_px", [37, 100])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_a_downscaled_edge_has_no_fringe(kind: str, size_px: int, level: int) -> None:
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    data = encoded(disc((level, level, level, 0)), kind, **options)
    photo = open_photo(data, max_side_px=size_px)

    for pixels in (photo.pixels, photo.fit(size_px // 2).pixels):
        soft = pixels[(pixels[..., 3] > 64) & (pixels[..., 3] < 255)]
        assert len(soft) > 10
        assert abs(soft[:, :3].astype(int) - (230, 20, 20)).max() <= 20, (
            "Lanczos sharpens, but mixes nothing in"
        )


@pytest.mark.parametrize("max_side_px", [120, 50])
def test_a_photo_stored_and_read_again_is_the_same(max_side_px: int) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (90, 120, 4), np.uint8))
    photo = open_photo(encoded(noise, "PNG", icc_profile=display_p3()), max_side_px=max_side_px)

    assert photo.has_alpha
    assert np.array_equal(open_photo(photo.png()).pixels, photo.pixels)


@pytest.mark.parametrize("size_px", [8, 64])
def test_colours_of_transparent_pixels_do_not_bleed_when_downscaled(size_px: int) -> None:
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 31, 64))

    small = open_photo(encoded(image, "PNG"), max_side_px=size_px).pixels

    assert (small[..., 0] == 0).all(), "only transparent pixels are red"


def test_premultiplied_alpha_is_divided_out() -> None:
    image = flat("RGBa", (64, 0, 0, 128))
    pixels = opened(image.convert("RGBA"), "TIFF")

    assert abs(pixels - (127, 0, 0, 128)).max() <= 2


@pytest.mark.parametrize(
    ("kind", "transparency"), [("GIF", 2), ("PNG", 2), ("PNG", bytes([255, 255, 0, 255]))]
)
def test_a_palette_entry_can_be_transparent(kind: str, transparency: int | bytes) -> None:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, *WHITE, 10, 20, 30, 200, 0, 0])
    image.paste(2, (0, 0, 4, 8))
    pixels = opened(image, kind, transparency=transparency)

    assert (pixels[:, :4] == 0).all()
    assert (pixels[:, 4:] == (*WHITE, 255)).all()


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_colour_can_be_transparent(mode: str) -> None:
    colour = 10 if mode == "L" else (10, 20, 30)
    image = flat(mode, colour)
    image.paste(0, (0, 0, 4, 8))
    pixels = opened(image, "PNG", transparency=colour)

    assert (pixels[:, 4:] == 0).all()
    assert (pixels[:, :4] == (0, 0, 0, 255)).all()


def png_of_16_bits(levels: Levels16, transparent: tuple[int, ...]) -> bytes:
    """Return a PNG of 16 bits per sample with one transparent colour."""
    height, width, channels = levels.shape
    return png(width, height, 16, {1: 0, 3: 2}[channels], rows_of_16_bits(levels), trns(transparent))


def trns(transparent: tuple[int, ...]) -> bytes:
    return chunk(b"tRNS", struct.pack(f">{len(transparent)}H", *transparent))


def rows_of_16_bits(levels: Levels16) -> bytes:
    """Return rows with the filter Up: each minus the one above it. Source: PNG, section 9.2."""
    rows = np.frombuffer(levels.astype(">u2").tobytes(), np.uint8).reshape(levels.shape[0], -1)
    differences = np.diff(rows, axis=0, prepend=np.zeros_like(rows[:1]))
    return b"".join(b"\x02" + row.tobytes() for row in differences)


def interlaced_png_of_16_bits(levels: Levels16, transparent: tuple[int, ...]) -> bytes:
    """Return the same PNG as `png_of_16_bits`, interlaced."""
    height, width, channels = levels.shape
    rows = b"".join(
        rows_of_16_bits(levels[top::down, left::across]) for left, top, across, down in ADAM7_PASSES
    )
    data = bytearray(png(width, height, 16, {1: 0, 3: 2}[channels], rows, trns(transparent)))
    data[28] = 1
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


@pytest.mark.parametrize("write", [png_of_16_bits, interlaced_png_of_16_bits])
@pytest.mark.parametrize("transparent", [(0x1234,), (0x1234, 0x5678, 0x9ABC)], ids=["grey", "colour"])
def test_a_transparent_colour_of_16_bits_is_compared_in_full(
    write: Callable[..., bytes], transparent: tuple[int, ...]
) -> None:
    levels = np.empty((48, 64, len(transparent)), np.uint16)
    levels[:] = transparent
    levels[:, 32:] += 1  # the same high byte
    levels[24:, :32, -1] ^= 0x100  # the same low byte
    data = write(levels, transparent)

    pixels = on_white(open_photo(data).pixels)
    small = on_white(open_photo(data, max_side_px=8).pixels)

    shown = [level >> 8 if len(transparent) == 3 else round(level / 257) for level in levels[0, 32].tolist()]
    assert (pixels[:24, :32] == 255).all()
    assert abs(pixels[:, 32:] - shown).max() <= 1
    assert (pixels[24:, :32] < 255).any(axis=2).all()
    assert (small[:2, :2] >= 253).all()
    assert abs(small[:, 6:] - shown).max() <= 2


@pytest.mark.parametrize(("depth", "level"), [(1, 1), (2, 2), (4, 9)])
def test_a_grey_of_few_bits_can_be_transparent(depth: int, level: int) -> None:
    row = b"\x00" + bytes([level << 8 - depth])
    pixels = open_photo(png(1, 2, depth, 0, row + b"\x00\x00", trns((level,)))).pixels

    assert pixels[:, 0, 3].tolist() == [0, 255]


def test_the_first_page_of_a_tiff_is_read() -> None:
    pages = [flat("RGB", (10, 20, 30)), flat("L", 200), flat("1", 1)]
    pixels = opened(pages[0], "TIFF", save_all=True, append_images=pages[1:])

    assert (pixels == (10, 20, 30)).all()
