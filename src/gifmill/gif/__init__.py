"""The GIF89a encoder, and the analysis of flashes."""

from typing import TYPE_CHECKING

from gifmill.gif.presets import PRESETS, Preset
from gifmill.lazy_imports import lazy_names

if TYPE_CHECKING:
    from gifmill.gif.delays import with_delays
    from gifmill.gif.encoder import encode, encode_animation
    from gifmill.gif.flash_detector import FlashDetector, cell_side_px
    from gifmill.gif.flash_measurement import FlashMeasurement
    from gifmill.gif.transparency import one_bit_alpha

__all__ = [
    "PRESETS",
    "FlashDetector",
    "FlashMeasurement",
    "Preset",
    "cell_side_px",
    "encode",
    "encode_animation",
    "one_bit_alpha",
    "with_delays",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    encoder="encode encode_animation",
    delays="with_delays",
    flash_detector="FlashDetector cell_side_px",
    flash_measurement="FlashMeasurement",
    transparency="one_bit_alpha",
)
