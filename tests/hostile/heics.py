"""HEICs of any size, built box by box around the one coded tile of 64 x 64 px of the photo that we have."""

from __future__ import annotations

import struct

from tests.hostile.files import HEIC

TILE_PX = 64


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


def heic(
    width: int,
    height: int,
    *,
    references: list[int] | None = None,
    irefs: bytes = b"",
    copies: int = 0,
    configuration: bytes | None = None,
    shape: tuple[int, int] | None = None,
) -> bytes:
    """A HEIC whose picture is a grid of tiles, all of them the same one.

    Args:
        width, height: of the picture, in pixels.
        references: the items that the grid is made of: 1 is the tile, 2 is the grid itself.
        irefs: more boxes of references.
        copies: how many more pictures there are beside it, each of them the tile.
        configuration: of the decoder, where it is to be another one than the tile's.
        shape: rows and columns of the grid, where they are to be others than it takes.

    Source: ISO/IEC 23008-12, sections 6.6.2.3 (grid) and 6.4 (items and references).
    """
    source = HEIC.read_bytes()
    rows, columns = shape or (-(-height // TILE_PX), -(-width // TILE_PX))
    tiles = references if references is not None else [1] * (rows * columns)
    grid = bytes([0, 1, rows - 1, columns - 1]) + struct.pack(">II", width, height)
    coded = payload(source, b"mdat")
    kinds = {1: b"hvc1", 2: b"grid"} | dict.fromkeys(range(3, 3 + copies), b"hvc1")

    def meta(at: int) -> bytes:
        spots = b"".join(
            struct.pack(">HHHH", item, 1, 0, 1) + struct.pack(">II", 0, len(grid))
            if kind == b"grid"
            else struct.pack(">HHHH", item, 0, 0, 1) + struct.pack(">II", at, len(coded))
            for item, kind in kinds.items()
        )
        infos = b"".join(
            full_box(b"infe", 2, struct.pack(">HH", item, 0), kind, b"\x00") for item, kind in kinds.items()
        )
        properties = box(
            b"ipco",
            box(b"hvcC", configuration or payload(source, b"hvcC")),
            full_box(b"ispe", 0, struct.pack(">II", TILE_PX, TILE_PX)),
            full_box(b"ispe", 0, struct.pack(">II", width, height)),
        )
        links = b"".join(
            struct.pack(">H", item) + (b"\x01\x03" if kind == b"grid" else b"\x02\x81\x02")
            for item, kind in kinds.items()
        )
        made_of = struct.pack(">HH", 2, len(tiles)) + struct.pack(f">{len(tiles)}H", *tiles)
        return full_box(
            b"meta",
            0,
            full_box(b"hdlr", 0, bytes(4), b"pict", bytes(13)),
            full_box(b"pitm", 0, b"\x00\x02"),
            box(b"idat", grid),
            full_box(b"iloc", 1, b"\x44\x00", struct.pack(">H", len(kinds)), spots),
            full_box(b"iinf", 0, struct.pack(">H", len(kinds)), infos),
            box(b"iprp", properties, full_box(b"ipma", 0, struct.pack(">I", len(kinds)), links)),
            full_box(b"iref", 0, box(b"dimg", made_of), irefs),
        )

    head = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", coded)
