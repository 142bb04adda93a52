"""ISO base media file format boxes of HEIC and AVIF files: the `meta` box, its items and their properties.

Nothing here raises for broken boxes: a broken box counts as absent, and the decoder reports the damage.
Source: ISO/IEC 14496-12 (boxes), ISO/IEC 23008-12 (items and their properties).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_BOXES = 10_000
"""In one container. A photo of 50 megapixels in tiles of 512 px has some 200 properties."""

_MAX_ASSOCIATION_BYTES = 200_000
"""Of all `ipma` boxes together. 100 megapixels in tiles of 64 px are 24,000 items of 5 to 8 bytes each."""

ESSENTIAL = 0x8000
"""The flag of an association whose property a reader must understand."""


class Box(NamedTuple):
    """A box: offsets of its first byte (`at`), of its payload (`start`) and of the byte after it (`end`)."""

    kind: bytes
    at: int
    start: int
    end: int


class Meta(NamedTuple):
    """The `meta` of a file.

    Attributes:
        box: the `meta` box itself.
        children: the boxes in it.
        container: its `ipco` box.
        properties: the boxes in the container; associations number them from 1.
        associations: for each item id the numbers of its properties, with `ESSENTIAL` set for essential ones.
        primary: the id of the item that is the photo.
    """

    box: Box
    children: list[Box]
    container: Box
    properties: list[Box]
    associations: dict[int, list[int]]
    primary: int

    def properties_of(self, item: int) -> list[Box]:
        """Return the properties of an item, in order of association."""
        numbers = (number & ~ESSENTIAL for number in self.associations.get(item, []))
        return [self.properties[number - 1] for number in numbers if 1 <= number <= len(self.properties)]


def walk_boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two offsets, up to the first one that does not fit."""
    at = start
    while at + 8 <= end:
        size, header = int.from_bytes(data[at : at + 4]), 8
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16]), 16
        elif size == 0:
            size = end - at
        if size < header or at + size > end:
            return
        yield Box(data[at + 4 : at + 8], at, at + header, at + size)
        at += size


def list_boxes(data: bytes, start: int, end: int) -> list[Box]:
    """Return the boxes between two offsets, at most 10,000 of them."""
    return list(islice(walk_boxes(data, start, end), _MAX_BOXES))


def first_box(boxes: list[Box], kind: bytes) -> Box | None:
    """Return the first box of a type, or None."""
    return next((box for box in boxes if box.kind == kind), None)


def read_meta(data: bytes) -> Meta | None:
    """Read the `meta` box of a HEIC or AVIF file; return None where it is missing or broken."""
    box = first_box(list_boxes(data, 0, len(data)), b"meta")
    if box is None:
        return None
    children = list_boxes(data, box.start + 4, box.end)
    primary, item_properties = first_box(children, b"pitm"), first_box(children, b"iprp")
    if primary is None or item_properties is None or primary.end - primary.start < 6:
        return None
    holders = list_boxes(data, item_properties.start, item_properties.end)
    container = first_box(holders, b"ipco")
    if container is None:
        return None
    associations: dict[int, list[int]] = {}
    left = _MAX_ASSOCIATION_BYTES
    for each in holders:
        if each.kind == b"ipma" and (left := left - (each.end - each.at)) >= 0:
            for item, numbers in _associations(data, each):
                associations.setdefault(item, []).extend(numbers)
    id_bytes = 4 if data[primary.start] else 2
    number = int.from_bytes(data[primary.start + 4 : primary.start + 4 + id_bytes])
    inside = list_boxes(data, container.start, container.end)
    return Meta(box, children, container, inside, associations, number)


def _associations(data: bytes, box: Box) -> Iterator[tuple[int, list[int]]]:
    """Yield each item of an `ipma` box with its property numbers. Source: ISO/IEC 23008-12, 9.3.1."""
    if box.end - box.start < 8:
        return
    id_bytes = 4 if data[box.start] else 2
    step = 2 if data[box.start + 3] & 1 else 1
    at = box.start + 8
    for _ in range(int.from_bytes(data[box.start + 4 : at])):
        first = at + id_bytes + 1
        if first > box.end:
            return
        item = int.from_bytes(data[at : at + id_bytes])
        at = first + step * data[first - 1]
        if at > box.end:
            return
        numbers = [int.from_bytes(data[each : each + step]) for each in range(first, at, step)]
        yield item, numbers if step == 2 else [(each & 0x80) << 8 | (each & 0x7F) for each in numbers]
