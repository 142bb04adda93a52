"""Threads for the GIFs of a whole command."""

from __future__ import annotations

import os
import signal
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Semaphore
from typing import TYPE_CHECKING, NoReturn, Self

from gifmill.cli.exit_codes import INTERRUPTED
from gifmill.cli.photo_gifs import only

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType

    from gifmill.cli.photo_gifs import Outcome, Outcomes, PhotoGifs


class GifPool:
    """Threads that make several GIFs at a time, also of different photos.

    The encoder's core releases the GIL. Photos are opened in the main thread, because only the thread that
    writes to standard error may silence it.

    Args:
        jobs: maximum number of GIFs at a time. At most one photo more is in memory.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._threads = ThreadPoolExecutor(jobs)
        self._photos: Iterator[PhotoGifs] = iter(())
        self._begun: deque[Outcomes] = deque()
        self._unfinished: set[Future[Outcome]] = set()
        self._permits = Semaphore(jobs)

    @property
    def saving(self) -> AbstractContextManager[object]:
        """A block that writes a file: an interrupt waits for its end."""
        return self._permits

    def make(self, photos: Iterable[PhotoGifs]) -> Iterator[Outcomes]:
        """Yield the outcomes of each photo, in order. Photos are opened ahead while GIFs are awaited."""
        self._photos = iter(photos)
        while self._begun or self._begin_photo():
            yield self._begun.popleft()

    def _begin_photo(self) -> bool:
        """Open the next photo and queue its GIFs; return whether there was one."""
        photo = next(self._photos, None)
        if photo is None:
            return False
        if error := photo.open():
            self._begun.append(only(error))
            return True
        gifs = [self._threads.submit(photo.make, index) for index in range(len(photo))]
        self._unfinished.update(gifs)
        self._begun.append(self._outcomes(photo, gifs))
        return True

    def _outcomes(self, photo: PhotoGifs, gifs: Sequence[Future[Outcome]]) -> Outcomes:
        try:
            for gif in gifs:
                yield self._result(gif)
        finally:
            photo.stop()

    def _result(self, gif: Future[Outcome]) -> Outcome:
        """Wait for a GIF. Meanwhile open the next photo whenever all GIFs are begun.

        Each photo in memory has an unfinished GIF, so there are at most `jobs` of them before.
        """
        while not gif.done():
            self._unfinished = {each for each in self._unfinished if not each.done()}
            if len(self._unfinished) > self._jobs or not self._begin_photo():
                wait(self._unfinished, return_when=FIRST_COMPLETED)
        return gif.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt):
            self._end_process()
        try:
            self._threads.shutdown(cancel_futures=True)
        except KeyboardInterrupt:  # after another error, GIFs may be unfinished
            self._end_process()

    def _end_process(self) -> NoReturn:
        """End the process when no thread is writing a file.

        A thread cannot be stopped, and Python waits for it at exit, for seconds if the GIF is large. A second
        Ctrl-C changes nothing.
        """
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for _ in range(self._jobs):
            self._permits.acquire()
        os._exit(INTERRUPTED)
