"""BMP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL.BmpImagePlugin import BmpImageFile

from gifmill.decoders.with_pillow import decoded_whole, opened
from gifmill.screening import check_runs

if TYPE_CHECKING:
    from gifmill.decoders import Decoded
    from gifmill.settings import Settings


def decode(data: bytes, max_side_px: int, settings: Settings) -> Decoded:
    """Decode a BMP, as `gifmill.decoders.Decoder` says."""
    check_runs(data)
    with opened(BmpImageFile, data, settings) as image:
        return decoded_whole(image, max_side_px)
