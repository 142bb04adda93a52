"""Other encoders, each as a function from full canvases to the bytes of a GIF that loops for ever."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

type Peer = Callable[[Sequence[Image.Image], Sequence[int]], bytes]
"""Canvases (mode RGB, one size) and for each its delay in centiseconds."""


def pillow(canvases: Sequence[Image.Image], delays_cs: Sequence[int]) -> bytes:
    """What most Python programs do: `save_all`, nothing chosen."""
    file = BytesIO()
    canvases[0].save(
        file,
        "GIF",
        save_all=True,
        append_images=canvases[1:],
        duration=[delay * 10 for delay in delays_cs],
        loop=0,
    )
    return file.getvalue()


def pillow_octree(canvases: Sequence[Image.Image], delays_cs: Sequence[int]) -> bytes:
    """Pillow at its fastest: an octree palette a frame, no dither."""
    return pillow([canvas.quantize(256, Image.Quantize.FASTOCTREE) for canvas in canvases], delays_cs)


PEERS: dict[str, Peer] = {
    "Pillow": pillow,
    "Pillow, octree": pillow_octree,
}
