"""Builder of HEIC files of any size from one coded tile of 512 x 512 px: Pillow does not write HEIC."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TILE = Path(__file__).parents[1] / "photos/tile_512.heic"
"""A square of the cat, by x265 through pillow-heif."""

TILE_PX = 512
GRID = 1
"""The item that is the photo; the tiles are those from 2 on."""


def box(kind: bytes, *parts: bytes) -> bytes:
    """Source: ISO/IEC 14496-12, section 4.2."""
    data = b"".join(parts)
    return struct.pack(">I", 8 + len(data)) + kind + data


def full_box(kind: bytes, version: int, *parts: bytes) -> bytes:
    return box(kind, bytes([version, 0, 0, 0]), *parts)


def payload(data: bytes, kind: bytes) -> bytes:
    """What the first box of a kind holds."""
    at = data.index(kind)
    return data[at + 4 : at - 4 + int.from_bytes(data[at - 4 : at])]


def reference(kind: bytes, item: int, others: Sequence[int]) -> bytes:
    """Source: ISO/IEC 14496-12, section 8.11.12 (SingleItemTypeReferenceBox)."""
    return box(kind, struct.pack(f">HH{len(others)}H", item, len(others), *others))


def heic(
    width: int,
    height: int,
    *,
    made_of: Sequence[int] | None = None,
    more: bytes = b"",
    configuration: bytes | None = None,
    shape: tuple[int, int] | None = None,
    properties: Sequence[bytes] = (),
) -> bytes:
    """A HEIC whose picture is a grid of tiles, each of them the same bytes.

    Args:
        width, height: of the picture, in pixels.
        made_of: the items of which the grid is made, where they are to be others than its tiles.
        more: further references.
        configuration: of the decoder, where it is to be another one than the tile's.
        shape: rows and columns of the grid, where they are to be others than it has.
        properties: further ones of the picture, in their order.

    Source: ISO/IEC 23008-12, sections 6.6.2.3 (grid) and 6.4 (items and references).
    """
    source = TILE.read_bytes()
    taken = (-(-height // TILE_PX), -(-width // TILE_PX))
    rows, columns = shape or taken
    tiles = range(GRID + 1, GRID + 1 + max(1, taken[0] * taken[1]))
    grid = bytes([0, 1, (rows - 1) & 255, (columns - 1) & 255]) + struct.pack(">II", width, height)
    coded = payload(source, b"mdat")
    count = struct.pack(">H", 1 + len(tiles))

    def meta(at: int) -> bytes:
        place = struct.pack(">II", at, len(coded))
        spots = struct.pack(">HHHHII", GRID, 1, 0, 1, 0, len(grid))
        spots += b"".join(struct.pack(">HHHH", item, 0, 0, 1) + place for item in tiles)
        infos = full_box(b"infe", 2, struct.pack(">HH", GRID, 0), b"grid\x00")
        infos += b"".join(full_box(b"infe", 2, struct.pack(">HH", item, 0), b"hvc1\x00") for item in tiles)
        links = struct.pack(">HBB", GRID, 1 + len(properties), 3)
        links += bytes(0x80 | number for number in range(4, 4 + len(properties)))
        links += b"".join(struct.pack(">HBBB", item, 2, 0x81, 2) for item in tiles)
        container = box(
            b"ipco",
            box(b"hvcC", configuration or payload(source, b"hvcC")),
            full_box(b"ispe", 0, struct.pack(">II", TILE_PX, TILE_PX)),
            full_box(b"ispe", 0, struct.pack(">II", width, height)),
            *properties,
        )
        references = reference(b"dimg", GRID, tiles if made_of is None else made_of) + more
        return full_box(
            b"meta",
            0,
            full_box(b"hdlr", 0, bytes(4), b"pict", bytes(13)),
            full_box(b"pitm", 0, struct.pack(">H", GRID)),
            box(b"idat", grid),
            full_box(b"iloc", 1, b"\x44\x00", count, spots),
            full_box(b"iinf", 0, count, infos),
            box(b"iprp", container, full_box(b"ipma", 0, struct.pack(">I", 1 + len(tiles)), links)),
            full_box(b"iref", 0, references),
        )

    head = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", coded)
