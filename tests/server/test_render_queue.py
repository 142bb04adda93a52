from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gifmill.errors import Busy
from gifmill.orders import pipeline
from gifmill.orders.keys import new_photo_id
from gifmill.server import render_queue as backlogs
from gifmill.server.render_queue import RenderQueue

if TYPE_CHECKING:
    from gifmill.orders.keys import GifKey


@pytest.fixture
def backlog() -> RenderQueue:
    return RenderQueue(most=3, longest_s=100, workers=2)


@pytest.fixture
def gif() -> GifKey:
    [order] = pipeline.new_orders(new_photo_id(), "blur", {})
    return order.gifs[0]


def test_a_started_gif_is_queued_until_it_is_finished(backlog: RenderQueue, gif: GifKey) -> None:
    assert backlog.start(gif)
    assert (len(backlog), gif in backlog, backlog.idle) == (1, True, False)
    assert backlog.finish(gif, "made") >= 0
    assert (len(backlog), gif in backlog, backlog.idle, backlog.oldest_s) == (0, False, True, 0)


def test_a_postponed_gif_stays_in_the_queue(backlog: RenderQueue, gif: GifKey) -> None:
    backlog.start(gif)
    backlog.finish(gif, "postponed")
    assert (len(backlog), gif in backlog, backlog.postponed) == (1, False, frozenset({gif}))
    assert backlog.oldest_s > 0


def test_the_age_of_a_postponed_gif_counts_from_its_order(backlog: RenderQueue, gif: GifKey) -> None:
    backlog.start(gif)
    first = backlog.finish(gif, "postponed")
    assert backlog.start(gif)
    assert backlog.finish(gif, "made") > first
    assert backlog.postponed == frozenset()


def test_a_gif_ordered_again_while_pending_is_flagged_once(backlog: RenderQueue, gif: GifKey) -> None:
    backlog.start(gif)
    assert not backlog.take_reorder(gif)
    assert not backlog.start(gif)
    assert [backlog.take_reorder(gif), backlog.take_reorder(gif)] == [True, False]


def test_dropped_gifs_leave_the_queue_unless_pending(backlog: RenderQueue, gif: GifKey) -> None:
    backlog.start(gif)
    backlog.drop_postponed({gif})
    assert len(backlog) == 1
    backlog.finish(gif, "postponed")
    backlog.drop_postponed({gif})
    assert (len(backlog), backlog.oldest_s) == (0, 0)


def test_reservations_are_limited_to_the_queue_length(backlog: RenderQueue, gif: GifKey) -> None:
    backlog.start(gif)
    with backlog.reserve(2), pytest.raises(Busy, match="3 GIFs are in the queue"), backlog.reserve(1):
        pass
    with backlog.reserve(2):
        pass


class Clock:
    """Time that passes when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(backlogs, "time", self)

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def gifs(number: int) -> list[GifKey]:
    return [order.gifs[0] for _ in range(number) for order in pipeline.new_orders(new_photo_id(), "blur", {})]


def paced(clock: Clock, every_s: float, longest_s: float = 4, most: int = 1000) -> RenderQueue:
    """A backlog that has seen GIFs end at this pace for a while."""
    backlog = RenderQueue(most=most, longest_s=longest_s, workers=2)
    waiting = gifs(200)
    for each in waiting:
        backlog.start(each)
    for each in waiting:
        clock.now += every_s
        backlog.finish(each, "made")
    return backlog


def test_orders_with_too_long_an_expected_wait_are_rejected(clock: Clock) -> None:
    backlog = paced(clock, every_s=1)
    with backlog.reserve(500):  # as long as nobody waits, one order may be as large as it likes
        pass
    for each in gifs(4):
        backlog.start(each)
    with backlog.reserve(1):
        pass
    [one] = gifs(1)
    backlog.start(one)
    with pytest.raises(Busy) as raised, backlog.reserve(1):
        pass
    assert raised.value.retry_after_s == 1
    backlog.finish(one, "made")
    with backlog.reserve(1):
        pass


def test_retry_after_is_the_expected_wait(clock: Clock) -> None:
    backlog = paced(clock, every_s=2)
    for each in gifs(12):
        backlog.start(each)
    with pytest.raises(Busy) as raised, backlog.reserve(1):
        pass
    assert raised.value.retry_after_s == 20  # 24 s of work, of which 4 s may wait

    full = paced(clock, every_s=2, longest_s=1000, most=12)
    for each in gifs(12):
        full.start(each)
    with pytest.raises(Busy) as raised, full.reserve(3):
        pass
    assert raised.value.retry_after_s == 6


def test_idle_time_does_not_change_the_pace(clock: Clock) -> None:
    backlog = paced(clock, every_s=1)
    for each in gifs(100):  # one at a time, with one worker idle
        backlog.start(each)
        clock.now += 100
        backlog.finish(each, "made")
    for each in gifs(4):
        backlog.start(each)
    with backlog.reserve(1):
        pass


def test_one_hanging_gif_hardly_changes_the_pace(clock: Clock) -> None:
    backlog = paced(clock, every_s=1)
    hanging = gifs(2)
    for each in hanging:
        backlog.start(each)
    clock.now += 1000
    backlog.finish(hanging[0], "made")
    for each in gifs(2):
        backlog.start(each)
    with backlog.reserve(1):
        pass


def test_a_fast_gif_with_idle_workers_resets_the_pace(clock: Clock) -> None:
    backlog = paced(clock, every_s=60)
    *others, last = gifs(6)
    for each in others:
        backlog.start(each)
        with pytest.raises(Busy), backlog.reserve(1):
            pass
        clock.now += 0.5
        backlog.finish(each, "gone" if each is others[0] else "made")
    backlog.start(last)
    with backlog.reserve(1):
        pass
