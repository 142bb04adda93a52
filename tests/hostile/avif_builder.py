"""Builder of AVIF files with boxes that Pillow does not write, from the parts of a file that it does."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tests.hostile.file_builders import encoded
from tests.hostile.heic_builder import box, full_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

type Boxes = dict[bytes, bytes]


def nclx(primaries: int, transfer: int, matrix: int = 6) -> bytes:
    """Return a colour box with code points. Source: ISO/IEC 14496-12, section 12.1.5 (colr)."""
    return box(b"colr", b"nclx", struct.pack(">HHHB", primaries, transfer, matrix, 0x80))


def irot(turns: int) -> bytes:
    """Return a rotation by quarter turns anticlockwise. Source: ISO/IEC 23008-12, section 6.5.10."""
    return box(b"irot", bytes([turns]))


def imir(axis: int) -> bytes:
    """Return a mirroring: 0 swaps top and bottom, 1 left and right.

    Source: ISO/IEC 23008-12, section 6.5.12.
    """
    return box(b"imir", bytes([axis]))


def boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return the boxes of a container, each as type and payload."""
    found = []
    while data:
        size = int.from_bytes(data[:4])
        found.append((data[4:8], data[8:size]))
        data = data[size:]
    return found


def associations(entries: Sequence[tuple[int, Sequence[int]]], version: int = 0, flags: int = 0) -> bytes:
    """Return an `ipma` box. Each entry is an item and its properties.

    Source: ISO/IEC 23008-12, section 9.3.1.
    """
    parts = [struct.pack(">I", len(entries))]
    for item, properties in entries:
        parts.append(struct.pack(">IB" if version else ">HB", item, len(properties)))
        parts += [struct.pack(">H" if flags & 1 else ">B", each) for each in properties]
    return box(b"ipma", bytes([version, 0, 0, flags]), *parts)


def avif(
    image: Image.Image,
    *,
    brands: bytes = b"avif\0\0\0\0avifmif1miaf",
    drop: Sequence[bytes] = (),
    replaced: Boxes | None = None,
    more: Sequence[bytes] = (),
    alpha_drops: Sequence[bytes] = (),
    **options: object,
) -> bytes:
    """Return an AVIF that Pillow writes, with some of its boxes replaced.

    Args:
        image: the picture.
        brands: the payload of `ftyp`.
        drop: types of properties to remove from the photo.
        replaced: complete boxes by the type of the box in `meta` that they replace.
        more: properties to append to those of the photo, in order.
        alpha_drops: types of properties to remove from the alpha item.
        options: Pillow's options for saving.
    """
    parts = dict(boxes(encoded(image, "AVIF", **options)))
    inner = dict(boxes(parts[b"meta"][4:]))
    properties, linked = boxes(inner[b"iprp"])
    kinds = [kind for kind, _ in boxes(properties[1])]
    container = box(b"ipco", properties[1], *more)
    links = []
    at = 8
    for item in range(1, 1 + int.from_bytes(linked[1][4:8])):
        count = linked[1][at + 2]
        own = list(linked[1][at + 3 : at + 3 + count])
        unwanted = drop if item == 1 else alpha_drops
        own = [each for each in own if kinds[(each & 127) - 1] not in unwanted]
        own += [len(kinds) + 1 + extra for extra in range(len(more))] if item == 1 else []
        links.append((item, own))
        at += 3 + count
    inner[b"iprp"] = container + associations(links)
    made = {kind: box(kind, payload) for kind, payload in inner.items()} | (replaced or {})
    head = box(b"ftyp", brands)
    size = len(head) + 12 + sum(map(len, made.values())) + 8
    made[b"iloc"] = _with_data_offset(inner[b"iloc"], size)
    return head + full_box(b"meta", 0, *made.values()) + box(b"mdat", parts[b"mdat"])


def _with_data_offset(locations: bytes, start: int) -> bytes:
    """Return Pillow's `iloc` box with another data offset. Source: ISO/IEC 14496-12, 8.11.3."""
    entries = [struct.unpack_from(">HHHII", locations, at) for at in range(8, len(locations), 14)]
    first = min(offset for *_, offset, _ in entries)
    relocated = [
        struct.pack(">HHHII", *rest, offset - first + start, length) for *rest, offset, length in entries
    ]
    return box(b"iloc", locations[:8], *relocated)
