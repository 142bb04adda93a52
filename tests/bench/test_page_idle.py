from __future__ import annotations

import pytest

from bench.page_idle import used_seconds


def test_used_time_is_the_sum_over_all_processes() -> None:
    assert used_seconds({1: 5.0, 2: 1.0}, {1: 5.5, 2: 1.25}) == pytest.approx(0.75)


def test_the_time_of_a_process_that_started_meanwhile_counts() -> None:
    assert used_seconds({1: 5.0}, {1: 5.0, 2: 0.5}) == pytest.approx(0.5)


def test_the_time_of_a_process_that_ended_meanwhile_does_not_count() -> None:
    assert used_seconds({1: 5.0, 2: 1.0}, {1: 5.5}) == pytest.approx(0.5)
