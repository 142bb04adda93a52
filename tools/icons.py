#!/usr/bin/env python3
"""Icons of the page for home screens and browsers, drawn like icon.svg: `.venv/bin/python tools/icons.py`."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

PAGE = Path(__file__).parents[1] / "src/gifmill/page"

_RING, _HUB, _BED = "#4b7568", "#d8382a", "#d1ddd5"
_WINDOWS = 15
_WINDOW_SHARE = 0.6
"""Share of a ring segment that a window fills."""

_RADIUS, _WIDTH, _HUB_RADIUS = 12.5, 6, 6
_SIDE = 32
"""The wheel in units of icon.svg: radius and width of its ring, radius of its hub, side of the picture."""

_SAFE_ZONE = 0.8
"""Always visible share of a maskable icon. Source: W3C, Web App Manifest, "Icon masks and safe zone"."""

_SUPERSAMPLING = 8
"""Supersampling factor, for smooth edges."""

_COLOURS = 32

FAVICON = "favicon.ico"
"""The icon that browsers and programs request when a page names none."""

_FAVICON_SIDES_PX = (16, 32, 48)


def icon(side_px: int, *, maskable: bool = False) -> Image.Image:
    """Draw the wheel on a transparent background, or in the safe zone of a maskable icon."""
    canvas = Image.new("RGBA", (side_px * _SUPERSAMPLING,) * 2, _BED if maskable else f"{_RING}00")
    draw = ImageDraw.Draw(canvas)
    wheel = 2 * _RADIUS + _WIDTH if maskable else _SIDE
    unit = canvas.width * (_SAFE_ZONE if maskable else 1) / wheel
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
    """Draw all icons, by file name."""
    return {
        "icon-192.png": icon(192),
        "icon-512.png": icon(512),
        "icon-maskable.png": icon(512, maskable=True),
        FAVICON: icon(_FAVICON_SIDES_PX[-1]).convert("RGBA"),
    }


def save(name: str, drawn: Image.Image) -> None:
    """Write an icon. The favicon has several sizes, each drawn by itself."""
    if name == FAVICON:
        *smaller, largest = _FAVICON_SIDES_PX
        others = [icon(side_px).convert("RGBA") for side_px in smaller]
        sizes = [(side_px, side_px) for side_px in (*smaller, largest)]
        drawn.save(PAGE / name, sizes=sizes, append_images=others)
    else:
        drawn.save(PAGE / name, optimize=True)


if __name__ == "__main__":
    for name, drawn in every_icon().items():
        save(name, drawn)
