"""Repair of AVIF files whose boxes break minor rules, so that libavif accepts them."""

from __future__ import annotations

import struct

from gifmill.photo.heif.boxes import ESSENTIAL, first_box, read_meta

_ESSENTIAL_KINDS = {b"av1C", b"clap", b"irot", b"imir", b"lsel", b"a1op"}

_HANDLER = bytes(8) + b"pict" + bytes(13)
"""The payload of `hdlr` for photos: an empty name with its terminator. Source: ISO/IEC 14496-12, 8.4.3."""


def repair_boxes(data: bytes) -> bytes | None:
    """Rewrite the boxes of an AVIF that break only minor rules.

    cavif wrote `hdlr` with an unterminated name, and alpha without its size (`ispe`); another program called
    cavif wrote several `ipma`; ImageMagick marks `irot` as not essential. libavif rejects each of these.
    The new `meta` is appended and the old one becomes free space, so that the offsets of pixels stay valid.

    Returns:
        The file, or None where its boxes cannot be read. The result may still fail to decode.

    Source: ISO/IEC 23008-12, section 9.3.1 (ipma), ISO/IEC 23000-22, section 7.3.6 (which are essential).
    """
    meta = read_meta(data)
    if meta is None:
        return None
    ispe = first_box(meta.properties_of(meta.primary), b"ispe")
    size = ispe and 1 + meta.properties.index(ispe)
    entries = []
    for item, numbers in sorted(meta.associations.items()):
        boxes = meta.properties_of(item)
        if len(boxes) != len(numbers):
            return None
        wanted = [
            number | ESSENTIAL if box.kind in _ESSENTIAL_KINDS else number
            for number, box in zip(numbers, boxes, strict=True)
        ]
        kinds = {box.kind for box in boxes}
        if size and b"av1C" in kinds and b"ispe" not in kinds:
            wanted.insert(0, size)
        if len(wanted) > 255:
            return None
        entries.append(struct.pack(f">IB{len(wanted)}H", item, len(wanted), *wanted))
    associations = _build_box(b"ipma", b"\x01\x00\x00\x01", struct.pack(">I", len(entries)), *entries)
    container = data[meta.container.at : meta.container.end]
    parts = [data[box.at : box.end] for box in meta.children if box.kind not in {b"hdlr", b"iprp"}]
    new = _build_box(
        b"meta", bytes(4), _build_box(b"hdlr", _HANDLER), *parts, _build_box(b"iprp", container, associations)
    )
    kind = meta.box.at + 4
    return data[:kind] + b"free" + data[kind + 4 :] + new


def _build_box(kind: bytes, *parts: bytes) -> bytes:
    payload = b"".join(parts)
    return struct.pack(">I4s", 8 + len(payload), kind) + payload
