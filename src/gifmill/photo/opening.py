"""`open_photo`: untrusted bytes to a `Photo` that is checked, upright, sRGB and downscaled."""

from __future__ import annotations

import os
from io import TextIOBase
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from PIL import Image

from gifmill.errors import DamagedPhoto, NotAPhoto, PhotoError, PhotoTooLarge, TooManyPixels
from gifmill.photo.colour.srgb import to_srgb
from gifmill.photo.formats import sniff
from gifmill.photo.limits import USE_SMALLER, check_bytes, format_bytes
from gifmill.photo.memory import trim_heap
from gifmill.photo.orientation import apply_orientation
from gifmill.photo.photo import Photo
from gifmill.settings import SINGLE_USER, Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TRIM_HEAP_PX = 16_000_000
"""Most photos are smaller; they need not wait the milliseconds that trimming the heap takes."""


type FileSource = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
"""A path, the bytes of a file, or a binary file object."""

type Source = FileSource | Image.Image | NDArray[np.uint8]
"""A path, the bytes of a file, a binary file object, an image of Pillow, or an array of pixels."""


def open_photo(
    source: Source,
    *,
    max_side_px: int | None = None,
    settings: Settings | None = None,
) -> Photo:
    """Read a photo: JPEG, PNG, WebP, AVIF, HEIC, GIF (its first frame), TIFF or BMP.

    Limits are checked before pixels are decoded. Alpha is kept, metadata is not. Fully transparent
    pixels become black: their colours may be what somebody has cropped or erased.

    Args:
        source: a path, the bytes of a file, a binary file object, an image of Pillow (its Exif orientation
            and ICC profile count), or an array (uint8, shape (height, width) for grey, (height, width, 3) for
            sRGB, or (height, width, 4) with straight alpha).
        max_side_px: maximum for the longest side of the result; by default `settings.max_side_px`. A
            large JPEG is decoded at a fraction of its size, which saves most of the time and memory.
        settings: the limits; by default the generous `gifmill.settings.SINGLE_USER`.

    Raises:
        NotAPhoto: the content is not in a supported format.
        UnsupportedPhoto: a variant of a supported format that gifmill does not read.
        PhotoTooLarge, TooManyPixels: it exceeds a limit or the available memory.
        DamagedPhoto: it is truncated or broken.
        OSError: the path cannot be read.
        TypeError: `source` has another type, or is an array of another dtype or shape.
        ValueError: `max_side_px` is less than 1.
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
    if isinstance(source, Image.Image | np.ndarray):
        from gifmill.photo import image_sources  # a command has files only

        picture = source if isinstance(source, Image.Image) else image_sources.image_of_array(source)
        try:
            return Photo(image_sources.pixels_of_image(picture, max_side_px, settings))
        except PhotoError:
            raise
        except Exception as error:  # Pillow reads files late, and broken ones make it raise any error
            raise DamagedPhoto("This image is damaged or incomplete. Try the original file.") from error
    data = _read(source, settings)
    known = sniff(data)
    if known is None:
        from gifmill.photo.unsupported_files import refusal_message  # only files that are rejected need it

        raise NotAPhoto(refusal_message(data))
    try:
        decoded = known.decoder()(data, max_side_px, settings)
        image = apply_orientation(to_srgb(decoded.image, decoded.colours), decoded.orientation)
    except PhotoError:
        raise
    except Image.DecompressionBombError as error:  # plugins that check before the size is known here
        raise TooManyPixels(f"This photo has too many pixels. {USE_SMALLER}") from error
    except MemoryError as error:
        raise TooManyPixels(
            f"Decoding this photo takes more memory than is available. {USE_SMALLER}"
        ) from error
    except Exception as error:
        # Broken bytes make decoders raise any error, from struct.error to ZeroDivisionError: no list of these
        # would be complete.
        message = f"This {known.name} is damaged or incomplete. Try the original file."
        raise DamagedPhoto(message) from error
    if decoded.size.width * decoded.size.height > _TRIM_HEAP_PX:
        trim_heap()
    return Photo(np.asarray(image))


def _read(source: FileSource, settings: Settings) -> bytes:
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
                f'This file returns {type(part).__name__}, not bytes. Open it in binary mode: "rb".'
            )
        parts.append(part)
        left -= len(part)
    if not left:
        limit = format_bytes(settings.max_photo_bytes)
        raise PhotoTooLarge(
            f"This photo is larger than the limit of {limit}. {USE_SMALLER}", "max_photo_bytes"
        )
    return b"".join(parts)


def _check_file(source: object) -> None:
    """Reject objects that are not files, and files in text mode.

    Other classes of files are checked when they are read.

    Raises:
        TypeError: it has no `read`, or is open in text mode, where `read` fails on most photos.
    """
    if not hasattr(source, "read"):
        kind = type(source).__name__
        raise TypeError(
            f"Cannot read a photo from {kind}. Pass a path, bytes, a file opened in binary mode, an image of "
            "Pillow, or a numpy array."
        )
    if isinstance(source, TextIOBase):
        raise TypeError('This file returns str, not bytes. Open it in binary mode: "rb".')
