"""Writes of several objects at a time, as a photo is stored under the name of each of its orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_CONCURRENT_WRITES = 16
"""A cloud answers a write after a while, however many others it takes meanwhile."""


def write_each[T](write: Callable[[str], T], names: Collection[str]) -> list[T]:
    """Call a function with each name, with several at a time, and return the results in order.

    Raises:
        Exception: the first one that a call has raised, once no call runs any more. Further names are not
            written.
    """
    if len(names) < 2:
        return [write(name) for name in names]
    from concurrent.futures import ThreadPoolExecutor  # most orders need none

    with ThreadPoolExecutor(_CONCURRENT_WRITES) as writers:
        return list(writers.map(write, names))
