"""Short contours, and masks at full size."""

from __future__ import annotations

import numpy as np

from gifmill.photo.matting import connected, shortest_contour, upsampled, with_small_parts


def test_a_contour_follows_an_edge_of_the_photo_near_unsure_evidence() -> None:
    colours = np.zeros((30, 40, 3), np.float32)
    colours[:, 22:] = 60
    evidence = np.full((30, 40), -0.5, np.float32)
    evidence[:, 18:] = 0.02  # the evidence changes its sign four pixels before the edge
    evidence[:, 26:] = 0.5
    inside = shortest_contour(evidence, colours)
    assert inside[:, :18].max() < 0.1
    assert inside[:, 23:].min() > 0.9


def test_a_single_pixel_is_no_foreground() -> None:
    evidence = np.full((20, 20), -0.4, np.float32)
    evidence[10, 10] = 0.5
    assert shortest_contour(evidence, np.zeros((20, 20, 3), np.float32)).max() < 0.1


def test_islands_are_not_connected() -> None:
    mask = np.zeros((5, 7), np.bool_)
    mask[1:4, 1] = mask[3, 1:4] = mask[1, 5] = True
    start = np.zeros_like(mask)
    start[:2, 1] = True
    assert (connected(mask, start) == (mask & (np.arange(7) < 5))).all()
    assert not connected(mask, np.zeros_like(mask)).any()


def test_a_small_part_beside_a_mask_is_added_and_a_large_or_distant_one_is_not() -> None:
    colours = np.zeros((60, 80, 3), np.float32)
    mask = np.zeros((60, 80), np.bool_)
    mask[20:60, 30:40] = True
    tip, branch, distant = np.s_[16:20, 32:38], np.s_[40:43, 40:70], np.s_[5:8, 70:73]
    for part in (tip, branch, distant):
        colours[part] = 60
    grown = with_small_parts(mask, colours)
    assert grown[tip].all()
    assert not grown[branch].any()
    assert not grown[distant].any()
    assert grown.sum() == mask.sum() + 4 * 6


def test_an_enlarged_mask_has_the_edge_of_the_photo() -> None:
    photo = np.zeros((80, 80, 3), np.uint8)
    photo[:, 42:] = 200
    copy = photo[2::4, 2::4]
    opacity = (copy[..., 0] > 100).astype(np.float32)
    mask = upsampled(opacity, copy, photo)
    assert mask[:, :42].max() < 60
    assert mask[:, 42:].min() > 195
