"""A GIF decoder that shares no code with the encoder, to check its files independently of Pillow.

Written from the GIF89a specification alone, in plain Python. It is strict: features that the encoder does not
use are errors.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import NamedTuple

type Colour = tuple[int, int, int]


class Block(NamedTuple):
    """One image block of a file.

    Attributes:
        palette: its colour table.
        local: whether that is its own table and not the global one.
        indices: palette indices, row by row.
    """

    left: int
    top: int
    width: int
    height: int
    delay_cs: int
    disposal: int
    clear: int | None
    palette: list[Colour]
    local: bool
    code_size: int
    sub_blocks: list[int]
    indices: bytes


@dataclass
class Decoded:
    """A decoded file, row by row: `canvases` have the colour of each pixel, `visible` whether it has one."""

    width: int
    height: int
    loops: int | None = None
    blocks: list[Block] = field(default_factory=list)
    canvases: list[list[Colour]] = field(default_factory=list)
    visible: list[list[bool]] = field(default_factory=list)


def decode(data: bytes) -> Decoded:
    assert data[:6] == b"GIF89a"
    width, height, flags, _, _ = struct.unpack_from("<HHBBB", data, 6)
    at, shared = _table(data, 13, flags)
    found = Decoded(width, height)
    canvas: list[Colour] = [(0, 0, 0)] * (width * height)
    visible = [False] * (width * height)
    control = (0, 0, None)
    while data[at] != 0x3B:
        if data[at] == 0x21:
            label, (at, parts) = data[at + 1], sub_blocks(data, at + 2)
            if label == 0xF9:
                packed, delay, clear = struct.unpack("<BHB", parts[0])
                control = (delay, packed >> 2 & 7, clear if packed & 1 else None)
            elif label == 0xFF and parts[0] == b"NETSCAPE2.0":
                found.loops = struct.unpack("<H", parts[1][1:])[0]
            else:
                raise AssertionError(f"unexpected extension {label:#x}")
            continue
        assert data[at] == 0x2C, f"unexpected block {data[at]:#x} at {at}"
        left, top, w, h, flags = struct.unpack_from("<HHHHB", data, at + 1)
        assert not flags & 0x40, "interlaced"
        assert left + w <= width
        assert top + h <= height
        at, local = _table(data, at + 10, flags)
        code_size = data[at]
        at, parts = sub_blocks(data, at + 1)
        indices = unpack(b"".join(parts), code_size, w * h)
        palette = local or shared
        found.blocks.append(
            Block(left, top, w, h, *control, palette, bool(local), code_size, list(map(len, parts)), indices)
        )
        for number, index in enumerate(indices):
            if index != control[2]:
                place = (top + number // w) * width + left + number % w
                canvas[place], visible[place] = palette[index], True
        found.canvases.append(canvas.copy())
        found.visible.append(visible.copy())
        assert control[1] in (0, 1, 2), "disposal method 3 is not supported"
        if control[1] == 2:
            for row in range(top, top + h):
                visible[row * width + left : row * width + left + w] = [False] * w
        control = (0, 0, None)
    assert at == len(data) - 1, "data after the trailer"
    return found


def unpack(code: bytes, code_size: int, count: int) -> bytes:
    """Decode LZW. The end code must follow the last index.

    Encoders differ in whether the code width grows between the last index and the end code. Read at the old
    width, it is the same code in both cases.
    """
    clear, end = 1 << code_size, (1 << code_size) + 1
    out = bytearray()
    table: list[bytes] = []
    previous = b""
    bits = pool = pool_bits = 0
    feed = iter(code)
    while True:
        while pool_bits < (bits or code_size + 1):
            pool |= next(feed) << pool_bits
            pool_bits += 8
        bits = bits or code_size + 1
        number, pool, pool_bits = pool & (1 << bits) - 1, pool >> bits, pool_bits - bits
        if number == end:
            break
        if number == clear:
            table, bits, previous = [bytes([n]) for n in range(clear)] + [b"", b""], code_size + 1, b""
            continue
        assert table, "the first code must clear the table"
        assert number < len(table) + bool(previous), f"code {number} is not defined yet"
        entry = table[number] if number < len(table) else previous + previous[:1]
        out += entry
        if previous and len(table) < 4096:
            table.append(previous + entry[:1])
            if len(table) == 1 << bits and bits < 12 and len(out) < count:
                bits += 1
        previous = entry
    assert len(out) == count, f"{len(out)} indices for {count} pixels"
    return bytes(out)


def _table(data: bytes, at: int, flags: int) -> tuple[int, list[Colour]]:
    if not flags & 0x80:
        return at, []
    entries = 2 << (flags & 7)
    table = [(data[i], data[i + 1], data[i + 2]) for i in range(at, at + 3 * entries, 3)]
    return at + 3 * entries, table


def sub_blocks(data: bytes, at: int) -> tuple[int, list[bytes]]:
    parts = []
    while length := data[at]:
        parts.append(data[at + 1 : at + 1 + length])
        at += 1 + length
    return at + 1, parts
