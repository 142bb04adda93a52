from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gifmill import pipeline
from gifmill.backlog import Backlog
from gifmill.errors import Busy
from gifmill.keys import new_photo_id

if TYPE_CHECKING:
    from gifmill.keys import GifKey


@pytest.fixture
def backlog() -> Backlog:
    return Backlog(most=3, longest_s=100, workers=2)


@pytest.fixture
def gif() -> GifKey:
    [order] = pipeline.order(new_photo_id(), "blur", {})
    return order.gifs[0]


def test_what_is_begun_waits_until_it_ends(backlog: Backlog, gif: GifKey) -> None:
    assert backlog.begin(gif)
    assert (len(backlog), gif in backlog, backlog.idle) == (1, True, False)
    assert backlog.end(gif, postponed=False) >= 0
    assert (len(backlog), gif in backlog, backlog.idle, backlog.oldest_s) == (0, False, True, 0)


def test_what_is_put_off_waits_still(backlog: Backlog, gif: GifKey) -> None:
    backlog.begin(gif)
    backlog.end(gif, postponed=True)
    assert (len(backlog), gif in backlog, backlog.postponed) == (1, False, frozenset({gif}))
    assert backlog.oldest_s > 0


def test_what_was_put_off_has_waited_since_it_was_ordered(backlog: Backlog, gif: GifKey) -> None:
    backlog.begin(gif)
    first = backlog.end(gif, postponed=True)
    assert backlog.begin(gif)
    assert backlog.end(gif, postponed=False) > first
    assert backlog.postponed == frozenset()


def test_what_is_ordered_while_it_is_made_is_looked_at_once_more(backlog: Backlog, gif: GifKey) -> None:
    backlog.begin(gif)
    assert not backlog.once_more(gif)
    assert not backlog.begin(gif)
    assert [backlog.once_more(gif), backlog.once_more(gif)] == [True, False]


def test_what_is_forgotten_does_not_wait_unless_it_has_begun(backlog: Backlog, gif: GifKey) -> None:
    backlog.begin(gif)
    backlog.forget({gif})
    assert len(backlog) == 1
    backlog.end(gif, postponed=True)
    backlog.forget({gif})
    assert (len(backlog), backlog.oldest_s) == (0, 0)


def test_there_is_room_for_so_many_and_no_more(backlog: Backlog, gif: GifKey) -> None:
    backlog.begin(gif)
    with backlog.room(2), pytest.raises(Busy, match="3 GIFs are waiting"), backlog.room(1):
        pass
    with backlog.room(2):
        pass


def test_who_is_refused_hears_when_to_come_back(backlog: Backlog, gif: GifKey) -> None:
    backlog.begin(gif)
    for _ in range(100):
        backlog.took(20)
    with pytest.raises(Busy) as raised, backlog.room(4):
        pass
    assert raised.value.retry_after_s == 20  # two have to be made, by two workers


def test_who_would_wait_too_long_is_refused_although_there_is_room(gif: GifKey) -> None:
    backlog = Backlog(most=100, longest_s=4, workers=2)
    for _ in range(100):
        backlog.took(10)
    with backlog.room(50):  # as long as nobody waits, one order may be as large as it likes
        pass
    backlog.begin(gif)
    with pytest.raises(Busy) as raised, backlog.room(1):
        pass
    assert raised.value.retry_after_s == 1
    backlog.end(gif, postponed=False)
    with backlog.room(1):
        pass
