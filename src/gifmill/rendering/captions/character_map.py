"""The characters that a font has, read from its table `cmap`.

Source: OpenType specification, chapters "otff" (font file) and "cmap".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_COLLECTION = b"ttcf"

_ENCODINGS = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))
"""Platform and encoding of Unicode tables; those with all planes come first."""


@dataclass(frozen=True, slots=True, eq=False)
class CharacterMap:
    """The characters that have a glyph.

    Attributes:
        codes: code points, sorted.
    """

    codes: NDArray[np.int64]

    def has(self, character: str) -> bool:
        """Return whether the font has a glyph for a character."""
        at = int(np.searchsorted(self.codes, ord(character)))
        return at < len(self.codes) and int(self.codes[at]) == ord(character)


def read_character_map(path: Path) -> CharacterMap:
    """Read the characters of a font file; of a collection, those of its first font.

    Raises:
        OSError: the file cannot be read.
        ValueError: not a font, or without a table for Unicode.
    """
    with path.open("rb") as file:
        try:
            start = 0
            if file.read(4) == _COLLECTION:
                file.seek(12)
                (start,) = struct.unpack(">L", file.read(4))
            file.seek(start + 4)
            (tables,) = struct.unpack(">H6x", file.read(8))
            directory = [struct.unpack(">4s4xLL", file.read(16)) for _ in range(tables)]
            offset, length = next(where for tag, *where in directory if tag == b"cmap")
            file.seek(offset)
            return CharacterMap(_codes(file.read(length)))
        except (struct.error, StopIteration, IndexError) as error:
            raise ValueError(f"{path.name} is not a font with a table of Unicode characters") from error


def _codes(table: bytes) -> NDArray[np.int64]:
    (count,) = struct.unpack_from(">H", table, 2)
    records = [struct.unpack_from(">HHL", table, 4 + 8 * each) for each in range(count)]
    offsets = {(platform, encoding): offset for platform, encoding, offset in records}
    offset = next(offsets[each] for each in _ENCODINGS if each in offsets)
    (kind,) = struct.unpack_from(">H", table, offset)
    if kind == 12:
        return _codes_of_groups(table, offset)
    if kind == 4:
        return _codes_of_segments(table, offset)
    raise ValueError(f"a table of format {kind}")


def _codes_of_groups(table: bytes, offset: int) -> NDArray[np.int64]:
    """Read format 12: ranges of code points."""
    (groups,) = struct.unpack_from(">L", table, offset + 12)
    ranges = [struct.unpack_from(">LLL", table, offset + 16 + 12 * each)[:2] for each in range(groups)]
    return np.concatenate([np.arange(first, last + 1) for first, last in ranges if last < 0x110000])


def _codes_of_segments(table: bytes, offset: int) -> NDArray[np.int64]:
    """Read format 4: ranges of code points, with holes where the glyph is 0."""
    segments = struct.unpack_from(">H", table, offset + 6)[0] // 2
    words = np.frombuffer(table[offset:], ">u2", (len(table) - offset) // 2).astype(np.int64)
    last = words[7 : 7 + segments]
    first, delta, glyph_at = (words[8 + segments * part :][:segments] for part in (1, 2, 3))
    found = []
    for segment in range(segments):
        codes = np.arange(first[segment], last[segment] + 1)
        glyphs = codes + delta[segment]
        if glyph_at[segment]:
            at = 8 + segments * 3 + segment + glyph_at[segment] // 2 + codes - first[segment]
            listed = words[np.minimum(at, len(words) - 1)]
            glyphs = np.where(listed == 0, 0, listed + delta[segment])
        found.append(codes[(glyphs & 0xFFFF) != 0])
    return np.concatenate(found)
