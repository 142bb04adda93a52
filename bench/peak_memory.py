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
    peaks, stopped = {"server": 0, "workers": 0}, threading.Event()

    def sample() -> None:
        while not stopped.wait(1):
            peaks["server"] = max(peaks["server"], process.memory_full_info().uss)
            workers_bytes = sum(each.memory_full_info().pss for each in process.children(recursive=True))
            peaks["workers"] = max(peaks["workers"], workers_bytes)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield peaks
    finally:
        stopped.set()
        thread.join()
