"""Encoding of an animation's frames, in order: each stores only what differs from the previous one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.core import FrameSettings, Search, Window, changed_window, code_capacity, encode_frame

if TYPE_CHECKING:
    from gifmill.animation import Indices, Pixels, Size
    from gifmill.gif.palettes import FramePalette
    from gifmill.gif.presets import Preset

_CODE_COST_FACTOR = 2.5
"""Squared distance that is accepted to save one code, relative to the tolerance of one pixel."""

_HALF, _QUARTER = 32, 16
"""Shares of the error that go to the right and to each of two pixels below, in 64ths. Source: Frankie Sierra,
"Filter Lite" (Sierra-2-4A)."""


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """A frame's LZW code.

    Attributes:
        window: the box that it fills.
        code: sub-blocks of at most 255 bytes, without the closing empty one.
        code_size: bits of the smallest code.
        clear: the transparent index, if any.
    """

    window: Window
    code: bytes
    code_size: int
    clear: int | None


class FrameEncoder:
    """Encodes the frames of one animation.

    Attributes:
        shown: the canvas as decoders show it, uint8, shape (height, width, 3).
        frames: number of frames so far.
    """

    def __init__(self, size: Size, preset: Preset) -> None:
        """Start with an empty canvas.

        Args:
            size: the canvas.
            preset: the encoder preset.
        """
        self.shown: Pixels = np.zeros((size.height, size.width, 3), np.uint8)
        self.frames = 0
        self._preset = preset
        self._whole = Window(0, 0, size.width, size.height)
        self._before: Pixels | None = None
        self._palette: FramePalette | None = None
        self._search = Search(preset.beam)
        self._indices: Indices | None = None
        self._code: Indices = np.empty(code_capacity(self._whole), np.uint8)

    def changed_window(self, pixels: Pixels) -> Window | None:
        """Return the box that differs from the previous frame: all of the first, or None if none differs.

        Raises:
            ValueError: the frame does not fill the canvas.
        """
        return self._whole if self._before is None else changed_window(self._before, pixels)

    def encode(self, pixels: Pixels, palette: FramePalette, changed: Window | None = None) -> EncodedFrame:
        """Encode the next frame.

        Args:
            pixels: the canvas, uint8, shape (height, width, 3). It must not change before the next call.
            palette: its colours. All frames have the same object, or each has its own.
            changed: its `changed_window`, if that is known.

        Raises:
            ValueError: the frame does not fill the canvas.
        """
        before, window, clear = self._before, self._whole, None
        if self._palette is not None and palette.exact and not self._palette.exact:
            before = None  # what is shown is not exact where nothing has changed
        if palette is not self._palette:
            self._palette = palette
            self._search.set_palette(palette.colours, exact=palette.exact)
            self._indices = np.zeros(self.shown.shape[:2], np.uint8) if palette.shared else None
        pixels = np.ascontiguousarray(pixels)
        if before is not None:
            clear = palette.clear
            window = changed or self.changed_window(pixels) or Window(0, 0, 1, 1)
        lossiness = 0.0 if palette.exact else self._preset.lossiness
        code_size = max(2, palette.table_bits)  # GIF89a specification, section 22
        settings = FrameSettings(
            clear=clear,
            code_size=code_size,
            beam=self._preset.beam,
            half=round(palette.dither * _HALF),
            quarter=round(palette.dither * _QUARTER),
            tolerance=lossiness,
            code_cost=lossiness * _CODE_COST_FACTOR,
        )
        used = encode_frame(
            self._search, pixels, before, self.shown, self._indices, window, settings, self._code
        )
        self._before = pixels
        self.frames += 1
        return EncodedFrame(window, self._code[:used].tobytes(), code_size, clear)
