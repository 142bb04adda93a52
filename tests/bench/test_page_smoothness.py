from __future__ import annotations

import pytest

from bench.page_smoothness import cumulative_layout_shift


def test_without_shifts_there_is_none() -> None:
    assert cumulative_layout_shift([]) == 0


def test_shifts_within_a_second_add_up() -> None:
    assert cumulative_layout_shift([(1.0, 0.1), (1.9, 0.2)]) == pytest.approx(0.3)


def test_a_shift_after_a_second_starts_a_window_and_the_largest_window_counts() -> None:
    assert cumulative_layout_shift([(1.0, 0.3), (2.0, 0.1), (2.5, 0.1)]) == pytest.approx(0.3)


def test_a_window_ends_after_five_seconds() -> None:
    shifts = [(10 + 0.5 * number, 0.1) for number in range(11)]  # the last one 5 s after the first
    assert cumulative_layout_shift(shifts) == pytest.approx(1.0)
