"""Our own GIF89a encoder, on numpy and Pillow's LZW."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.gif.presets import PRESETS, Preset

if TYPE_CHECKING:
    from gifmill.animation import Animation

__all__ = ["PRESETS", "Preset", "encode"]


def encode(animation: Animation, preset: Preset = PRESETS["balanced"]) -> bytes:
    """An animation as a GIF89a file that loops for ever.

    Args:
        animation: frames of sRGB pixels on one canvas of at most 65,535 x 65,535 px.
        preset: what to favour; one of `PRESETS`.

    Returns:
        The whole file.

    Source: GIF89a specification (CompuServe, 1990) with the Netscape 2.0 loop extension.
    """
    from gifmill.gif.encoder import encode_animation  # listing presets imports no numpy

    return encode_animation(animation, preset)[0]
