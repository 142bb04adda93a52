"""BMP header: size, depth, compression, bit masks, palette, ICC profile.

Source: Windows GDI, BITMAPFILEHEADER, BITMAPCOREHEADER, BITMAPINFOHEADER, BITMAPV5HEADER; OS/2 Presentation
Manager, BITMAPINFOHEADER2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gifmill.animation import Size
from gifmill.errors import PhotoTooLarge, UnsupportedPhoto

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Levels = NDArray[np.uint8]

RAW, RLE8, RLE4, BIT_FIELDS, JPEG, PNG, ALPHA_BIT_FIELDS = range(7)
_BIT_FIELDS = {BIT_FIELDS, ALPHA_BIT_FIELDS}

_FILE_HEADER_BYTES = 14
_CORE, _INFO, _V3, _OS2, _V5 = 12, 40, 56, 64, 124
_EMBEDDED = b"DEBM"
"""The bytes of the colour space PROFILE_EMBEDDED."""

DEFAULT_MASKS = {
    16: (0x7C00, 0x3E0, 0x1F, 0),
    24: (0xFF0000, 0xFF00, 0xFF, 0),
    32: (0xFF0000, 0xFF00, 0xFF, 0),
}
PALETTE_BITS = {1, 2, 4, 8}
_MAX_BITS = 64

_COMPRESSIONS = {11: "CMYK", 12: "CMYK", 13: "CMYK"}
_OS2_COMPRESSIONS = {BIT_FIELDS: "Huffman coding", JPEG: "24-bit RLE"}


_MAX_RLE_BYTES = 2_000_000
"""Of an RLE-compressed BMP: Pillow takes 0.3 µs a byte. Real photos are not stored this way."""


class Masks(NamedTuple):
    """The bit mask of each component of a pixel; 0 where it is absent."""

    red: int
    green: int
    blue: int
    alpha: int


class BmpHeader(NamedTuple):
    """The header of a BMP.

    Attributes:
        size: in pixels.
        is_top_down: whether the first row is the top one.
        bits: per pixel; up to 8, a pixel is a palette index.
        compression: one of the constants above.
        masks: for pixels of 16 to 32 bits.
        palette: RGB, uint8, shape (256, 3); entries missing from the file are black.
        pixels_at: offset of the pixels.
        profile: the embedded ICC profile.
    """

    size: Size
    is_top_down: bool
    bits: int
    compression: int
    masks: Masks
    palette: Levels
    pixels_at: int
    profile: bytes | None

    @property
    def row_bytes(self) -> int:
        """The length of a row, padded to a multiple of four bytes."""
        return (self.size.width * self.bits + 31) // 32 * 4


def read_header(data: bytes) -> BmpHeader:
    """Read the header of a BMP.

    Raises:
        UnsupportedPhoto: its compression or depth is not supported; the message names it.
        ValueError: the header is invalid.
    """
    length = _number(data, 14)
    if length == _CORE:
        size, bits = Size(_number(data, 18, 2), _number(data, 20, 2)), _number(data, 24, 2)
        is_top_down, compression, colours = False, RAW, 0
    else:
        height = int.from_bytes(data[22:26], "little", signed=True)
        size, bits = (
            Size(int.from_bytes(data[18:22], "little", signed=True), abs(height)),
            _number(data, 28, 2),
        )
        is_top_down = height < 0
        compression = _number(data, 30) if length >= _INFO else RAW
        colours = _number(data, 46) if length >= _INFO else 0
    _check_supported(length, bits, compression)
    fields_bytes = (
        (12 if compression == BIT_FIELDS else 16) if length == _INFO and compression in _BIT_FIELDS else 0
    )
    palette_at, entry_bytes = _FILE_HEADER_BYTES + length + fields_bytes, 3 if length == _CORE else 4
    pixels_at = _number(data, 10)
    palette_bytes = (min(colours or 1 << bits, 256) if bits in PALETTE_BITS else 0) * entry_bytes
    if pixels_at in {0, palette_at}:  # some programs do not count the palette
        pixels_at = palette_at + palette_bytes
    entries = data[palette_at : min(palette_at + palette_bytes, pixels_at)]
    return BmpHeader(
        size=size,
        is_top_down=is_top_down,
        bits=bits,
        compression=compression,
        masks=_read_masks(data, length, bits, compression),
        palette=_read_palette(entries, entry_bytes),
        pixels_at=pixels_at,
        profile=_read_profile(data) if length == _V5 and data[70:74] == _EMBEDDED else None,
    )


def _number(data: bytes, at: int, length: int = 4) -> int:
    return int.from_bytes(data[at : at + length], "little")


def _check_supported(length: int, bits: int, compression: int) -> None:
    kind = None
    if length == _OS2 and compression in _OS2_COMPRESSIONS:
        kind = _OS2_COMPRESSIONS[compression]
    elif compression > ALPHA_BIT_FIELDS:
        kind = _COMPRESSIONS.get(compression, f"compression {compression}")
    elif compression in {RAW, *_BIT_FIELDS} and bits not in PALETTE_BITS and bits not in DEFAULT_MASKS:
        if not 0 < bits <= _MAX_BITS:
            raise ValueError(f"{bits} bits a pixel")
        kind = f"{bits} bits a pixel"
    elif compression in _BIT_FIELDS and bits in PALETTE_BITS:
        raise ValueError(f"bit fields of {bits} bits")
    if kind:
        raise UnsupportedPhoto(f"This kind of BMP is not supported ({kind}). Save it as a PNG.")


def _read_masks(data: bytes, length: int, bits: int, compression: int) -> Masks:
    """Return the masks in use: those of the header apply only to bit fields."""
    masks = Masks(*DEFAULT_MASKS.get(bits, (0, 0, 0, 0)))
    if compression not in _BIT_FIELDS:
        return masks
    has_alpha = length >= _V3 or compression == ALPHA_BIT_FIELDS
    red, green, blue, alpha = (_number(data, at) for at in (54, 58, 62, 66))
    given = Masks(red, green, blue, alpha if has_alpha else 0)
    if not any(given[:3]):
        return masks
    for mask in given:
        if "0" in f"{mask:b}".rstrip("0")[1:]:
            raise UnsupportedPhoto(
                f"This kind of BMP is not supported (bit field {mask:#x}). Save it as a PNG."
            )
    return given


def _read_palette(entries: bytes, entry_bytes: int) -> Levels:
    number = len(entries) // entry_bytes
    palette = np.zeros((256, 3), np.uint8)
    table = np.frombuffer(entries, np.uint8, number * entry_bytes).reshape(number, entry_bytes)
    palette[:number] = table[:, 2::-1]
    return palette


def _read_profile(data: bytes) -> bytes | None:
    """Return the embedded ICC profile; its offset counts from the start of the header."""
    start, length = _FILE_HEADER_BYTES + _number(data, 126), _number(data, 130)
    return data[start : start + length] or None


def check_rle_size(data: bytes) -> None:
    """Reject an RLE-compressed BMP that takes too long to decode.

    Raises:
        PhotoTooLarge: it has more than 2 MB.

    Source: Windows GDI, BITMAPINFOHEADER (compression 1 and 2 are run-length encoding).
    """
    is_rle = int.from_bytes(data[14:18], "little") >= 40 and int.from_bytes(data[30:34], "little") in {1, 2}
    if is_rle and len(data) > _MAX_RLE_BYTES:
        raise PhotoTooLarge(
            f"This BMP is RLE-compressed; the limit is {_MAX_RLE_BYTES / 1e6:g} MB. Save it as a PNG."
        )
