from __future__ import annotations

import struct
import zlib

import pytest
from PIL import Image
from tests.hostile.file_builders import chunk, display_p3, png

from gifmill.photo.colour.colour_space_types import Chromaticities, Cicp, GammaAndPrimaries
from gifmill.photo.png.colour_chunks import expand_to_full_range, has_narrow_range, read_colour_space
from gifmill.photo.png.decoder import decode
from gifmill.settings import SINGLE_USER

SRGB = (31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000)
"""Source: PNG, section 11.3.2.5 (sRGB)."""

ADOBE = (31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000)
"""Source: Adobe RGB (1998), section 4.3.1."""


def profile(unpacked: bytes, *, name: bytes = b"icc", method: int = 0) -> bytes:
    return name + b"\x00" + bytes([method]) + zlib.compress(unpacked)


PQ, P3 = bytes([9, 16, 0, 1]), bytes([12, 13, 0, 1])
ICC = profile(display_p3())
INTENT = b"\x00"


def gamma(number: int) -> bytes:
    return struct.pack(">I", number)


def chromaticities(numbers: tuple[int, ...]) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)


def points(numbers: tuple[int, ...]) -> Chromaticities:
    levels = [number / 100_000 for number in numbers]
    return Chromaticities(*zip(levels[::2], levels[1::2], strict=True))


def space(**chunks: bytes) -> object:
    return read_colour_space({kind.encode(): memoryview(content) for kind, content in chunks.items()})


def test_without_colour_chunks_the_space_is_srgb() -> None:
    assert space() is None


def test_precedence_is_code_points_profile_srgb_gamma() -> None:
    every = {"cICP": PQ, "iCCP": ICC, "sRGB": INTENT, "gAMA": gamma(100_000), "cHRM": chromaticities(ADOBE)}
    seen = []
    for kind in list(every):
        seen.append(space(**every))
        del every[kind]

    assert seen == [
        Cicp(9, 16),
        display_p3(),
        None,
        GammaAndPrimaries(1.0, points(ADOBE)),
        GammaAndPrimaries(None, points(ADOBE)),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        PQ[:3],
        PQ + b"\x00",
        b"\x09\x10\x01\x01",
        b"\x09\x10\x00\x02",
        b"\x02\x10\x00\x01",
        b"\x09\x02\x00\x01",
    ],
    ids=["empty", "short", "long", "of YCbCr", "of another range", "no primaries", "no transfer"],
)
def test_the_profile_applies_if_code_points_are_invalid(content: bytes) -> None:
    assert space(cICP=content, iCCP=ICC) == display_p3()


def test_code_points_of_srgb_are_srgb() -> None:
    assert space(cICP=bytes([1, 13, 0, 1]), iCCP=ICC) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"icc",
        b"icc\x00\x00",
        b"icc\x00\x00broken",
        ICC[:-9],
        profile(b""),
        profile(display_p3(), method=1),
        profile(display_p3(), name=b""),
        profile(display_p3(), name=b"n" * 80),
        profile(bytes(5_000_001)),
    ],
    ids=[
        "empty",
        "no end",
        "nothing",
        "no zip",
        "truncated",
        "empty stream",
        "method",
        "no name",
        "long",
        "huge",
    ],
)
def test_gamma_applies_if_the_profile_cannot_be_decompressed(content: bytes) -> None:
    assert space(iCCP=content, gAMA=gamma(100_000)) == GammaAndPrimaries(1.0, None)


def test_a_profile_may_have_5_mb_and_a_name_of_79_bytes() -> None:
    large = bytes(5_000_000)

    assert space(iCCP=profile(large, name=b"n" * 79)) == large


@pytest.mark.parametrize("intent", [b"", b"\x04", b"\x00\x00"])
def test_gamma_applies_if_the_rendering_intent_is_invalid(intent: bytes) -> None:
    assert space(sRGB=intent, gAMA=gamma(100_000)) == GammaAndPrimaries(1.0, None)


@pytest.mark.parametrize("number", [45_455, 45_454, 45_000, 45_500])
def test_the_gamma_of_srgb_is_srgb(number: int) -> None:
    assert space(gAMA=gamma(number)) is None
    assert space(gAMA=gamma(number), cHRM=chromaticities(SRGB)) is None
    assert space(gAMA=gamma(number), cHRM=chromaticities(ADOBE)) == GammaAndPrimaries(
        number / 1e5, points(ADOBE)
    )


@pytest.mark.parametrize("content", [gamma(0), gamma(1), gamma(0xFFFF_FFFF), b"", bytes(5)])
def test_an_invalid_gamma_is_ignored(content: bytes) -> None:
    assert space(gAMA=content) is None
    assert space(gAMA=content, cHRM=chromaticities(ADOBE)) == GammaAndPrimaries(None, points(ADOBE))


@pytest.mark.parametrize(
    "numbers",
    [
        SRGB,
        (31_300, 32_900, *SRGB[2:]),
        (),
        ADOBE[:7],
        (31_270, 0, *ADOBE[2:]),
        (90_000, 90_000, *ADOBE[2:]),
        (31_270, 32_900, 10_000, 10_000, 20_000, 20_000, 30_000, 30_000),
        (0xFFFF_FFFF,) * 8,
        (0,) * 8,
    ],
    ids=["sRGB", "rounded", "empty", "short", "no white", "too white", "on a line", "huge", "nulls"],
)
def test_chromaticities_of_srgb_and_invalid_ones_are_ignored(numbers: tuple[int, ...]) -> None:
    assert space(cHRM=chromaticities(numbers)) is None
    assert space(cHRM=chromaticities(numbers), gAMA=gamma(100_000)) == GammaAndPrimaries(1.0, None)


@pytest.mark.parametrize(("flag", "is_narrow"), [(0, True), (1, False), (2, False)])
def test_the_range_is_read_from_the_code_points(flag: int, is_narrow: bool) -> None:
    assert has_narrow_range({b"cICP": memoryview(bytes([1, 1, 0, flag]))}) == is_narrow
    assert not has_narrow_range({})


@pytest.mark.parametrize("mode", ["L", "RGB", "La", "RGBa"])
def test_narrow_range_is_converted_to_full_range_except_alpha(mode: str) -> None:
    """Source: ITU-T H.273, section 8.3: 219 levels from 16 on, of 8 bits."""
    bands = len(mode)
    narrow = Image.new(mode, (4, 1))
    for x, level in enumerate((16, 235, 126, 3)):
        narrow.putpixel((x, 0), (level,) * (bands - 1) + (255 if mode[-1] == "a" else level,))

    full = expand_to_full_range(narrow)

    assert full.mode == mode
    assert [pixel[0] if bands > 1 else pixel for pixel in _pixels(full)] == [0, 255, 128, 0]
    assert mode[-1] != "a" or [pixel[-1] for pixel in _pixels(full)] == [255] * 4


def _pixels(image: Image.Image) -> list[tuple[int, ...]]:
    return [image.getpixel((x, 0)) for x in range(image.width)]  # type: ignore[misc]


def test_the_decoder_returns_the_space_and_widens_the_range() -> None:
    row = b"\x00" + bytes([16] * 3 + [235] * 3)
    decoded = decode(png(2, 1, 8, 2, row, chunk(b"cICP", bytes([9, 16, 0, 0]))), 10, SINGLE_USER)

    assert decoded.colours == Cicp(9, 16)
    assert decoded.image.tobytes() == bytes(3) + b"\xff" * 3
