"""Exif orientation: read from metadata, and applied to an image."""

from __future__ import annotations

from PIL import Image

_ORIENTATION = 0x0112
_MOST_EXIF_BYTES = 1_000_000
"""Of one tag there may be millions of values, each of which becomes a number of Python's."""

_TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""For each orientation but the upright one what undoes it. Source: Exif 2.32, section 4.6.4 A, tag 274."""


def exif_orientation(exif: bytes | None) -> int | None:
    """What Exif says of how a photo lies.

    Exif alone: XMP repeats it and may differ, and no browser follows that.

    Args:
        exif: a TIFF structure, with or without `Exif` before it. One that is broken says nothing.

    Returns:
        1 to 8. Source: Exif 2.32, section 4.6.4 A, tag 274.
    """
    if not exif or len(exif) > _MOST_EXIF_BYTES:
        return None
    tags = Image.Exif()
    try:
        tags.load(exif)
        value = tags.get(_ORIENTATION)
    except Exception:  # broken metadata does not make a broken photo
        return None
    return value if isinstance(value, int) and 1 <= value <= 8 else None


def apply_orientation(image: Image.Image, orientation: int | None) -> Image.Image:
    """An image turned and mirrored as its orientation says."""
    return image.transpose(_TRANSPOSITIONS[orientation]) if orientation in _TRANSPOSITIONS else image
