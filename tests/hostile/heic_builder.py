"""Builder of HEIC files of any size from one coded tile of 512 x 512 px: Pillow does not write HEIC."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TILE = Path(__file__).parents[1] / "sample_photos/tile_512.heic"
"""A square of the cat's photo, encoded by x265 through pillow-heif."""

TILE_PX = 512
_ALPHA = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"

GRID = 1
"""The item id of the photo; the ids of the tiles begin with 2."""


def box(kind: bytes, *parts: bytes) -> bytes:
    """Return a box. Source: ISO/IEC 14496-12, section 4.2."""
    data = b"".join(parts)
    return struct.pack(">I", 8 + len(data)) + kind + data


def full_box(kind: bytes, version: int, *parts: bytes) -> bytes:
    return box(kind, bytes([version, 0, 0, 0]), *parts)


def payload(data: bytes, kind: bytes) -> bytes:
    """Return the payload of the first box of a type."""
    at = data.index(kind)
    return data[at + 4 : at - 4 + int.from_bytes(data[at - 4 : at])]


def reference(kind: bytes, item: int, others: Sequence[int]) -> bytes:
    """Return a reference box. Source: ISO/IEC 14496-12, section 8.11.12 (SingleItemTypeReferenceBox)."""
    return box(kind, struct.pack(f">HH{len(others)}H", item, len(others), *others))


def heic(
    width: int,
    height: int,
    *,
    grid_items: Sequence[int] | None = None,
    more: bytes = b"",
    configuration: bytes | None = None,
    shape: tuple[int, int] | None = None,
    properties: Sequence[bytes] = (),
    has_alpha: bool = False,
) -> bytes:
    """Return a HEIC whose picture is a grid of identical tiles.

    Args:
        width, height: size of the picture in pixels.
        grid_items: the item ids that the grid refers to, if not those of its tiles.
        more: further reference boxes.
        configuration: the decoder configuration, if not that of the tile.
        shape: declared rows and columns of the grid, if not the real ones.
        properties: further properties of the picture, in order.
        has_alpha: whether the tile's lightness is also the opacity of the picture, which has its size.

    Source: ISO/IEC 23008-12, sections 6.6.2.3 (grid), 6.4 (items, references) and 6.5.8 (auxiliary images).
    """
    source = TILE.read_bytes()
    real_shape = (-(-height // TILE_PX), -(-width // TILE_PX))
    rows, columns = shape or real_shape
    tiles = range(GRID + 1, GRID + 1 + max(1, real_shape[0] * real_shape[1]))
    grid = bytes([0, 1, (rows - 1) & 255, (columns - 1) & 255]) + struct.pack(">II", width, height)
    tile_data = payload(source, b"mdat")
    pictures = range(tiles.start, tiles.stop + has_alpha)  # of the coded items, alpha is the last one
    count = struct.pack(">H", 1 + len(pictures))

    def meta(at: int) -> bytes:
        extent = struct.pack(">II", at, len(tile_data))
        locations = struct.pack(">HHHHII", GRID, 1, 0, 1, 0, len(grid))
        locations += b"".join(struct.pack(">HHHH", item, 0, 0, 1) + extent for item in pictures)
        infos = full_box(b"infe", 2, struct.pack(">HH", GRID, 0), b"grid\x00")
        infos += b"".join(full_box(b"infe", 2, struct.pack(">HH", item, 0), b"hvc1\x00") for item in pictures)
        links = struct.pack(">HBB", GRID, 1 + len(properties), 3)
        links += bytes(0x80 | number for number in range(4, 4 + len(properties)))
        links += b"".join(struct.pack(">HBBB", item, 2, 0x81, 2) for item in tiles)
        extra, more_references = list(properties), more
        if has_alpha:
            extra.append(full_box(b"auxC", 0, _ALPHA + b"\x00"))
            links += struct.pack(">HBBBB", tiles.stop, 3, 0x81, 2, 0x80 | (3 + len(extra)))
            more_references += reference(b"auxl", tiles.stop, [GRID])
        container = box(
            b"ipco",
            box(b"hvcC", configuration or payload(source, b"hvcC")),
            full_box(b"ispe", 0, struct.pack(">II", TILE_PX, TILE_PX)),
            full_box(b"ispe", 0, struct.pack(">II", width, height)),
            *extra,
        )
        references = reference(b"dimg", GRID, tiles if grid_items is None else grid_items) + more_references
        return full_box(
            b"meta",
            0,
            full_box(b"hdlr", 0, bytes(4), b"pict", bytes(13)),
            full_box(b"pitm", 0, struct.pack(">H", GRID)),
            box(b"idat", grid),
            full_box(b"iloc", 1, b"\x44\x00", count, locations),
            full_box(b"iinf", 0, count, infos),
            box(b"iprp", container, full_box(b"ipma", 0, struct.pack(">I", 1 + len(pictures)), links)),
            full_box(b"iref", 0, references),
        )

    head = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", tile_data)
