"""JPEG decoder; decodes at a fraction of the size where the result is smaller."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PIL.JpegImagePlugin import JpegImageFile

from gifmill.animation import Size
from gifmill.errors import DamagedPhoto, PhotoError, UnsupportedPhoto
from gifmill.photo.decoder_protocol import DecodedPhoto
from gifmill.photo.jpeg.segments import is_arithmetic_coded, is_single_scan, unsupported_kind
from gifmill.photo.jpeg.truncation import complete_variants, has_all_scans, strip_zero_padding
from gifmill.photo.orientation import exif_orientation
from gifmill.photo.pillow_plugins import open_with_plugin
from gifmill.photo.resize import downscale, fit_within

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from gifmill.photo.limits import PixelLimit
    from gifmill.settings import Settings

_DRAFT_FACTOR = 1.75
"""A JPEG is decoded at least this many times larger than the result, before Lanczos resampling."""

type _Box = tuple[float, float, float, float]


def decode(data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
    """Decode a JPEG, also one without its end marker; see `Decoder`."""
    data = strip_zero_padding(data)
    limit: PixelLimit = "max_jpeg_pixels" if is_single_scan(data) else "max_photo_pixels"
    try:
        with open_with_plugin(JpegImageFile, data, settings, limit) as image:
            decoded = _decode_pixels(data, image, max_side_px)
        if decoded:
            return decoded
    except (PhotoError, MemoryError):
        raise
    except Exception as error:
        if kind := unsupported_kind(data):
            problem = f"This kind of JPEG is not supported ({kind})."
            raise UnsupportedPhoto(f"{problem} Save it as a standard JPEG or a PNG.") from error
        raise
    completed, *others = complete_variants(data)
    _check_complete(completed, others, max_side_px, settings, limit)
    with open_with_plugin(JpegImageFile, completed, settings, limit) as image:
        if decoded := _decode_pixels(completed, image, max_side_px):
            return decoded
    raise DamagedPhoto("This JPEG is incomplete. Try the original file.")


def _decode_pixels(data: bytes, image: ImageFile, max_side_px: int) -> DecodedPhoto | None:
    """Decode and downscale an opened JPEG; return None where it is truncated."""
    whole = Size(*image.size)
    try:
        box = _load_pixels(data, image, max_side_px)
    except OSError as error:
        if "truncated" in str(error):  # as Pillow reports it; this is not a lack of memory
            return None
        raise
    small = downscale(image, fit_within(whole, max_side_px), box)
    return DecodedPhoto(small, whole, image.info.get("icc_profile"), exif_orientation(image.info.get("exif")))


def _load_pixels(data: bytes, image: ImageFile, max_side_px: int) -> _Box | None:
    """Decode the pixels; return the box of the photo among them, where that is smaller."""
    size = fit_within(Size(*image.size), max_side_px)
    drafted = image.draft(None, (ceil(size.width * _DRAFT_FACTOR), ceil(size.height * _DRAFT_FACTOR)))
    if is_arithmetic_coded(data):  # this decoder needs all data at once
        image.decodermaxblock = len(data)
    image.load()
    return drafted[1] if drafted else None


def _check_complete(
    completed: bytes, others: list[bytes], max_side_px: int, settings: Settings, limit: PixelLimit
) -> None:
    """Reject a JPEG with missing pixels: these differ between the completed variants.

    Raises:
        DamagedPhoto: pixels are missing; the message has the share of rows that are present.
    """
    if not has_all_scans(completed):
        raise DamagedPhoto("This JPEG is incomplete: some of its scans are missing. Try the original file.")
    first: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | None = None
    rows = present = 0
    for each in (completed, *others):
        with open_with_plugin(JpegImageFile, each, settings, limit) as image:
            _load_pixels(each, image, max_side_px)
            pixels = np.asarray(image)
        if first is None:
            first, rows, present = pixels, len(pixels), len(pixels)
        differs = (first != pixels).reshape(rows, -1).any(axis=1)
        present = min(present, int(differs.argmax())) if differs.any() else present
    if present < rows:
        problem = f"This JPEG is incomplete: {100 * present // rows} % of its rows are present."
        raise DamagedPhoto(f"{problem} Try the original file.")
