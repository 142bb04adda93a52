from __future__ import annotations

import numpy as np
import pytest

from gifmill.animation import Size
from gifmill.effects.mosaic import BlockMeans

BLOCK = Size(4, 4)


def block(visible_px: int, alpha: int, around: int = 0) -> np.ndarray:
    """Return a block of red pixels; those beyond the visible ones are black and of alpha `around`."""
    pixels = np.zeros((16, 4), np.uint8)
    pixels[:, 3] = around
    pixels[:visible_px] = (255, 0, 0, alpha)
    return pixels.reshape(4, 4, 4)


def test_the_mean_of_a_block_counts_colours_by_their_alpha() -> None:
    assert BlockMeans(block(4, 255))(BLOCK).tolist() == [[[255, 0, 0, 64]]]


@pytest.mark.parametrize(
    ("pixels", "visible"),
    [
        (block(16, 255), True),
        (block(4, 255), True),
        (block(3, 255), False),
        (block(4, 128), False),
        (block(8, 128), True),
        (block(16, 127), False),
        (block(3, 255, around=127), False),
        (block(4, 255, around=127), True),
    ],
    ids=[
        "all",
        "a quarter",
        "less",
        "too little",
        "half opaque",
        "a shadow",
        "mostly shadow",
        "beside a shadow",
    ],
)
def test_a_block_is_visible_if_its_visible_pixels_cover_a_quarter(
    pixels: np.ndarray, *, visible: bool
) -> None:
    assert (BlockMeans(pixels).mosaic(BLOCK)[0, 0, 3] >= 128) == visible


def test_a_shadow_does_not_darken_a_block() -> None:
    assert BlockMeans(block(8, 255, around=120)).mosaic(BLOCK)[0, 0, :3].tolist() == [255, 0, 0]


def test_a_block_of_a_shadow_stays_soft_for_formats_that_can_show_it() -> None:
    assert BlockMeans(block(16, 100)).mosaic(BLOCK)[0, 0, 3] == 100


def test_blocks_of_an_opaque_photo_have_three_channels() -> None:
    assert BlockMeans(np.full((4, 8, 3), 90, np.uint8)).mosaic(BLOCK).tolist() == [[[90] * 3, [90] * 3]]


def test_a_block_that_is_half_covered_or_more_is_opaque() -> None:
    assert BlockMeans(block(16, 255)).mosaic(BLOCK)[0, 0, 3] == 255
    assert BlockMeans(block(9, 255)).mosaic(BLOCK)[0, 0, 3] == 255
