"""TIFF and BigTIFF image file directories, read within hard limits.

Source: TIFF 6.0, section 2 (structure) and part 2; TIFF Technical Note 1 (SubIFDs); the BigTIFF proposal,
which has 8 bytes where TIFF has 2 or 4.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gifmill.errors import DamagedPhoto

if TYPE_CHECKING:
    from collections.abc import Iterable

NEW_SUBFILE_TYPE, SUBFILE_TYPE = 254, 255
WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
FILL_ORDER, STRIP_OFFSETS, ORIENTATION, SAMPLES = 266, 273, 274, 277
ROWS_PER_STRIP, STRIP_COUNTS, MIN_SAMPLE, MAX_SAMPLE, PLANAR = 278, 279, 280, 281, 284
PREDICTOR, TILE_WIDTH, TILE_LENGTH, TILE_OFFSETS, TILE_COUNTS = 317, 322, 323, 324, 325
SUB_DIRECTORIES, EXTRA_SAMPLES, SAMPLE_FORMAT, S_MIN_SAMPLE, S_MAX_SAMPLE = 330, 338, 339, 340, 341
JPEG_TABLES, JPEG_OFFSET, JPEG_BYTES = 347, 513, 514
CHROMA_SAMPLING, ICC_PROFILE, NODATA, DNG_VERSION = 530, 34675, 42113, 50706
"""Tags. Source: TIFF 6.0, appendix A; GDAL for 42113; Adobe DNG for 50706."""

_FORMATS = {
    1: "B", 2: "B", 3: "H", 4: "I", 5: "I", 6: "b", 7: "B", 8: "h", 9: "i", 10: "i", 11: "f", 12: "d",
    13: "I", 16: "Q", 17: "q", 18: "Q",
}  # fmt: skip
_RATIONALS = {5, 10}

_MAX_DIRECTORIES = 64
"""A pyramid has about ten, a camera raw file about six. Of longer documents the first pages are read."""

_MAX_ENTRIES = 4_096
"""In one directory, as in libtiff."""

_MAX_PARTS = 65_535
"""Strips or tiles: one for each row of the tallest image."""

_MAX_VALUES = 200_000
"""In one entry: a palette of 65,536 colours has nearly as many."""

_PART_TAGS = {STRIP_OFFSETS, STRIP_COUNTS, TILE_OFFSETS, TILE_COUNTS}

_PIXEL_TAGS = {
    WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, STRIP_OFFSETS, SAMPLES, ROWS_PER_STRIP,
    STRIP_COUNTS, PLANAR, 292, 293, PREDICTOR, 320, TILE_WIDTH, TILE_LENGTH, TILE_OFFSETS, TILE_COUNTS,
    EXTRA_SAMPLES, SAMPLE_FORMAT, JPEG_TABLES, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531,
    532,
}  # fmt: skip
"""Tags that a decoder needs: those above, T4 and T6 options, the colour map, and the tables and coefficients
of JPEG and YCbCr."""


class Entry(NamedTuple):
    """One entry of a directory.

    Attributes:
        kind: the type of its values, 1 to 18.
        length: the number of values.
        start: offset of the first value in the file.
        raw: the bytes of the entry.
    """

    kind: int
    length: int
    start: int
    raw: bytes


class _Structure(NamedTuple):
    """The `struct` formats of one kind of TIFF, without the byte order."""

    number: str
    entry: str
    offset: str


_CLASSIC, _BIG = _Structure("H", "HHI", "I"), _Structure("Q", "HHQ", "Q")


@dataclass(frozen=True, slots=True, eq=False)
class Directory:
    """One image file directory.

    Attributes:
        data: the file.
        order: of its bytes, "<" or ">".
        entries: by tag; the first one of repeated tags.
    """

    data: bytes
    order: str
    entries: dict[int, Entry]

    def raw(self, tag: int) -> bytes:
        """Return the bytes of an entry's values; empty where the tag is missing or outside the file."""
        entry = self.entries.get(tag)
        if entry is None or entry.kind not in _FORMATS:
            return b""
        return self.data[entry.start : entry.start + entry.length * _bytes_per_value(entry.kind)]

    def numbers(self, tag: int) -> tuple[float, ...]:
        """Return the values of an entry; empty where the tag is missing, truncated or over the limit."""
        entry = self.entries.get(tag)
        if entry is None or entry.kind not in _FORMATS or entry.length > _MAX_VALUES:
            return ()
        pattern = f"{self.order}{entry.length * (2 if entry.kind in _RATIONALS else 1)}{_FORMATS[entry.kind]}"
        raw = self.raw(tag)
        if len(raw) < struct.calcsize(pattern):
            return ()
        values = struct.unpack(pattern, raw)
        if entry.kind in _RATIONALS:
            return tuple(above / (below or 1) for above, below in zip(values[::2], values[1::2], strict=True))
        return values

    def integers(self, tag: int) -> tuple[int, ...]:
        """Return the integers among the values of an entry."""
        return tuple(value for value in self.numbers(tag) if isinstance(value, int))

    def integer(self, tag: int, default: int = 0) -> int:
        """Return the first integer of an entry, or the default."""
        return next(iter(self.integers(tag)), default)

    @property
    def is_image(self) -> bool:
        """Whether it has pixels."""
        return WIDTH in self.entries and (STRIP_OFFSETS in self.entries or TILE_OFFSETS in self.entries)

    @property
    def is_full_size(self) -> bool:
        """Whether it is neither a reduced version nor a mask of another image."""
        if NEW_SUBFILE_TYPE in self.entries:
            return not self.integer(NEW_SUBFILE_TYPE) & 0b101
        return self.integer(SUBFILE_TYPE) != 2

    def check_entries(self) -> None:
        """Reject more strips, tiles or values than any image needs, and truncated entries.

        Raises:
            DamagedPhoto: it has too many strips, tiles or values.
            ValueError: the values of an entry are outside the file.
        """
        for tag in _PIXEL_TAGS & self.entries.keys():
            entry = self.entries[tag]
            most = _MAX_PARTS if tag in _PART_TAGS else _MAX_VALUES
            if entry.length > most and entry.kind not in {2, 7}:
                raise DamagedPhoto("This TIFF has too many strips or tiles. Save it as a PNG or JPEG.")
            if entry.start + entry.length * _bytes_per_value(entry.kind) > len(self.data):
                raise ValueError(f"the values of tag {tag} are not in the file")

    def as_single_page(self) -> bytes:
        """Return the file with only this directory, reduced to the tags that a decoder needs."""
        is_big = self.data[2:4].strip(b"\x00") == b"+"
        structure = _BIG if is_big else _CLASSIC
        kept = [entry.raw for tag, entry in sorted(self.entries.items()) if tag in _PIXEL_TAGS]
        padding = bytes(len(self.data) % 2)
        start = struct.pack(self.order + structure.offset, len(self.data) + len(padding))
        head = self.data[: 8 if is_big else 4] + start
        count = struct.pack(self.order + structure.number, len(kept))
        end = bytes(len(start))
        return b"".join([head, memoryview(self.data)[len(head) :], padding, count, *kept, end])


def read_directories(data: bytes) -> list[Directory]:
    """Read the directories of a file: the chain first, then the sub-directories.

    Args:
        data: a file that begins as a TIFF or BigTIFF does.

    Returns:
        At most 64, without broken ones.
    """
    order = "<" if data[:2] == b"II" else ">"
    structure, at = (_BIG, 8) if data[2:4].strip(b"\x00") == b"+" else (_CLASSIC, 4)
    found: list[Directory] = []
    chain, inside, seen = deque(_unpack_at(order + structure.offset, data, at)), deque[int](), {0}
    while (chain or inside) and len(found) < _MAX_DIRECTORIES:
        is_page = bool(chain)
        start = (chain or inside).popleft()
        if start in seen:
            continue
        seen.add(start)
        directory, end = _read_directory(data, order, structure, start)
        if directory is None:
            continue
        found.append(directory)
        inside.extend(directory.integers(SUB_DIRECTORIES)[:_MAX_DIRECTORIES])
        if is_page:
            chain.extend(_unpack_at(order + structure.offset, data, end))
    return found


def main_page(found: Iterable[Directory]) -> Directory:
    """Return the directory of the main image: the first one in full size, else the largest.

    Raises:
        ValueError: no directory has an image.
    """
    images = [directory for directory in found if directory.is_image]
    if not images:
        raise ValueError("no directory has an image")
    largest = max(images, key=lambda image: image.integer(WIDTH) * image.integer(LENGTH))
    return next((image for image in images if image.is_full_size), largest)


def _read_directory(
    data: bytes, order: str, structure: _Structure, start: int
) -> tuple[Directory | None, int]:
    """Read the directory at an offset; return it and the position of the next offset."""
    counted = _unpack_at(order + structure.number, data, start)
    if not counted or counted[0] > _MAX_ENTRIES:
        return None, len(data)
    head_bytes = struct.calcsize(order + structure.entry)
    value_bytes = struct.calcsize(order + structure.offset)
    first = start + struct.calcsize(order + structure.number)
    entries: dict[int, Entry] = {}
    for number in range(counted[0]):
        position = first + number * (head_bytes + value_bytes)
        raw = data[position : position + head_bytes + value_bytes]
        if len(raw) < head_bytes + value_bytes:
            return None, len(data)
        tag, kind, count = struct.unpack_from(order + structure.entry, raw)
        (offset,) = struct.unpack_from(order + structure.offset, raw, head_bytes)
        is_inside = count * _bytes_per_value(kind) <= value_bytes
        entries.setdefault(tag, Entry(kind, count, position + head_bytes if is_inside else offset, raw))
    end = first + counted[0] * (head_bytes + value_bytes)
    return Directory(data, order, entries), end


def _bytes_per_value(kind: int) -> int:
    return struct.calcsize("=" + _FORMATS.get(kind, "B")) * (2 if kind in _RATIONALS else 1)


def _unpack_at(pattern: str, data: bytes, at: int) -> tuple[int, ...]:
    """Unpack a struct at an offset; return () where that is outside the file."""
    return struct.unpack_from(pattern, data, at) if at + struct.calcsize(pattern) <= len(data) else ()
