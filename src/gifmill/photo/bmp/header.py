"""The header of a BMP, and its pixels where they are not compressed.

Pillow reads a few layouts of bit fields only, and takes some small palettes for greys.

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
"""The colour space PROFILE_EMBEDDED, as it is in the file."""

DEFAULT_MASKS = {
    16: (0x7C00, 0x3E0, 0x1F, 0),
    24: (0xFF0000, 0xFF00, 0xFF, 0),
    32: (0xFF0000, 0xFF00, 0xFF, 0),
}
PALETTE_BITS = {1, 2, 4, 8}
_MAX_BITS = 64

_COMPRESSIONS = {11: "CMYK", 12: "CMYK", 13: "CMYK"}
_OS2_COMPRESSIONS = {BIT_FIELDS: "Huffman coding", JPEG: "run lengths of 24 bits"}


_MAX_RLE_BYTES = 2_000_000
"""Of a BMP with run lengths: Pillow takes 0.3 µs a byte. Nobody keeps large pictures so."""


class Masks(NamedTuple):
    """Which bits of a pixel each component has; 0 for none."""

    red: int
    green: int
    blue: int
    alpha: int


class BmpHeader(NamedTuple):
    """A BMP, its header read.

    Attributes:
        size: in pixels.
        is_top_down: whether the first row is the upper one.
        bits: of a pixel; up to 8 they are an index of the palette.
        compression: one of the constants above.
        masks: of 16 to 32 bits.
        palette: RGB, uint8, shape (256, 3); what the file does not define is black.
        pixels_at: where the pixels begin.
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
        """Of a row, which ends with a group of four bytes."""
        return (self.size.width * self.bits + 31) // 32 * 4


def read_header(data: bytes) -> BmpHeader:
    """Read the header of a BMP.

    Raises:
        UnsupportedPhoto: a compression or depth that is not read, which the message names.
        ValueError: the header makes no sense.
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
    if pixels_at in {0, palette_at}:  # some programs forget the palette
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
        raise UnsupportedPhoto(f"This is a kind of BMP that cannot be read ({kind}). Save it as a PNG.")


def _read_masks(data: bytes, length: int, bits: int, compression: int) -> Masks:
    """The masks in use. Without bit fields those of the header do not count."""
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
                f"This is a kind of BMP that cannot be read (bit field {mask:#x}). Save it as a PNG."
            )
    return given


def _read_palette(entries: bytes, entry_bytes: int) -> Levels:
    number = len(entries) // entry_bytes
    palette = np.zeros((256, 3), np.uint8)
    table = np.frombuffer(entries, np.uint8, number * entry_bytes).reshape(number, entry_bytes)
    palette[:number] = table[:, 2::-1]
    return palette


def _read_profile(data: bytes) -> bytes | None:
    """The embedded ICC profile, whose place counts from the header on."""
    start, length = _FILE_HEADER_BYTES + _number(data, 126), _number(data, 130)
    return data[start : start + length] or None


def check_rle_size(data: bytes) -> None:
    """Refuse a BMP with too many run lengths.

    Raises:
        PhotoTooLarge: it is one.

    Source: Windows GDI, BITMAPINFOHEADER (compression 1 and 2 are run lengths).
    """
    has_runs = int.from_bytes(data[14:18], "little") >= 40 and int.from_bytes(data[30:34], "little") in {1, 2}
    if has_runs and len(data) > _MAX_RLE_BYTES:
        raise PhotoTooLarge(
            f"This BMP is written as run lengths, of which {_MAX_RLE_BYTES / 1e6:g} MB are the limit. "
            "Save it as a PNG."
        )
