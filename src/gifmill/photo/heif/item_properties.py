"""Properties of the photo in a HEIC or AVIF file: colours, orientation, declared size."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from gifmill.animation import Size
from gifmill.photo.colour.colour_space_types import HIGH_DYNAMIC_RANGE, Cicp
from gifmill.photo.heif.boxes import first_box, read_meta, walk_boxes

if TYPE_CHECKING:
    from gifmill.photo.colour.colour_space_types import ColourSpace
    from gifmill.photo.heif.boxes import Box

_ISPE = struct.Struct(">4xII")

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
"""Exif orientation by (mirrored left to right, then rotated anticlockwise by this many right angles)."""


class ImageProperties(NamedTuple):
    """Properties of the primary item, which is the photo.

    Attributes:
        colours: from its `colr` box of type `nclx`; None without one.
        orientation: Exif orientation, 1 to 8, from `irot` and `imir`; 1 without them.
    """

    colours: Cicp | None = None
    orientation: int = 1

    def colour_space(self, icc_profile: ColourSpace | None) -> ColourSpace | None:
        """Choose between the ICC profile of the file, if any, and `nclx`.

        The profile wins, as in browsers: next to a profile, `nclx` exists for the YCbCr matrix, and its
        primaries and transfer should be unspecified. PQ and HLG are the exception: programs do not write
        them by mistake, and an ICC transform supports neither reference white nor tone mapping.

        Source: ISO/IEC 23008-12, section 6.5.5.1, and MPEGGroup/FileFormat, issue 39; Chromium,
        avif_image_decoder.cc.
        """
        if icc_profile and not (self.colours and self.colours.transfer in HIGH_DYNAMIC_RANGE):
            return icc_profile
        return self.colours


def read_properties(data: bytes) -> ImageProperties:
    """Read the properties of the photo in an AVIF or HEIC; broken boxes count as absent."""
    meta = read_meta(data)
    if meta is None:
        return ImageProperties()
    boxes = meta.properties_of(meta.primary)
    nclx = (_nclx(data[box.start : min(box.end, box.start + 8)]) for box in boxes if box.kind == b"colr")
    return ImageProperties(next(filter(None, nclx), None), _orientation(data, boxes))


def declared_size(data: bytes) -> Size | None:
    """Return the size that the `ispe` box declares, or None. Source: ISO/IEC 23008-12, section 6.5.3."""
    meta = read_meta(data)
    ispe = first_box(meta.properties_of(meta.primary), b"ispe") if meta else None
    if not ispe or ispe.end - ispe.start < _ISPE.size:
        return None
    return Size(*_ISPE.unpack_from(data, ispe.start))


def has_only_sequence(data: bytes) -> bool:
    """Return whether a file has an image sequence and no still image. Source: ISO/IEC 23008-12, section 7."""
    kinds = {box.kind for box in walk_boxes(data, 0, len(data))}
    return b"moov" in kinds and b"meta" not in kinds


def _nclx(colr: bytes) -> Cicp | None:
    """Read the code points of a `colr` box; None for other types. Source: ISO/IEC 14496-12, 12.1.5.2."""
    if colr[:4] != b"nclx" or len(colr) < 8:
        return None
    return Cicp(*struct.unpack_from(">HH", colr, 4))


def _orientation(data: bytes, boxes: list[Box]) -> int:
    """Combine `irot` and `imir` in the order of the properties into an Exif orientation.

    MIAF requires rotation before mirroring; the order of the properties decides in any case.
    An `imir` with axis 0 swaps top and bottom: decoders agree on this, although the text of 2017 suggests
    otherwise.

    Source: ISO/IEC 23008-12, sections 6.3, 6.5.10 and 6.5.12; AOMediaCodec/libavif, pull request 1509.
    """
    mirrored, quarter_turns = False, 0
    for box in boxes:
        value = data[box.start] if box.end > box.start else 0
        if box.kind == b"irot":
            quarter_turns += value & 3
        elif box.kind == b"imir":
            # Mirroring after a rotation equals mirroring before the opposite rotation. Swapping top and
            # bottom equals swapping left and right plus half a turn.
            mirrored, quarter_turns = not mirrored, (0 if value & 1 else 2) - quarter_turns
    return _ORIENTATIONS[mirrored, quarter_turns % 4]
