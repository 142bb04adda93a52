"""Encoding of an animation's frames, in order: each stores only what differs from the previous one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.core import Window
from gifmill.gif.frame_code import FrameSettings, Search, code_capacity, encode_frame
from gifmill.gif.transparency import Picture, bounding_box, union

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
        cleared: whether the window becomes transparent before the next frame.
    """

    window: Window
    code: bytes
    code_size: int
    clear: int | None
    cleared: bool = False


class FrameEncoder:
    """Encodes the frames of one animation.

    Attributes:
        shown: the canvas as decoders show it, uint8, shape (height, width, 3).
        covered: 0 where they show nothing, else 1, shape (height, width); None if all frames are opaque.
        frames: number of frames so far.
    """

    def __init__(self, size: Size, preset: Preset, *, transparent: bool = False) -> None:
        """Start with an empty canvas.

        Args:
            size: the canvas.
            preset: the encoder preset.
            transparent: whether any frame has transparent pixels.
        """
        self.shown: Pixels = np.zeros((size.height, size.width, 3), np.uint8)
        self.covered: Indices | None = np.zeros(self.shown.shape[:2], np.uint8) if transparent else None
        self.frames = 0
        self._preset = preset
        self._whole = Window(0, 0, size.width, size.height)
        self._before: Picture | None = None
        self._cleared: Window | None = None
        self._palette: FramePalette | None = None
        self._search = Search(preset.beam)
        self._indices: Indices | None = None
        self._code: Indices = np.empty(code_capacity(self._whole), np.uint8)

    def encode(
        self,
        picture: Picture,
        palette: FramePalette,
        changed: Window | None = None,
        vanishing: Window | None = None,
    ) -> EncodedFrame:
        """Encode the next frame.

        Args:
            picture: the canvas. It must not change before the next call.
            palette: its colours. All frames have the same object, or each has its own.
            changed: its `Picture.changed_window` from the frame before, if that is known. Transparent frames
                do without: where the canvas was cleared, more pixels must be written.
            vanishing: its `Picture.vanishing_window` to the next frame. It becomes a part of this frame's
                window, because decoders clear whole windows.

        Raises:
            ValueError: the frame does not fill the canvas.
        """
        self._clear()
        before = None if self._before is None else self._before.pixels
        if self._palette is not None and palette.exact and not self._palette.exact:
            before = None  # what is shown is not exact where nothing has changed
        if palette is not self._palette:
            self._palette = palette
            self._search.set_palette(palette.colours, exact=palette.exact)
            self._indices = np.zeros(self.shown.shape[:2], np.uint8) if palette.shared else None
        window, clear = self._whole, palette.clear if self.covered is not None else None
        if before is not None:
            clear = palette.clear
            window = self._window(picture, changed)
        window = union(window, vanishing)
        lossiness = 0.0 if palette.exact else self._preset.lossiness
        settings = FrameSettings(
            clear=clear,
            code_size=max(2, palette.table_bits),  # GIF89a specification, section 22
            beam=self._preset.beam,
            right_share=round(palette.dither * _HALF),
            below_share=round(palette.dither * _QUARTER),
            tolerance=lossiness,
            code_cost=lossiness * _CODE_COST_FACTOR,
        )
        used = encode_frame(
            self._search,
            picture.pixels,
            before,
            self.shown,
            self._indices,
            window,
            settings,
            self._code,
            picture.visible,
            self.covered,
        )
        self._before = picture
        self._cleared = None if vanishing is None else window
        self.frames += 1
        code = self._code[:used].tobytes()
        return EncodedFrame(window, code, settings.code_size, clear, cleared=vanishing is not None)

    def _clear(self) -> None:
        """Clear the window of the frame before, as decoders do when its time is over."""
        if self._cleared is not None and self.covered is not None:
            left, top, right, bottom = self._cleared
            self.covered[top:bottom, left:right] = 0

    def _window(self, picture: Picture, changed: Window | None) -> Window:
        """Return the box around all pixels that must be written, at least one pixel."""
        assert self._before is not None
        if self.covered is None:
            window = changed or self._before.changed_window(picture)
        else:
            missing = picture.visibility() > self.covered
            differs = (self._before.pixels != picture.pixels).any(axis=2)
            window = bounding_box(missing | (differs & (picture.visibility() != 0)))
        return window or Window(0, 0, 1, 1)
