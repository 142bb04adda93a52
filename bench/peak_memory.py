"""Peak memory of a running server process and of its workers."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psutil


@contextmanager
def peak_memory(process: psutil.Process) -> Iterator[dict[str, int]]:
    """Measure the peak bytes of a server ("server", USS) and its workers ("workers", PSS) in the block."""
    most, over = {"server": 0, "workers": 0}, threading.Event()

    def watch() -> None:
        while not over.wait(1):
            most["server"] = max(most["server"], process.memory_full_info().uss)
            held = sum(each.memory_full_info().pss for each in process.children(recursive=True))
            most["workers"] = max(most["workers"], held)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield most
    finally:
        over.set()
        watching.join()
