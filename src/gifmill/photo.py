"""Bytes that anybody may have sent -> a photo: checked, upright, opaque, sRGB, and no larger than needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from PIL import Image

from gifmill.errors import DamagedPhoto, NotAPhoto, PhotoError, PhotoTooLarge, TooManyPixels
from gifmill.focus import focal_point
from gifmill.formats import FORMATS, Format, sniff
from gifmill.frames import Pixels, Size
from gifmill.held import give_back, held_bytes
from gifmill.lean import lean
from gifmill.limits import SMALLER, check_bytes, check_held, check_pixels, megabytes, megapixels
from gifmill.screening import screened
from gifmill.settings import Settings
from gifmill.shrink import fitted, shrunk
from gifmill.srgb import flat_srgb

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_DEFAULTS = Settings()
_DRAFT_GAP = 1.75
"""How much larger than wanted a JPEG is decoded at least, before the last step by Lanczos."""

_LARGE_PX = 16_000_000
"""More than most photos have, which need not wait the milliseconds that giving memory back takes."""

_ORIENTATION = 0x0112
_MOST_EXIF_BYTES = 1_000_000
"""Of one tag there may be millions of values, each of which becomes a number of Python's."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""For each orientation but the upright one what undoes it. Source: Exif 2.32, section 4.6.4 A, tag 274."""


type Source = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
"""What a photo is read from: a path, the bytes of a file, or a binary file."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo as effects take it.

    Attributes:
        pixels: sRGB, uint8, shape (height, width, 3), contiguous and read-only.
    """

    pixels: Pixels

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3 or self.pixels.shape[2] != 3:
            raise ValueError(f"{self.pixels.dtype} {self.pixels.shape} is not uint8 (height, width, 3)")
        pixels = np.ascontiguousarray(self.pixels).view()
        pixels.flags.writeable = False
        object.__setattr__(self, "pixels", pixels)

    @property
    def size(self) -> Size:
        """Width and height in pixels."""
        return Size.of(self.pixels)

    def fit(self, size_px: int) -> Photo:
        """The photo with its longest side shrunk to `size_px`; a smaller one as it is."""
        size = fitted(self.size, size_px)
        if size == self.size:
            return self
        image = Image.fromarray(self.pixels).resize(size, Image.Resampling.LANCZOS)
        return Photo(np.asarray(image))

    def square(self) -> Photo:
        """The largest square of the photo, around its focal point as far as the edges let it."""
        width, height = self.size
        side = min(width, height)
        focus = focal_point(self.pixels)
        left = round(min(max(focus.x * width - side / 2, 0), width - side))
        top = round(min(max(focus.y * height - side / 2, 0), height - side))
        return Photo(self.pixels[top : top + side, left : left + side])

    def png(self) -> bytes:
        """The photo as a PNG file without any metadata."""
        from gifmill import png_writer  # a command writes none

        return png_writer.png(self.pixels)


def open_photo(
    source: Source,
    *,
    max_side_px: int | None = None,
    settings: Settings = _DEFAULTS,
) -> Photo:
    """Read a photo: JPEG, PNG, WebP, AVIF, HEIC, GIF (its first frame), TIFF or BMP.

    Limits are checked before anything is decoded. Of metadata nothing is kept.

    Args:
        source: a path, the bytes of a file, or a binary file to read from.
        max_side_px: the photo is shrunk so that its longest side is at most this; by default the setting's.
            A large JPEG is decoded at a fraction of its size, which saves most of the time and memory.
        settings: the limits.

    Raises:
        NotAPhoto: the content is of no format that we read.
        PhotoTooLarge, TooManyPixels: the limits say no.
        DamagedPhoto: truncated or broken.
        OSError: the path cannot be read.
        ValueError: `max_side_px` is under 1.
    """
    if max_side_px is not None and max_side_px < 1:
        raise ValueError(f"max_side_px must be at least 1, not {max_side_px}")
    data = _read(source, settings.max_photo_bytes)
    known = sniff(data)
    if known is None:
        problem = "This is not a photo that we can read." if data else "This file is empty."
        *others, last = (each.name for each in FORMATS)
        raise NotAPhoto(f"{problem} Send a {', '.join(others)} or {last}.")
    side_px = settings.max_side_px if max_side_px is None else max_side_px
    try:
        image, whole = _decoded(data, known, side_px, settings)
    except PhotoError:
        raise
    except Image.DecompressionBombError as error:  # some decoders look at a size of their own
        limit = megapixels(settings.max_photo_pixels)
        raise TooManyPixels(f"This photo has more than {limit}, the limit. {SMALLER}") from error
    except MemoryError as error:
        raise TooManyPixels(f"This photo takes more memory than there is. {SMALLER}") from error
    except Exception as error:
        # Decoders raise whatever broken bytes make them stumble over, from struct.error to ZeroDivisionError;
        # any list of these would have a hole.
        message = f"This {known.name} is damaged or not complete. Send the original file again."
        raise DamagedPhoto(message) from error
    if whole.width * whole.height > _LARGE_PX:
        give_back()
    return Photo(np.asarray(image))


def _read(source: Source, limit_bytes: int) -> bytes:
    if isinstance(source, str | os.PathLike):
        with Path(source).open("rb") as file:
            check_bytes(os.fstat(file.fileno()).st_size, limit_bytes)
            return _read(file, limit_bytes)
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
        check_bytes(len(data), limit_bytes)
        return data
    parts: list[bytes] = []
    left = limit_bytes + 1
    while left and (part := source.read(left)):
        parts.append(part)
        left -= len(part)
    if not left:
        raise PhotoTooLarge(f"This photo has more than {megabytes(limit_bytes)}, the limit. {SMALLER}")
    return b"".join(parts)


def _decoded(data: bytes, known: Format, max_side_px: int, settings: Settings) -> tuple[Image.Image, Size]:
    """The photo, upright and in sRGB, and the size that it had."""
    file = screened(data, known.name)
    with known.open(BytesIO(file)) as image:
        whole = Size(*image.size)
        check_pixels(whole, settings.max_photo_pixels)
        limit_bytes = settings.max_decoder_bytes
        small = lean(file, known.name, image, max_side_px, limit_bytes)
        if small is None:
            small = _loaded(file, image, max_side_px, limit_bytes)
        profile = image.info.get("icc_profile")
        orientation = _orientation(image)
        flat = flat_srgb(small, profile)
        return flat.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else flat, whole


def _loaded(data: bytes, image: ImageFile, max_side_px: int, limit_bytes: int) -> Image.Image:
    whole = Size(*image.size)
    size = fitted(whole, max_side_px)
    drafted = image.draft(None, (ceil(size.width * _DRAFT_GAP), ceil(size.height * _DRAFT_GAP)))
    check_held(whole, held_bytes(data, image, size), limit_bytes)
    image.load()
    return shrunk(image, size, drafted[1] if drafted else None)


def _orientation(image: Image.Image) -> int | None:
    if len(image.info.get("exif") or b"") > _MOST_EXIF_BYTES:
        return None
    try:
        # Not the PNG plugin's own, which first decodes the pixels if it has not yet.
        value = Image.Image.getexif(image).get(_ORIENTATION)
    except Exception:  # broken metadata does not make a broken photo
        return None
    return value if isinstance(value, int) else None
