"""Exif orientation: read from metadata, and applied to an image."""

from __future__ import annotations

from PIL import Image

_ORIENTATION = 0x0112
_MAX_EXIF_BYTES = 1_000_000
"""A tag may have millions of values, and Pillow makes a Python number of each."""

_TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that undoes each orientation. Source: Exif 2.32, section 4.6.4 A, tag 274."""


def exif_orientation(exif: bytes | None) -> int | None:
    """Read the orientation from Exif metadata.

    XMP repeats it and may differ; it is ignored, as in browsers.

    Args:
        exif: a TIFF structure, with or without the `Exif` prefix.

    Returns:
        1 to 8; None where the metadata is missing or broken. Source: Exif 2.32, section 4.6.4 A, tag 274.
    """
    if not exif or len(exif) > _MAX_EXIF_BYTES:
        return None
    tags = Image.Exif()
    try:
        tags.load(exif)
        value = tags.get(_ORIENTATION)
    except Exception:  # broken metadata does not make the photo unusable
        return None
    return value if isinstance(value, int) and 1 <= value <= 8 else None


def apply_orientation(image: Image.Image, orientation: int | None) -> Image.Image:
    """Rotate and mirror an image to upright, by its Exif orientation."""
    return image.transpose(_TRANSPOSITIONS[orientation]) if orientation in _TRANSPOSITIONS else image
