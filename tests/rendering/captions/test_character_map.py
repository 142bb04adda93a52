from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from gifmill.rendering.captions.character_map import read_character_map
from gifmill.rendering.captions.faces import _BUNDLED

if TYPE_CHECKING:
    from pathlib import Path

LATIN, GREEK = (read_character_map(path) for path in _BUNDLED)


def font(path: Path, subtable: bytes, *, collection: bool = False) -> Path:
    start = 16 if collection else 0
    header = b"ttcf" + struct.pack(">LLL", 0x10000, 1, start) if collection else b""
    cmap = struct.pack(">HHHHL", 0, 1, 3, 10, 12) + subtable
    directory = struct.pack(">4sH6x", b"\0\1\0\0", 1) + struct.pack(
        ">4sLLL", b"cmap", 0, start + 28, len(cmap)
    )
    path.write_bytes(header + directory + cmap)
    return path


def groups(*ranges: tuple[int, int, int]) -> bytes:
    return struct.pack(">HHLLL", 12, 0, 0, 0, len(ranges)) + b"".join(
        struct.pack(">LLL", *each) for each in ranges
    )


@pytest.mark.parametrize("collection", [False, True])
def test_ranges_of_all_planes_are_read(tmp_path: Path, collection: bool) -> None:
    found = read_character_map(
        font(tmp_path / "a.ttf", groups((0x41, 0x43, 1), (0x1F600, 0x1F601, 9)), collection=collection)
    )

    assert [found.has(each) for each in "@ACD😀😁😂"] == [False, True, True, False, True, True, False]


def test_holes_of_segments_are_no_characters(tmp_path: Path) -> None:
    # Two segments: A to C by a list of glyphs, of which B has none; the last one, which a font must have.
    words = [4, 0, 0, 4, 0, 0, 0, 0x43, 0xFFFF, 0, 0x41, 0xFFFF, 0, 1, 4, 0, 5, 0, 6]
    found = read_character_map(font(tmp_path / "a.ttf", struct.pack(f">{len(words)}H", *words)))

    assert [found.has(each) for each in "ABC"] == [True, False, True]


@pytest.mark.parametrize("content", [b"", b"no font", b"ttcf", b"\0\1\0\0\0\0" + bytes(20)])
def test_other_files_are_rejected(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.ttf"
    path.write_bytes(content)

    with pytest.raises(ValueError, match=r"a\.ttf is not a font"):
        read_character_map(path)


def test_the_bundled_fonts_have_the_letters_of_europe_and_vietnam() -> None:
    latin = "".join(
        map(chr, [*range(0xC0, 0x180), 0x218, 0x219, 0x21A, 0x21B, *range(0x1EA0, 0x1EFA), 0x1E9E])
    )
    others = "".join(map(chr, [*range(0x400, 0x460), 0x490, 0x491])) + "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩάέήίόύώςΐΰ"

    assert [each for each in f"{latin}{'!?&%€£„“”‘’«»…–—•'}" if not LATIN.has(each)] == []
    assert [each for each in others if not GREEK.has(each)] == []


def test_greek_letters_are_all_in_one_font() -> None:
    assert not any(LATIN.has(each) for each in "ΔΩΠΣμ")
