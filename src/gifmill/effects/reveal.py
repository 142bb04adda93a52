"""The effect reveal: a photo that dissolves into blocks and back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Animation, Blocks, Drawing, Frame, Layout, Pixels, Plain, Size, delays_cs
from gifmill.effects.alpha import MIN_VISIBLE_ALPHA, premultiplied, straight
from gifmill.effects.easing import smoothstep
from gifmill.effects.mosaic import BlockMeans
from gifmill.effects.seamless_loop import phases

if TYPE_CHECKING:
    from gifmill.photo import Photo

type _Picture = tuple[Pixels | Drawing, Layout]

_FINEST_PX = 6
"""Approximate side of the smallest blocks: smaller ones would look like a bad copy of the photo."""

_HOLD_BLOCKS, _HOLD_PHOTO = 0.08, 0.2
"""Fractions of a loop during which blocks and photo are still."""


def reveal(photo: Photo, *, blocks: int, duration: float, frames: int = 0) -> Animation:
    """Merge four blocks into one, again and again, and split them until the photo appears again.

    The grids are nested, so that colours separate gradually and nothing jumps. A frame between two grids is a
    mosaic on the finer one, which the encoder writes exactly if it has few blocks.

    Args:
        photo: at the size of the GIF.
        blocks: blocks across at the coarsest step; approximate, because blocks are only halved.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    moments = phases(duration, frames)
    mean = BlockMeans(photo.pixels)
    sides = _block_sides_px(photo.size.width / blocks)
    mosaics = [mean.mosaic(Size(side, side)) for side in sides]
    pictures = [
        _frame_at(photo, mosaics, sides, _progress(moment) * len(sides)) for moment in moments.tolist()
    ]
    delays = delays_cs(round(duration * 100), [1] * len(pictures))
    return Animation(
        tuple(Frame(*picture, delay) for picture, delay in zip(pictures, delays, strict=True)), photo.size
    )


def _block_sides_px(coarsest_px: float) -> list[int]:
    """Return the sides of blocks in pixels, each half of the one before."""
    halvings = 0
    while coarsest_px >= 2 * _FINEST_PX << halvings:
        halvings += 1
    finest = max(1, round(coarsest_px / (1 << halvings)))
    return [finest << level for level in range(halvings, -1, -1)]


def _progress(moment: float) -> float:
    """Return the progress from blocks (0) to photo (1) at a moment of a loop, which begins with the photo."""
    way = 1 - abs(2 * moment - 1)  # 0 at the start of the loop, 1 in its middle
    share = (1 - way - _HOLD_BLOCKS) / (1 - _HOLD_BLOCKS - _HOLD_PHOTO)
    return min(1.0, max(0.0, share))


def _frame_at(photo: Photo, mosaics: list[Pixels], sides: list[int], level: float) -> _Picture:
    """Return the picture at a level: a mosaic, a blend of two mosaics, or the photo at the last level."""
    whole = min(int(level), len(sides) - 1)
    share = smoothstep(level - whole)
    finer = [*mosaics, photo.pixels][whole + 1]
    side = [*sides, 1][whole + 1]
    if share == 0:
        return mosaics[whole], Blocks(sides[whole], sides[whole])
    layout = Blocks(side, side) if side > 1 else Plain()
    if share == 1:
        return finer, layout
    times = sides[whole] // side
    return partial(_blend, mosaics[whole], times, finer, share), layout


def _blend(coarse: Pixels, times: int, fine: Pixels, share: float) -> Pixels:
    """Return a blend of a fine picture with one of blocks of `times` x `times` of its pixels.

    Where only one of both is visible in a GIF, the colour is its own: a soft shadow would darken it.
    """
    enlarged = Blocks(times, times).lay(coarse, Size.of(fine))
    below, above = (Image.fromarray(premultiplied(each)) for each in (enlarged, fine))
    blend = straight(np.asarray(Image.blend(below, above, share)))
    if fine.shape[2] == 4:
        for one, other in ((enlarged, fine), (fine, enlarged)):
            alone = (one[..., 3] >= MIN_VISIBLE_ALPHA) & (other[..., 3] < MIN_VISIBLE_ALPHA)
            blend[alone, :3] = one[alone, :3]
    return blend
