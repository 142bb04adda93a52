from __future__ import annotations

import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gifmill.server.edge.limiters import ConcurrencyLimit, TokenBuckets

RATES = st.integers(1, 6_000)
BURSTS = st.integers(1, 50)
PAUSES = st.lists(st.floats(0, 100), max_size=60)


class Clock:
    """A clock that tests advance."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@given(RATES, BURSTS)
def test_a_burst_is_admitted_and_no_more(per_min: int, burst: int) -> None:
    buckets = TokenBuckets(per_min, burst, 10, Clock())

    assert [buckets.take("a") for _ in range(burst)] == [0] * burst
    assert buckets.take("a") > 0


@given(RATES, BURSTS, PAUSES)
def test_no_interval_admits_more_than_a_burst_plus_the_refill(
    per_min: int, burst: int, pauses: list[float]
) -> None:
    clock = Clock()
    buckets = TokenBuckets(per_min, burst, 10, clock)
    passed = []
    for pause in pauses:
        clock.now += pause
        if buckets.take("a") == 0:
            passed.append(clock.now)

    for first, since in enumerate(passed):
        for last, until in enumerate(passed[first:]):
            assert last + 1 <= burst + (until - since) * per_min / 60 + 1e-3


@given(RATES, BURSTS, PAUSES)
def test_a_request_is_admitted_after_the_returned_wait(per_min: int, burst: int, pauses: list[float]) -> None:
    clock = Clock()
    buckets = TokenBuckets(per_min, burst, 10, clock)
    for pause in pauses:
        clock.now += pause / 10
        if wait_s := buckets.take("a"):
            assert wait_s <= 60 / per_min + 1e-3
            clock.now += math.ceil(wait_s)
            assert buckets.take("a") == 0


@given(RATES, BURSTS)
def test_a_rejection_takes_no_token(per_min: int, burst: int) -> None:
    buckets = TokenBuckets(per_min, burst, 10, Clock())
    while buckets.take("a") == 0:
        pass

    assert buckets.take("a") == buckets.take("a")


def test_clients_have_separate_buckets() -> None:
    buckets = TokenBuckets(1, 1, 10, Clock())

    assert buckets.take("a") == 0
    assert buckets.take("a") > 0
    assert buckets.take("b") == 0


@given(st.lists(st.integers(0, 100)), st.integers(1, 20))
def test_the_number_of_remembered_clients_is_limited(clients: list[int], most: int) -> None:
    buckets = TokenBuckets(60, 5, most, Clock())
    for client in clients:
        buckets.take(client)

    assert len(buckets) == min(most, len(set(clients)))


def test_the_least_recently_seen_client_is_forgotten_first() -> None:
    buckets = TokenBuckets(1, 2, 2, Clock())
    for client in "abac":  # b goes
        buckets.take(client)

    assert buckets.take("a") > 0
    assert [buckets.take("b"), buckets.take("b")] == [0, 0]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans())), st.integers(1, 6), st.integers(1, 4))
def test_concurrency_limits_hold_in_total_and_per_kind(
    events: list[tuple[str, bool]], most: int, each: int
) -> None:
    limit, taken = ConcurrencyLimit(most, each), Counter[str]()
    for kind, acquires in events:
        if acquires:
            free = taken.total() < most and taken[kind] < each
            assert limit.acquire(kind) == free
            taken[kind] += free
        elif taken[kind]:
            limit.release(kind)
            taken[kind] -= 1
        assert len(limit) == taken.total()
        assert limit.full() == (taken.total() == most)


def test_released_kinds_are_forgotten() -> None:
    limit = ConcurrencyLimit(10, 10)
    for client in range(10_000):
        limit.acquire(client)
        limit.release(client)
    limit.acquire("rejected")
    for _ in range(9):
        limit.acquire("one")
    limit.acquire("nobody")

    assert set(limit._taken) == {"rejected", "one"}
