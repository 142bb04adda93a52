"""The boxes of AVIF and HEIC: properties of the photo, and files whose boxes break rules put in order.

Nothing here raises for broken boxes: they say nothing, and finding damage is the decoder's business.
Source: ISO/IEC 14496-12 (boxes), ISO/IEC 23008-12 (items and their properties).
"""

from __future__ import annotations

import struct
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from gifmill.animation import Size
from gifmill.photo.colour.colour_spaces import HIGH_DYNAMIC_RANGE, Cicp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.photo.colour.colour_spaces import ColourSpace

_MAX_BOXES = 10_000
"""In one container. A photo of 50 megapixels in tiles of 512 px has some 200 properties."""

_MAX_ASSOCIATION_BYTES = 200_000
"""Of all `ipma` together. 100 megapixels in tiles of 64 px are 24,000 items, of 5 to 8 bytes each."""

_ISPE = struct.Struct(">4xII")
_ESSENTIAL = 0x8000
_ESSENTIAL_KINDS = {b"av1C", b"clap", b"irot", b"imir", b"lsel", b"a1op"}

_HANDLER = bytes(8) + b"pict" + bytes(13)
"""The payload of `hdlr` for photos, with an empty name and its end. Source: ISO/IEC 14496-12, 8.4.3."""

_ORIENTATIONS = {
    (False, 0): 1,
    (True, 0): 2,
    (False, 2): 3,
    (True, 2): 4,
    (True, 1): 5,
    (False, 3): 6,
    (True, 3): 7,
    (False, 1): 8,
}
"""By whether left and right are exchanged, and by how many right angles it is then turned anticlockwise."""


class ImageProperties(NamedTuple):
    """Properties of the primary item, the photo.

    Attributes:
        colours: of its `colr` of type `nclx`, if it has one.
        orientation: 1 to 8 as Exif numbers them, from `irot` and `imir`; 1 without them.
    """

    colours: Cicp | None = None
    orientation: int = 1

    def colour_space(self, icc_profile: ColourSpace | None) -> ColourSpace | None:
        """The colour space of the photo, whose file may have an ICC profile, too.

        The profile decides, as in browsers: `nclx` beside one is for the matrix of YCbCr, and its primaries
        and transfer should be unspecified. PQ and HLG are the exception: they cannot be meant by mistake, and
        a transform by a profile knows neither reference white nor tone mapping.

        Source: ISO/IEC 23008-12, section 6.5.5.1, and MPEGGroup/FileFormat, issue 39; Chromium,
        avif_image_decoder.cc.
        """
        if icc_profile and not (self.colours and self.colours.transfer in HIGH_DYNAMIC_RANGE):
            return icc_profile
        return self.colours


class _Box(NamedTuple):
    """A box: `at` is its first byte, `start` that of its payload, `end` the one after it."""

    kind: bytes
    at: int
    start: int
    end: int


class _Meta(NamedTuple):
    """The `meta` of a file.

    Attributes:
        box: itself.
        children: the boxes in it.
        container: its `ipco`.
        properties: those in the container, counted from 1 by associations.
        associations: for each item the numbers of its properties, plus `_ESSENTIAL` for essential ones.
        primary: the item that is the photo.
    """

    box: _Box
    children: list[_Box]
    container: _Box
    properties: list[_Box]
    associations: dict[int, list[int]]
    primary: int

    def properties_of(self, item: int) -> list[_Box]:
        """The properties of an item, in their order."""
        numbers = (number & ~_ESSENTIAL for number in self.associations.get(item, []))
        return [self.properties[number - 1] for number in numbers if 1 <= number <= len(self.properties)]


def read_properties(data: bytes) -> ImageProperties:
    """Read the properties of the photo in an AVIF or HEIC; broken boxes count as none."""
    meta = _meta(data)
    if meta is None:
        return ImageProperties()
    boxes = meta.properties_of(meta.primary)
    nclx = (_nclx(data[box.start : min(box.end, box.start + 8)]) for box in boxes if box.kind == b"colr")
    return ImageProperties(next(filter(None, nclx), None), _orientation(data, boxes))


def declared_size(data: bytes) -> Size | None:
    """The size of the photo as its `ispe` states it. Source: ISO/IEC 23008-12, section 6.5.3."""
    meta = _meta(data)
    ispe = _first_box(meta.properties_of(meta.primary), b"ispe") if meta else None
    if not ispe or ispe.end - ispe.start < _ISPE.size:
        return None
    return Size(*_ISPE.unpack_from(data, ispe.start))


def has_only_sequence(data: bytes) -> bool:
    """Whether a file holds pictures in sequence and no still one. Source: ISO/IEC 23008-12, section 7."""
    kinds = {box.kind for box in _boxes(data, 0, len(data))}
    return b"moov" in kinds and b"meta" not in kinds


def repair_boxes(data: bytes) -> bytes | None:
    """Rewrite the boxes of an AVIF so that libavif accepts them, where they break only minor rules.

    cavif wrote `hdlr` without the end of its name and alpha without its size (`ispe`); another program of
    that name several `ipma`; ImageMagick marks `irot` as not essential. libavif refuses each of them.
    The new `meta` is appended and the old one becomes free space, so that no pixel changes its place.

    Returns:
        The file, or None if its boxes cannot be read. Whether it can be decoded now is not known.

    Source: ISO/IEC 23008-12, section 9.3.1 (ipma), ISO/IEC 23000-22, section 7.3.6 (which are essential).
    """
    meta = _meta(data)
    if meta is None:
        return None
    ispe = _first_box(meta.properties_of(meta.primary), b"ispe")
    size = ispe and 1 + meta.properties.index(ispe)
    links = []
    for item, numbers in sorted(meta.associations.items()):
        boxes = meta.properties_of(item)
        if len(boxes) != len(numbers):
            return None
        wanted = [
            number | _ESSENTIAL if box.kind in _ESSENTIAL_KINDS else number
            for number, box in zip(numbers, boxes, strict=True)
        ]
        kinds = {box.kind for box in boxes}
        if size and b"av1C" in kinds and b"ispe" not in kinds:
            wanted.insert(0, size)
        if len(wanted) > 255:
            return None
        links.append(struct.pack(f">IB{len(wanted)}H", item, len(wanted), *wanted))
    associations = _box(b"ipma", b"\x01\x00\x00\x01", struct.pack(">I", len(links)), *links)
    container = data[meta.container.at : meta.container.end]
    parts = [data[box.at : box.end] for box in meta.children if box.kind not in {b"hdlr", b"iprp"}]
    new = _box(b"meta", bytes(4), _box(b"hdlr", _HANDLER), *parts, _box(b"iprp", container, associations))
    kind = meta.box.at + 4
    return data[:kind] + b"free" + data[kind + 4 :] + new


def _box(kind: bytes, *parts: bytes) -> bytes:
    payload = b"".join(parts)
    return struct.pack(">I4s", 8 + len(payload), kind) + payload


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    """The boxes of a container, up to the first one that does not fit into it."""
    at = start
    while at + 8 <= end:
        size, header = int.from_bytes(data[at : at + 4]), 8
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16]), 16
        elif size == 0:
            size = end - at
        if size < header or at + size > end:
            return
        yield _Box(data[at + 4 : at + 8], at, at + header, at + size)
        at += size


def _list_boxes(data: bytes, start: int, end: int) -> list[_Box]:
    return list(islice(_boxes(data, start, end), _MAX_BOXES))


def _first_box(boxes: list[_Box], kind: bytes) -> _Box | None:
    return next((box for box in boxes if box.kind == kind), None)


def _meta(data: bytes) -> _Meta | None:
    box = _first_box(_list_boxes(data, 0, len(data)), b"meta")
    if box is None:
        return None
    children = _list_boxes(data, box.start + 4, box.end)
    primary, holder = _first_box(children, b"pitm"), _first_box(children, b"iprp")
    if primary is None or holder is None or primary.end - primary.start < 6:
        return None
    held = _list_boxes(data, holder.start, holder.end)
    container = _first_box(held, b"ipco")
    if container is None:
        return None
    associations: dict[int, list[int]] = {}
    left = _MAX_ASSOCIATION_BYTES
    for each in held:
        if each.kind == b"ipma" and (left := left - (each.end - each.at)) >= 0:
            for item, numbers in _associations(data, each):
                associations.setdefault(item, []).extend(numbers)
    id_bytes = 4 if data[primary.start] else 2
    number = int.from_bytes(data[primary.start + 4 : primary.start + 4 + id_bytes])
    inside = _list_boxes(data, container.start, container.end)
    return _Meta(box, children, container, inside, associations, number)


def _associations(data: bytes, box: _Box) -> Iterator[tuple[int, list[int]]]:
    """The items of an `ipma` with the numbers of their properties. Source: ISO/IEC 23008-12, 9.3.1."""
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


def _nclx(colr: bytes) -> Cicp | None:
    """Source: ISO/IEC 14496-12, section 12.1.5.2."""
    if colr[:4] != b"nclx" or len(colr) < 8:
        return None
    return Cicp(*struct.unpack_from(">HH", colr, 4))


def _orientation(data: bytes, boxes: list[_Box]) -> int:
    """Combine `irot` and `imir` in the order of the properties.

    MIAF asks for rotation before mirroring; the order of the properties decides in any case.
    An `imir` of axis 0 exchanges top and bottom: decoders agree on it, whatever the text of 2017 suggests.

    Source: ISO/IEC 23008-12, sections 6.3, 6.5.10 and 6.5.12; AOMediaCodec/libavif, pull request 1509.
    """
    mirrored, turns = False, 0
    for box in boxes:
        value = data[box.start] if box.end > box.start else 0
        if box.kind == b"irot":
            turns += value & 3
        elif box.kind == b"imir":
            # Exchanging left and right after a turn is doing so before a turn the other way; exchanging top
            # and bottom is that and half a turn.
            mirrored, turns = not mirrored, (0 if value & 1 else 2) - turns
    return _ORIENTATIONS[mirrored, turns % 4]
