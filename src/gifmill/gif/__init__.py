"""The GIF89a encoder, and the analysis of flashes."""

from typing import TYPE_CHECKING

from gifmill.gif.presets import PRESETS, Preset
from gifmill.lazy_imports import lazy_names

if TYPE_CHECKING:
    from gifmill.gif.encoder import encode, encode_animation
    from gifmill.gif.flash_detector import MAX_CHANGES_PER_SECOND, FlashDetector

__all__ = [
    "MAX_CHANGES_PER_SECOND",
    "PRESETS",
    "FlashDetector",
    "Preset",
    "encode",
    "encode_animation",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    encoder="encode encode_animation",
    flash_detector="MAX_CHANGES_PER_SECOND FlashDetector",
)
