"""The GIFs of one photo, and their outcomes: lines to print, or errors."""

from __future__ import annotations

import signal
import sys
from threading import Lock
from typing import TYPE_CHECKING, Self

from gifmill.cli.file_errors import FileError
from gifmill.errors import GifmillError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from gifmill.photo import Photo

type Outcome = str | GifmillError | FileError | None
"""The line to print, or the error; None for a GIF that was not begun because of an error before."""

type Outcomes = Generator[Outcome]
"""The outcome of each GIF of a photo, in order; only the error if the photo cannot be opened."""


class PhotoGifs:
    """The GIFs of one photo. Its pixels are released when the last GIF is done.

    Args:
        open_photo: reads the photo.
        makers: each makes and saves a GIF of the photo, and returns the line to print.
        kept: by index, the lines to print about GIFs that are not to be made.
    """

    def __init__(
        self,
        open_photo: Callable[[], Photo],
        makers: Sequence[Callable[[Photo], str]],
        kept: Mapping[int, str],
    ) -> None:
        self._open_photo = open_photo
        self._makers = makers
        self._kept = kept
        self._photo: Photo | None = None
        self._left = len(makers)
        self._lock = Lock()
        self._stopped = False

    def __len__(self) -> int:
        return len(self._makers)

    def open(self) -> Outcome:
        """Open the photo, unless no GIF is to be made of it; return the error, if any."""
        if len(self._kept) == len(self._makers):
            return None
        try:
            self._photo = self._open_photo()
        except (GifmillError, FileError) as error:
            return _without_frames(error)
        return None

    def make(self, index: int) -> Outcome:
        """Make a GIF, unless another one of this photo has failed."""
        try:
            if index in self._kept:
                return self._kept[index]
            if self._stopped or self._photo is None:
                return None
            return self._makers[index](self._photo)
        except (GifmillError, FileError) as error:
            self._stopped = True
            return _without_frames(error)
        finally:
            with self._lock:
                self._left -= 1
                if not self._left:
                    self._photo = None

    def stop(self) -> None:
        """Begin no more GIFs."""
        self._stopped = True

    def make_in_turn(self) -> Outcomes:
        """Open the photo now, and make each GIF when its outcome is read."""
        error = self.open()
        return only(error) if error else (self.make(index) for index in range(len(self)))


class InterruptsBlocked:
    """Lets Ctrl-C wait until a block ends that must be whole, such as writing a file and cleaning up.

    Windows cannot block signals; there, the block may be interrupted.
    """

    def __enter__(self) -> None:
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    def __exit__(self, *_: object) -> None:
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


class NoPool:
    """Makes one GIF at a time, without threads."""

    def __init__(self) -> None:
        self.saving = InterruptsBlocked()

    def make(self, photos: Iterable[PhotoGifs]) -> Iterator[Outcomes]:
        """Yield the outcomes of each photo, in order. A photo is opened when its outcomes are read."""
        return (photo.make_in_turn() for photo in photos)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def only(outcome: Outcome) -> Outcomes:
    """Yield one outcome."""
    yield outcome


def _without_frames[E: Exception](error: E) -> E:
    """Return the error without its stack frames: they would keep the pixels until it is reported."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error
