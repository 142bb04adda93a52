"""PNG, inflated and shrunk some rows at a time, never whole in memory unless it is interlaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL.PngImagePlugin import PngImageFile

from gifmill.decoders import Decoded
from gifmill.decoders.with_pillow import decoded_whole, opened, orientation
from gifmill.frames import Size
from gifmill.png import Unstreamable, check_chunks, strips
from gifmill.shrink import averaged, fitted, shrunk_strips

if TYPE_CHECKING:
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode a PNG, as `gifmill.decoders.Decoder` says."""
    check_chunks(data)
    with opened(PngImageFile, data, settings) as image:
        whole = Size(*image.size)
        size = fitted(whole, max_side_px)
        if size == whole:
            return decoded_whole(image, max_side_px)
        try:
            small = shrunk_strips(strips(data, image, averaged(whole, size)[1]), whole, size)
        except Unstreamable:  # also what our inflater cannot read: Pillow's own has the last word
            return decoded_whole(image, max_side_px)
        return Decoded(small, whole, image.info.get("icc_profile"), orientation(image.info.get("exif")))
