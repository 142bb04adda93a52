from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.views import new_view

from gifmill.errors import Busy
from gifmill.orders import pipeline
from gifmill.server import render_queue
from gifmill.server.render_queue import RenderQueue

if TYPE_CHECKING:
    from gifmill.orders.keys import GifKey


@pytest.fixture
def queue() -> RenderQueue:
    return RenderQueue(max_gifs=3, max_wait_s=100, workers=2)


@pytest.fixture
def gif() -> GifKey:
    [order] = pipeline.new_orders(new_view(), "blur", {})
    return order.gifs[0]


def test_a_started_gif_is_queued_until_it_is_finished(queue: RenderQueue, gif: GifKey) -> None:
    assert queue.start(gif)
    assert (len(queue), gif in queue, queue.idle) == (1, True, False)
    assert queue.finish(gif, "made") >= 0
    assert (len(queue), gif in queue, queue.idle, queue.oldest_s) == (0, False, True, 0)


def test_a_postponed_gif_stays_in_the_queue(queue: RenderQueue, gif: GifKey) -> None:
    queue.start(gif)
    queue.finish(gif, "postponed")
    assert (len(queue), gif in queue, queue.postponed) == (1, False, frozenset({gif}))
    assert queue.oldest_s > 0


def test_the_age_of_a_postponed_gif_counts_from_its_order(queue: RenderQueue, gif: GifKey) -> None:
    queue.start(gif)
    first = queue.finish(gif, "postponed")
    assert queue.start(gif)
    assert queue.finish(gif, "made") > first
    assert queue.postponed == frozenset()


def test_a_gif_ordered_again_while_pending_is_flagged_once(queue: RenderQueue, gif: GifKey) -> None:
    queue.start(gif)
    assert not queue.take_reorder(gif)
    assert not queue.start(gif)
    assert [queue.take_reorder(gif), queue.take_reorder(gif)] == [True, False]


def test_dropped_gifs_leave_the_queue_unless_pending(queue: RenderQueue, gif: GifKey) -> None:
    queue.start(gif)
    queue.drop_postponed({gif})
    assert len(queue) == 1
    queue.finish(gif, "postponed")
    queue.drop_postponed({gif})
    assert (len(queue), queue.oldest_s) == (0, 0)


def test_reservations_are_limited_to_the_queue_length(queue: RenderQueue, gif: GifKey) -> None:
    queue.start(gif)
    with queue.reserve(2), pytest.raises(Busy, match="3 GIFs are in the queue"), queue.reserve(1):
        pass
    with queue.reserve(2):
        pass


class Clock:
    """A clock that tests advance."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(render_queue, "time", self)

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def gifs(number: int) -> list[GifKey]:
    return [order.gifs[0] for _ in range(number) for order in pipeline.new_orders(new_view(), "blur", {})]


def paced(clock: Clock, every_s: float, max_wait_s: float = 4, max_gifs: int = 1000) -> RenderQueue:
    """Return a queue whose GIFs have finished at this pace for a while."""
    queue = RenderQueue(max_gifs=max_gifs, max_wait_s=max_wait_s, workers=2)
    waiting = gifs(200)
    for each in waiting:
        queue.start(each)
    for each in waiting:
        clock.now += every_s
        queue.finish(each, "made")
    return queue


def test_orders_with_too_long_an_expected_wait_are_rejected(clock: Clock) -> None:
    queue = paced(clock, every_s=1)
    with queue.reserve(500):  # an empty queue accepts an order of any size
        pass
    for each in gifs(4):
        queue.start(each)
    with queue.reserve(1):
        pass
    [one] = gifs(1)
    queue.start(one)
    with pytest.raises(Busy) as raised, queue.reserve(1):
        pass
    assert raised.value.retry_after_s == 1
    queue.finish(one, "made")
    with queue.reserve(1):
        pass


def test_retry_after_is_the_expected_wait(clock: Clock) -> None:
    queue = paced(clock, every_s=2)
    for each in gifs(12):
        queue.start(each)
    with pytest.raises(Busy) as raised, queue.reserve(1):
        pass
    assert raised.value.retry_after_s == 20  # 24 s of work, of which 4 s may wait

    full = paced(clock, every_s=2, max_wait_s=1000, max_gifs=12)
    for each in gifs(12):
        full.start(each)
    with pytest.raises(Busy) as raised, full.reserve(3):
        pass
    assert raised.value.retry_after_s == 6


def test_idle_time_does_not_change_the_pace(clock: Clock) -> None:
    queue = paced(clock, every_s=1)
    for each in gifs(100):  # one at a time, with one worker idle
        queue.start(each)
        clock.now += 100
        queue.finish(each, "made")
    for each in gifs(4):
        queue.start(each)
    with queue.reserve(1):
        pass


def test_one_hanging_gif_hardly_changes_the_pace(clock: Clock) -> None:
    queue = paced(clock, every_s=1)
    hanging = gifs(2)
    for each in hanging:
        queue.start(each)
    clock.now += 1000
    queue.finish(hanging[0], "made")
    for each in gifs(2):
        queue.start(each)
    with queue.reserve(1):
        pass


def test_a_fast_gif_with_idle_workers_resets_the_pace(clock: Clock) -> None:
    queue = paced(clock, every_s=60)
    *others, last = gifs(6)
    for each in others:
        queue.start(each)
        with pytest.raises(Busy), queue.reserve(1):
            pass
        clock.now += 0.5
        queue.finish(each, "gone" if each is others[0] else "made")
    queue.start(last)
    with queue.reserve(1):
        pass
