"""Interface of the decoders: from the bytes of a file to pixels, downscaled during decoding where possible.

Each decoder module has a function `decode`; `formats.FORMATS` names the modules and imports them on demand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from PIL import Image

    from gifmill.animation import Size
    from gifmill.photo.colour.colour_space_types import ColourSpace
    from gifmill.settings import Settings


class DecodedPhoto(NamedTuple):
    """The result of a decoder.

    Attributes:
        image: downscaled, in a mode of `to_8_bit`: L, LA, La, RGB, RGBA, RGBa or CMYK.
        size: of the whole photo in pixels, before downscaling and rotation.
        colours: the colour space of the file; None for sRGB.
        orientation: Exif orientation, 1 to 8; None where the file has none.
    """

    image: Image.Image
    size: Size
    colours: ColourSpace | None = None
    orientation: int | None = None


class Decoder(Protocol):
    """The function `decode` of a decoder module."""

    def __call__(self, data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
        """Decode a photo.

        Args:
            data: the file.
            max_side_px: maximum for the longest side of the result.
            settings: the limits.

        Raises:
            TooManyPixels: the header declares more than the limit.
            UnsupportedPhoto: a variant of the format that is not supported; the message names it and advises.
            DamagedPhoto, Exception: it is damaged. `open_photo` reports any other error as damage, too.
        """
