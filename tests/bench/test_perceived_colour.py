from __future__ import annotations

import numpy as np
import pytest

from bench.perceived_colour import colour_difference, linear_light, perceived


# Source: Sharma, Wu, Dalal, "The CIEDE2000 color-difference formula", 2005, table 1, pairs 1, 7, 17, 25, 34.
@pytest.mark.parametrize(
    ("before", "after", "distance"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_published_pairs_have_their_published_difference(
    before: tuple[float, ...], after: tuple[float, ...], distance: float
) -> None:
    found = colour_difference(np.array(before, np.float32), np.array(after, np.float32))

    assert found == pytest.approx(distance, abs=1e-4)


def test_half_of_the_white_level_is_a_fifth_of_its_light() -> None:
    assert linear_light(np.full((1, 1, 3), 128, np.uint8)) == pytest.approx(0.2158605, abs=1e-6)


def test_white_is_lab_100_0_0() -> None:
    assert perceived(np.full((9, 9, 3), 255, np.uint8))[4, 4] == pytest.approx([100, 0, 0], abs=0.02)


def test_a_checkerboard_is_seen_as_its_mean_light() -> None:
    # sRGB 188 has half of white's light; a blur of levels instead would give 128.
    board = np.zeros((40, 40, 3), np.uint8)
    board[::2, ::2] = board[1::2, 1::2] = 255
    grey = np.full((40, 40, 3), 188, np.uint8)
    inner = np.s_[8:-8, 8:-8]

    assert colour_difference(perceived(board)[inner], perceived(grey)[inner]).max() < 0.5
