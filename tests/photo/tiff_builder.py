"""Builder of TIFF and BigTIFF files, tag by tag: Pillow writes few variants."""

from __future__ import annotations

import lzma
import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Literal

    from numpy.typing import NDArray

    type Values = Sequence[float] | bytes
    type Tags = Mapping[int, tuple[int, Values]]
    type Order = Literal["<", ">"]

SHORT, LONG, ASCII, FLOAT = 3, 4, 2, 11
_LETTERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q"}
_PACKERS: dict[int, Callable[[bytes], bytes]] = {
    1: bytes,
    8: zlib.compress,
    34925: lambda raw: lzma.compress(raw),
}


def picture(width: int = 37, height: int = 23, channels: int = 3) -> NDArray[np.uint8]:
    """Return an 8-bit picture with levels 0 and 255, whose sides are no multiples of a tile or strip."""
    values = np.add.outer(np.arange(height) * 7, np.arange(width) * 5)[..., np.newaxis]
    pixels = (values * (np.arange(channels) + 1) + np.arange(channels) * 40) % 256
    pixels[0, 0], pixels[-1, -1] = 0, 255
    return pixels.astype(np.uint8)


def tiff(pages: Sequence[tuple[Tags, bytes]], *, order: Order = "<", big: bool = False) -> bytes:
    """Return a TIFF of chained directories.

    Args:
        pages: tags (with type and values) and body of each page. Values of 273 and 324 are offsets in the
            body. Values of 330 are numbers of pages, which become sub-directories outside the chain.
        order: byte order.
        big: whether to write a BigTIFF.

    Source: TIFF 6.0, section 2; the BigTIFF proposal.
    """
    offset, number, head = ("Q", "Q", 16) if big else ("I", "H", 8)
    inside = {int(each) for tags, _ in pages for each in tags.get(330, (0, ()))[1]}
    chain = [each for each in range(len(pages)) if each not in inside]
    starts, blocks, at = [], [], head
    for tags, body in pages:
        size = struct.calcsize("=" + number) + len(tags) * (20 if big else 12) + struct.calcsize("=" + offset)
        starts.append(at)
        blocks.append((at + size, body))
        extra = sum(
            len(values) * (1 if kind in {2, 7} else struct.calcsize("=" + _LETTERS[kind])) + 1
            for kind, values in tags.values()
        )
        at += size + len(body) + extra
        at += at % 2
    out = bytearray(at)
    mark = {"<": b"II", ">": b"MM"}[order]
    out[:head] = mark + (
        struct.pack(order + "HHHQ", 43, 8, 0, starts[chain[0]])
        if big
        else struct.pack(order + "HI", 42, starts[chain[0]])
    )
    for page, (tags, body) in enumerate(pages):
        body_at = blocks[page][0]
        extra_at = body_at + len(body)
        out[body_at:extra_at] = body
        entries = b""
        for tag, (kind, given) in sorted(tags.items()):
            values: Values = given
            if tag in {273, 324} and not isinstance(given, bytes):
                values = [body_at + int(each) for each in given]
            if tag == 330:
                values = [starts[int(each)] for each in given]
            raw = (
                values
                if isinstance(values, bytes)
                else struct.pack(f"{order}{len(values)}{_LETTERS[kind]}", *values)
            )
            entries += struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, len(values))
            inline_bytes = 8 if big else 4
            if len(raw) <= inline_bytes:
                entries += raw.ljust(inline_bytes, b"\x00")
            else:
                entries += struct.pack(order + offset, extra_at)
                out[extra_at : extra_at + len(raw)] = raw
                extra_at += len(raw)
        follows = chain.index(page) + 1 if page in chain else len(chain)
        following = starts[chain[follows]] if follows < len(chain) else 0
        block = struct.pack(order + number, len(tags)) + entries + struct.pack(order + offset, following)
        out[starts[page] : starts[page] + len(block)] = block
    return bytes(out)


def page(
    samples: NDArray[np.generic],
    photometric: int,
    *,
    order: Order = "<",
    planar: bool = False,
    tile: tuple[int, int] | None = None,
    rows: int = 5,
    compression: int = 1,
    predictor: int = 1,
    extra: Tags | None = None,
) -> tuple[Tags, bytes]:
    """Return tags and bytes of one image.

    Args:
        samples: shape (height, width, samples per pixel), with the dtype of the file.
        photometric: photometric interpretation.
        order: byte order.
        planar: whether samples are in separate planes.
        tile: width and height of a tile, or None for strips.
        rows: rows of each strip.
        compression: 1, 8 or 34925.
        predictor: 1, 2, or 3 for floats.
        extra: further tags, which replace existing ones.

    Source: TIFF 6.0, sections 3, 14, 15 and 19; TIFF Technical Note 3.
    """
    height, width, count = samples.shape
    across, down = tile or (width, rows)
    planes = [samples[..., each : each + 1] for each in range(count)] if planar else [samples]
    parts = []
    for plane in planes:
        for top in range(0, height, down):
            for left in range(0, width, across):
                part = plane[top : top + down, left : left + across]
                if tile:
                    missing = [(0, down - part.shape[0]), (0, across - part.shape[1]), (0, 0)]
                    part = np.pad(part, missing, mode="edge")
                parts.append(_PACKERS[compression](_predicted(part, predictor, order)))
    kind = {"u": 1, "i": 2, "f": 3}[samples.dtype.kind]
    starts = np.cumsum([0, *(len(part) for part in parts)])[:-1].tolist()
    where, lengths = (324, 325) if tile else (273, 279)
    tags: dict[int, tuple[int, Values]] = {
        256: (LONG, [width]),
        257: (LONG, [height]),
        258: (SHORT, [samples.dtype.itemsize * 8] * count),
        259: (SHORT, [compression]),
        262: (SHORT, [photometric]),
        where: (LONG, starts),
        277: (SHORT, [count]),
        lengths: (LONG, [len(part) for part in parts]),
        284: (SHORT, [2 if planar else 1]),
        317: (SHORT, [predictor]),
        339: (SHORT, [kind] * count),
    }
    tags |= {322: (LONG, [across]), 323: (LONG, [down])} if tile else {278: (LONG, [rows])}
    return tags | dict(extra or {}), b"".join(parts)


def _predicted(part: NDArray[np.generic], predictor: int, order: Order) -> bytes:
    if predictor == 2:
        plain = part.view(f"u{part.dtype.itemsize}")
        part = np.concatenate([plain[:, :1], plain[:, 1:] - plain[:, :-1]], axis=1)
    if predictor == 3:
        rows, width, count = part.shape
        high_first = part.astype(part.dtype.newbyteorder(">")).view(np.uint8).reshape(rows, width * count, -1)
        line = high_first.swapaxes(1, 2).reshape(rows, -1, count)
        return np.concatenate([line[:, :1], line[:, 1:] - line[:, :-1]], axis=1).tobytes()
    return part.astype(part.dtype.newbyteorder(order)).tobytes()


def one(samples: NDArray[np.generic], photometric: int, *, big: bool = False, **options: object) -> bytes:
    """Return a file of one image, as `page` builds it."""
    order = cast("Order", options.get("order", "<"))
    return tiff([page(samples, photometric, **options)], order=order, big=big)  # type: ignore[arg-type]


def jpeg(width: int, height: int, **options: object) -> bytes:
    """Return a JPEG of one colour."""
    file = BytesIO()
    Image.new("RGB", (width, height), (200, 40, 90)).save(file, "JPEG", **options)
    return file.getvalue()
