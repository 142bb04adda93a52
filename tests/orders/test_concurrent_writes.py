from __future__ import annotations

from threading import Barrier

import pytest

from gifmill.errors import StoreFailed
from gifmill.orders.concurrent_writes import write_each


@pytest.mark.parametrize("names", [(), ("a",), tuple("abcdefghijklmnopqrstuvwxyz")])
def test_the_results_are_in_the_order_of_the_names(names: tuple[str, ...]) -> None:
    assert write_each(str.upper, names) == [name.upper() for name in names]


def test_several_are_written_at_a_time() -> None:
    together = Barrier(4, timeout=60)
    assert sorted(write_each(lambda _: together.wait(), "abcd")) == [0, 1, 2, 3]


def test_a_failure_is_raised_once_no_write_runs_any_more() -> None:
    running = set()

    def write(name: str) -> None:
        if name == "a":
            raise StoreFailed("The disk is full.")
        running.add(name)
        running.discard(name)

    with pytest.raises(StoreFailed):
        write_each(write, "abcd")
    assert running == set()
