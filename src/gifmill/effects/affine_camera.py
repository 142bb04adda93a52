"""Fast rotation, translation and zoom of a photo."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING

from gifmill.effects.argument_checks import check_pixels, check_positions, check_scales, check_size
from gifmill.effects.texture_sampling import SHARP, Texture

if TYPE_CHECKING:
    from gifmill.animation import Pixels, Size
    from gifmill.photo import Point


class AffineCamera:
    """A camera that views a photo from any position, at any angle. Beyond its edges the photo is mirrored."""

    def __init__(self, pixels: Pixels) -> None:
        """Prepare the photo.

        Args:
            pixels: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha; each
                side 1 to 16,384.

        Raises:
            TypeError, ValueError: the pixels are no such array.
        """
        check_pixels(pixels)
        self._texture = Texture(pixels, SHARP)

    def view(self, size: Size, centre: Point, zoom: float = 1.0, angle: float = 0.0) -> Pixels:
        """Return a view of the photo.

        Args:
            size: of the picture, each side 1 to 16,384 px.
            centre: the point of the photo in the middle of the picture, from (0, 0) to (1, 1); points outside
                are mirrored.
            zoom: pixels of the picture per pixel of the photo, 0.001 to 1,000.
            angle: clockwise rotation of the photo, in radians.

        Returns:
            The picture: sRGB, uint8, shape (size.height, size.width, channels of the photo).

        Raises:
            ValueError: an argument is out of range or not finite.
        """
        check_size(size)
        check_positions("centre", (centre.x, centre.y))
        check_scales("zoom", (zoom,))
        check_positions("angle", (angle,))
        right, down = cos(angle) / zoom, sin(angle) / zoom
        x, y = centre.x * self._texture.size.width, centre.y * self._texture.size.height
        left, top = (1 - size.width) / 2, (1 - size.height) / 2  # the first pixel's centre, from the middle
        first = (x + right * left + down * top, y - down * left + right * top)
        return self._texture.view(size, (right, down, first[0], -down, right, first[1]))
