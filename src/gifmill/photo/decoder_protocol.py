"""One decoder for each format: the bytes of a file -> its pixels, shrunk while they are decoded if possible.

Each module has a function `decode`, which `formats.FORMATS` names and imports when a file of its format
arrives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from PIL import Image

    from gifmill.animation import Size
    from gifmill.photo.colour.colour_spaces import ColourSpace
    from gifmill.settings import Settings


class DecodedPhoto(NamedTuple):
    """A photo as a decoder returns it.

    Attributes:
        image: shrunk to what was asked for, in a mode whose pixels may be averaged (L, La, RGB, RGBa, CMYK).
        size: of the whole photo in pixels, before it was shrunk and turned.
        colours: what the file says of its colours; None for sRGB.
        orientation: 1 to 8 as Exif numbers them; None where the file does not say.
    """

    image: Image.Image
    size: Size
    colours: ColourSpace | None = None
    orientation: int | None = None


class Decoder(Protocol):
    """The function `decode` of a module in this package."""

    def __call__(self, data: bytes, max_side_px: int, settings: Settings) -> DecodedPhoto:
        """Decode a photo.

        Args:
            data: the file.
            max_side_px: the longest side of the result is at most this.
            settings: the limits.

        Raises:
            TooManyPixels: the header asks for more than the limit.
            UnsupportedPhoto: a kind of this format that cannot be read, with what it is and what to do.
            DamagedPhoto, Exception: it is damaged. `open_photo` reports whatever else a decoder raises as
                damage, too.
        """
