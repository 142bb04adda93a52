"""Photos from pictures in memory: Pillow's images and numpy's arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import ExifTags, Image

from gifmill.animation import Size
from gifmill.photo.colour.srgb import to_srgb
from gifmill.photo.limits import check_pixels
from gifmill.photo.orientation import apply_orientation
from gifmill.photo.resize import downscale, fit_within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels
    from gifmill.settings import Settings

_ORIENTATION = ExifTags.Base.Orientation


def pixels_of_image(image: Image.Image, max_side_px: int, settings: Settings) -> Pixels:
    """Return the sRGB pixels of an image of Pillow, upright and downscaled, with its alpha.

    Args:
        image: of any mode; its Exif orientation and ICC profile count.
        max_side_px: maximum for the longest side.
        settings: the limits.

    Raises:
        DamagedPhoto, TooManyPixels: it has no pixels, or too many.
    """
    size = Size(*image.size)
    check_pixels(size, settings)
    profile = image.info.get("icc_profile")
    orientation = image.getexif().get(_ORIENTATION)
    small = downscale(image, fit_within(size, max_side_px))
    small = to_srgb(small, profile if isinstance(profile, bytes) else None)
    return np.asarray(apply_orientation(small, orientation))


def image_of_array(array: NDArray[np.generic]) -> Image.Image:
    """Return an array of grey levels or colours as an image.

    Args:
        array: uint8, shape (height, width) for grey, (height, width, 3) for sRGB, or (height, width, 4) with
            straight alpha.

    Raises:
        TypeError: it has another dtype or shape.
    """
    if (
        array.dtype != np.uint8
        or array.ndim not in (2, 3)
        or (array.ndim == 3 and array.shape[2] not in (3, 4))
    ):
        raise TypeError(
            f"Cannot read a photo from an array of {array.dtype} and shape {array.shape}. Pass uint8 of "
            "shape (height, width), (height, width, 3) or (height, width, 4)."
        )
    return Image.fromarray(np.ascontiguousarray(array))
