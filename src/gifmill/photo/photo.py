"""Bytes that anybody may have sent -> a photo: checked, upright, opaque, sRGB, and no larger than needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import TextIOBase
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from gifmill.animation import Pixels, Size
from gifmill.errors import DamagedPhoto, NotAPhoto, PhotoError, PhotoTooLarge, TooManyPixels
from gifmill.photo.colour.srgb import to_opaque_srgb
from gifmill.photo.formats import sniff
from gifmill.photo.limits import USE_SMALLER, check_bytes, megabytes
from gifmill.photo.memory import trim_heap
from gifmill.photo.orientation import apply_orientation
from gifmill.photo.resize import fit_within
from gifmill.photo.saliency import focal_point
from gifmill.settings import SINGLE_USER, Settings

_SOURCES = "a path, the bytes of a file, or a file that is open in binary mode"

_TRIM_HEAP_PX = 16_000_000
"""More than most photos have, which need not wait the milliseconds that giving memory back takes."""


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
        size = fit_within(self.size, size_px)
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
        from gifmill.photo.png import encoder  # a command writes none

        return encoder.encode_png(self.pixels)


def open_photo(
    source: Source,
    *,
    max_side_px: int | None = None,
    settings: Settings | None = None,
) -> Photo:
    """Read a photo: JPEG, PNG, WebP, AVIF, HEIC, GIF (its first frame), TIFF or BMP.

    Limits are checked before anything is decoded. Of metadata nothing is kept.

    Args:
        source: a path, the bytes of a file, or a binary file to read from.
        max_side_px: the photo is shrunk so that its longest side is at most this; by default the setting's.
            A large JPEG is decoded at a fraction of its size, which saves most of the time and memory.
        settings: the limits; by default generous ones, `gifmill.settings.SINGLE_USER`.

    Raises:
        NotAPhoto: the content is of no format that we read.
        UnsupportedPhoto: it is of such a format, but of a kind that cannot be read.
        PhotoTooLarge, TooManyPixels: it exceeds a limit, or takes more memory than there is.
        DamagedPhoto: truncated or broken.
        OSError: the path cannot be read.
        TypeError: `source` is of another type.
        ValueError: `max_side_px` is under 1.
    """
    if max_side_px is not None and max_side_px < 1:
        raise ValueError(f"max_side_px must be at least 1, not {max_side_px}")
    limits = settings or SINGLE_USER
    try:
        return _open(source, limits.max_side_px if max_side_px is None else max_side_px, limits)
    except PhotoError as error:
        if settings or error.setting is None:
            raise
        advice = f"Or raise the limit: settings=Settings({error.setting}=...)."
        raise type(error)(f"{error.message} {advice}", error.setting) from error


def _open(source: Source, max_side_px: int, settings: Settings) -> Photo:
    data = _read(source, settings)
    known = sniff(data)
    if known is None:
        from gifmill.photo.unsupported_files import refusal_message  # a photo needs no names of other files

        raise NotAPhoto(refusal_message(data))
    try:
        decoded = known.decoder()(data, max_side_px, settings)
        image = apply_orientation(to_opaque_srgb(decoded.image, decoded.colours), decoded.orientation)
    except PhotoError:
        raise
    except Image.DecompressionBombError as error:  # of a plugin that checks before its size is known here
        raise TooManyPixels(f"This photo has more pixels than anybody's camera. {USE_SMALLER}") from error
    except MemoryError as error:
        raise TooManyPixels(f"This photo takes more memory to decode than there is. {USE_SMALLER}") from error
    except Exception as error:
        # Decoders raise whatever broken bytes make them stumble over, from struct.error to ZeroDivisionError;
        # any list of these would have a hole.
        message = f"This {known.name} is damaged or not complete. Try the original file."
        raise DamagedPhoto(message) from error
    if decoded.size.width * decoded.size.height > _TRIM_HEAP_PX:
        trim_heap()
    return Photo(np.asarray(image))


def _read(source: Source, settings: Settings) -> bytes:
    if isinstance(source, str | os.PathLike):
        with Path(source).open("rb") as file:
            check_bytes(os.fstat(file.fileno()).st_size, settings)
            return _read(file, settings)
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
        check_bytes(len(data), settings)
        return data
    _check_file(source)
    parts: list[bytes] = []
    left = settings.max_photo_bytes + 1
    while left and (part := source.read(left)):
        if not isinstance(part, bytes | bytearray | memoryview):
            raise TypeError(
                f'This file gives {type(part).__name__}, not bytes. Open it in binary mode: "rb".'
            )
        parts.append(part)
        left -= len(part)
    if not left:
        most = megabytes(settings.max_photo_bytes)
        raise PhotoTooLarge(f"This photo has more than {most}, the limit. {USE_SMALLER}", "max_photo_bytes")
    return b"".join(parts)


def _check_file(source: object) -> None:
    """Refuse what cannot be read at all; whether a file of another class gives bytes shows when it is read.

    Raises:
        TypeError: it is no file, or one in text mode, whose `read` fails on most photos.
    """
    if not hasattr(source, "read"):
        raise TypeError(f"A photo is read from {_SOURCES}, not from {type(source).__name__}.")
    if isinstance(source, TextIOBase):
        raise TypeError('This file gives str, not bytes. Open it in binary mode: "rb".')
