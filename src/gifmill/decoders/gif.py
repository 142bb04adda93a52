"""GIF: its first frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL.GifImagePlugin import GifImageFile

from gifmill.decoders.with_pillow import decoded_whole, opened
from gifmill.screening import first_frame

if TYPE_CHECKING:
    from gifmill.decoders import Decoded
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode a GIF, as `gifmill.decoders.Decoder` says."""
    with opened(GifImageFile, first_frame(data), settings) as image:
        return decoded_whole(image, max_side_px)
