"""AVIF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL.AvifImagePlugin import AvifImageFile

from gifmill.decoders.with_pillow import decoded_whole, opened

if TYPE_CHECKING:
    from gifmill.decoders import Decoded
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode an AVIF, as `gifmill.decoders.Decoder` says."""
    with opened(AvifImageFile, data, settings) as image:
        return decoded_whole(image, max_side_px)
