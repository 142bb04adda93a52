from __future__ import annotations

from itertools import pairwise

import pytest

from bench.arrival_schedule import Arrival, Outcome, percentile, recovery_time_s, schedule


def test_the_mean_rate_is_as_requested() -> None:
    times = schedule(5, 2000, seed=1)
    assert len(times) == pytest.approx(10_000, rel=0.05)
    assert all(0 < earlier < later < 2000 for earlier, later in pairwise(times))


def test_the_same_seed_gives_the_same_times() -> None:
    assert schedule(5, 10, seed=1) == schedule(5, 10, seed=1) != schedule(5, 10, seed=2)


@pytest.mark.parametrize(("share", "value"), [(0.5, 5), (0.95, 10), (0.99, 10), (0.1, 1), (0.11, 2), (1, 10)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == value


def test_latency_is_from_scheduled_time_to_last_gif() -> None:
    assert Arrival(2, 0, 202, done=3.5).seconds == 1.5
    assert Arrival(2, 0, 202).seconds is None


def test_every_order_is_counted_once() -> None:
    outcome = Outcome.from_arrivals(
        [
            Arrival(0, 0, 202, done=1),
            Arrival(1, 0, 202, done=3),
            Arrival(1, 0, 202),
            Arrival(2, 0, 503, retry_after_s=4),
            Arrival(2, 0, 503),
            Arrival(3, 0, 500),
            Arrival(3, 0, 0),
        ]
    )
    assert outcome == Outcome(
        offered=7, accepted=3, refused=2, refused_without_hint=1, unexpected=2, lost=1, seconds=(1, 2)
    )


NORMAL = [Arrival(number, 0, 202, done=number + 0.5) for number in range(2, 6)]


def test_recovery_is_at_the_first_of_three_orders_with_normal_latency() -> None:
    slow, refused = Arrival(0, 0, 202, done=9), Arrival(1, 0, 503, retry_after_s=1)
    assert recovery_time_s([slow, refused, *NORMAL], usual_s=1) == 2
    assert recovery_time_s(NORMAL[:3], usual_s=1) == 2
    assert recovery_time_s(NORMAL[:2], usual_s=1) is None


def test_a_relapse_is_no_recovery() -> None:
    quick, slow = Arrival(0, 0, 202, done=0.5), Arrival(1, 0, 202, done=9)
    assert recovery_time_s([quick, slow, *NORMAL], usual_s=1) == 2
    assert recovery_time_s([quick, slow, quick, slow], usual_s=1) is None
