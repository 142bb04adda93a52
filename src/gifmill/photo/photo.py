"""`Photo`: the decoded photo that effects draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from gifmill.animation import Pixels, Size
from gifmill.photo.resize import fit_within
from gifmill.photo.saliency import focal_point

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Photo:
    """A decoded photo, the input of effects.

    Attributes:
        pixels: sRGB, uint8, shape (height, width, 3); or (height, width, 4) with straight alpha, if any pixel
            is not opaque. Contiguous and read-only.
    """

    pixels: Pixels

    def __post_init__(self) -> None:
        pixels = self.pixels
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
            raise ValueError(f"{pixels.dtype} {pixels.shape} is not uint8 (height, width, 3 or 4)")
        if pixels.shape[2] == 4 and (pixels[..., 3] == 255).all():
            pixels = pixels[..., :3]
        pixels = np.ascontiguousarray(pixels).view()
        pixels.flags.writeable = False
        object.__setattr__(self, "pixels", pixels)

    @property
    def size(self) -> Size:
        """Width and height in pixels."""
        return Size.of(self.pixels)

    @property
    def has_alpha(self) -> bool:
        """Whether any pixel is not opaque: `pixels` has a fourth channel."""
        return int(self.pixels.shape[2]) == 4

    def on_colour(self, colour: tuple[int, int, int]) -> Photo:
        """Return the photo laid on a colour, opaque.

        Args:
            colour: sRGB, 0 to 255 each.
        """
        if not self.has_alpha:
            return self
        matte = Image.new("RGB", self.size, colour)
        image = Image.fromarray(self.pixels)
        matte.paste(image.convert("RGB"), mask=image.getchannel("A"))
        return Photo(np.asarray(matte))

    def crop_to_aspect(self, aspect: float, focus: str = "found") -> Photo:
        """Crop the longer side so that it is at most `aspect` times the shorter one.

        The focal point is in the middle, where the edges allow it.

        Args:
            aspect: at least 1.
            focus: as for `focal_point`.
        """
        box = self._crop_box(aspect, focus)
        return self if box.size == self.size else Photo(self.pixels[box.rows, box.columns])

    def fit(self, size_px: int) -> Photo:
        """Return the photo with its longest side downscaled to `size_px`; never enlarged."""
        size = fit_within(self.size, size_px)
        if size == self.size:
            return self
        image = Image.fromarray(self.pixels).resize(size, Image.Resampling.LANCZOS)
        return Photo(np.asarray(image))

    def square(self, focus: str = "found") -> Photo:
        """Crop to the largest square, centred on the focal point where the edges allow it.

        Args:
            focus: as for `focal_point`.
        """
        return self.crop_to_aspect(1, focus)

    def focus_in_crop(self, aspect: float, focus: str) -> str:
        """Return the same focal point for `crop_to_aspect(aspect, focus)`.

        "found" remains: it is detected in the cropped photo.
        """
        if focus == "found":
            return focus
        box = self._crop_box(aspect, focus)
        x, y = focal_point(self.pixels, focus)
        inside = ((x * self.size.width - box.left) / box.width, (y * self.size.height - box.top) / box.height)
        return ",".join(f"{min(max(at, 0), 1):.6f}" for at in inside)

    def _crop_box(self, aspect: float, focus: str) -> _CropBox:
        """Return the box of `crop_to_aspect`."""
        limit = min(self.size) * aspect
        width, height = (min(side, max(1, round(limit))) for side in self.size)
        if (width, height) == self.size:
            return _CropBox(0, 0, width, height)
        x, y = focal_point(self.pixels, focus)
        left, top = x * self.size.width - width / 2, y * self.size.height - height / 2
        return _CropBox(
            round(min(max(left, 0), self.size.width - width)),
            round(min(max(top, 0), self.size.height - height)),
            width,
            height,
        )

    @classmethod
    def from_array(cls, array: NDArray[np.uint8]) -> Photo:
        """Return a photo of an array's pixels, at full size.

        Args:
            array: uint8, shape (height, width) for grey, (height, width, 3) for sRGB, or (height, width, 4)
                with straight alpha.

        Raises:
            TypeError: it has another dtype or shape.
            DamagedPhoto, TooManyPixels: it has no pixels, or too many.
        """
        from gifmill.photo.opening import open_photo  # it needs this module

        return open_photo(array, max_side_px=max(array.shape[:2], default=1) or 1)

    def to_pil(self) -> Image.Image:
        """Return the photo as an image of Pillow, of mode RGB, or RGBA if it has alpha."""
        return Image.fromarray(self.pixels)

    def __repr__(self) -> str:
        """Return the size; the pixels would fill the screen."""
        width, height = self.size
        return f"<Photo {width} x {height} px>"

    def _repr_png_(self) -> bytes:
        """Return the picture that notebooks show."""
        return self.png()

    def png(self) -> bytes:
        """Encode the photo as a PNG file without metadata."""
        from gifmill.photo.png import encoder  # the command line writes no PNG

        return encoder.encode_png(self.pixels)


class _CropBox(NamedTuple):
    """A part of a photo, in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)

    @property
    def rows(self) -> slice:
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        return slice(self.left, self.left + self.width)
