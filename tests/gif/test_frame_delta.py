from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gifmill.gif.frame_delta import changed_pixels, clear_unchanged, diff_window

MASKS = arrays(np.bool, st.tuples(st.integers(1, 12), st.integers(1, 12)))


def test_the_window_is_the_smallest_with_all_changes() -> None:
    changed = np.zeros((9, 12), np.bool)
    changed[2, 5] = changed[6, 3] = True
    assert diff_window(changed) == (3, 2, 6, 7)


def test_without_changes_the_window_is_one_pixel() -> None:
    assert diff_window(np.zeros((9, 12), np.bool)) == (0, 0, 1, 1)


@given(MASKS)
def test_all_changes_are_inside_the_window(changed: np.ndarray) -> None:
    assert diff_window(changed).of(changed).sum() == changed.sum()


@given(MASKS)
def test_changed_pixels_are_never_cleared(changed: np.ndarray) -> None:
    indices = np.full(changed.shape, 7, np.uint8)
    assert (clear_unchanged(indices, changed, 9)[changed] == 7).all()


def test_only_runs_of_at_least_three_pixels_are_cleared() -> None:
    changed = np.array([[1, 0, 1, 0, 0, 1, 0, 0, 0, 1]], np.bool)
    assert clear_unchanged(np.zeros((1, 10), np.uint8), changed, 9).tolist() == [
        [0, 0, 0, 0, 0, 0, 9, 9, 9, 0]
    ]


def test_pixels_beyond_the_edges_count_as_unchanged() -> None:
    changed = np.array([[0, 0, 1, 0, 1, 0, 0]], np.bool)
    assert clear_unchanged(np.zeros((1, 7), np.uint8), changed, 9).tolist() == [[9, 9, 0, 0, 0, 9, 9]]


@given(arrays(np.uint8, (2, 5, 7, 3), elements=st.integers(0, 2)))
def test_pixels_differ_if_any_channel_differs(pictures: np.ndarray) -> None:
    np.testing.assert_array_equal(changed_pixels(*pictures), (pictures[0] != pictures[1]).any(axis=2))
