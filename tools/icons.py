#!/usr/bin/env python3
"""Draws the page's icons for home screens, as icon.svg has them: `.venv/bin/python tools/icons.py`."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

PAGE = Path(__file__).parents[1] / "src/gifmill/page"

_RING, _HUB, _BED = "#4b7568", "#d8382a", "#d1ddd5"
_WINDOWS = 15
_WINDOW_SHARE = 0.6
"""How much of its part of the ring a window takes."""

_RADIUS, _WIDTH, _HUB_RADIUS = 12.5, 6, 6
_SIDE = 32
"""The wheel in units of icon.svg: the middle of its ring and how wide it is, its hub, the whole picture."""

_SAFE = 0.8
"""What every system shows of a maskable icon. Source: W3C, Web App Manifest, "Icon masks and safe zone"."""

_FINER = 8
"""How much larger it is drawn than it is kept, for smooth edges."""

_COLOURS = 32


def icon(side_px: int, *, maskable: bool = False) -> Image.Image:
    """The wheel: on nothing, or in the safe zone of a ground that a system may cut as it likes."""
    canvas = Image.new("RGBA", (side_px * _FINER,) * 2, _BED if maskable else f"{_RING}00")
    draw = ImageDraw.Draw(canvas)
    wheel = 2 * _RADIUS + _WIDTH if maskable else _SIDE
    unit = canvas.width * (_SAFE if maskable else 1) / wheel
    middle, outer, hub = canvas.width / 2, (_RADIUS + _WIDTH / 2) * unit, _HUB_RADIUS * unit
    part = 360 / _WINDOWS
    for window in range(_WINDOWS):
        start = window * part
        box = (middle - outer, middle - outer, middle + outer, middle + outer)
        draw.arc(box, start, start + part * _WINDOW_SHARE, _RING, round(_WIDTH * unit))
    draw.ellipse((middle - hub, middle - hub, middle + hub, middle + hub), _HUB)
    smooth = canvas.resize((side_px, side_px), Image.Resampling.BOX)
    return smooth.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def every_icon() -> dict[str, Image.Image]:
    """All of them, by the names of their files."""
    return {
        "icon-192.png": icon(192),
        "icon-512.png": icon(512),
        "icon-maskable.png": icon(512, maskable=True),
    }


if __name__ == "__main__":
    for name, drawn in every_icon().items():
        drawn.save(PAGE / name, optimize=True)
