"""The changes of an animation that are seen as flashes, and their number for any delays.

Which cells change depends on the pictures alone. How often they change within a second depends on the delays
too, so a file can be tried with other delays without another encode.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

type Floats = NDArray[np.float32]
type Areas = NDArray[np.float64]
"""Each cell's share of the picture."""

type Changes = NDArray[np.int8]
"""1 where a cell has brightened, -1 where it has darkened, else 0; shape (pictures, cells)."""

MAX_CHANGES_PER_SECOND = 6
"""Allowed opposing changes within one second: three flashes, each a pair of changes."""

_MIN_FLASH_AREA = 0.25
"""Share of the picture: flashes on a smaller area are safe. It is not an area of the screen, because the
viewer's screen is unknown."""

_SECOND_CS = 100

_WHOLE_AREA = np.ones(1)
"""Area of one cell that is the whole picture."""


class Track(NamedTuple):
    """The opposing changes of some cells.

    Attributes:
        totals: number of changes of each cell before each picture, and in the whole loop: shape
            (pictures + 1, cells).
        area: of each cell.
    """

    totals: NDArray[np.int32]
    area: Areas

    def of_loop(self, times: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the changes before each picture; numbers beyond the loop are those of later loops."""
        loops, pictures = np.divmod(times, len(self.totals) - 1)
        counts: NDArray[np.int32] = loops[:, None].astype(np.int32) * self.totals[-1] + self.totals[pictures]
        return counts


@dataclass(frozen=True, slots=True, eq=False)
class FlashMeasurement:
    """The changes of the pictures of a file, looped for ever.

    Attributes:
        pictures: number of pictures, each with a delay.
        tracks: changes of luminance and of saturated red, on each background.
    """

    pictures: int
    tracks: tuple[Track, ...]

    def max_changes_per_second(self, delays_cs: Sequence[int]) -> int:
        """Return the largest number of opposing changes over a quarter of the picture within a second.

        More than `MAX_CHANGES_PER_SECOND` are dangerous.

        Args:
            delays_cs: display time of each picture.
        """
        ends = self._window_ends(delays_cs)
        return max((_most_changes(track, counts) for track, counts in self._counts(ends)), default=0)

    def is_safe(self, delays_cs: Sequence[int]) -> bool:
        """Return whether at most `MAX_CHANGES_PER_SECOND` occur."""
        return self._is_safe(self._window_ends(delays_cs))

    def first_safe(
        self, durations_cs: Iterable[int], delays_of: Callable[[int], Sequence[int]]
    ) -> int | None:
        """Return the first safe duration, or None.

        Args:
            durations_cs: durations of the loop to try, in order.
            delays_of: returns the delays of the pictures for a duration.
        """
        tried = b""  # most durations have the windows of the one before
        for duration_cs in durations_cs:
            ends = self._window_ends(delays_of(duration_cs))
            if ends.tobytes() != tried and self._is_safe(ends):
                return duration_cs
            tried = ends.tobytes()
        return None

    def flashing_pictures(self, delays_cs: Sequence[int]) -> NDArray[np.bool]:
        """Return which pictures have changes in a second that has too many; shape (pictures,)."""
        ends = self._window_ends(delays_cs)
        flashing = np.zeros(self.pictures, np.bool)
        for track, counts in self._counts(ends):
            over = counts > MAX_CHANGES_PER_SECOND
            changes = np.diff(track.totals, axis=0) > 0
            for start in np.flatnonzero(over @ track.area > _MIN_FLASH_AREA):
                window = np.arange(start, min(ends[start], start + self.pictures)) % self.pictures
                flashing[window] |= changes[window][:, over[start]].any(axis=1)
        return flashing

    def _is_safe(self, ends: NDArray[np.int64]) -> bool:
        return all(
            ((counts > MAX_CHANGES_PER_SECOND) @ track.area).max() <= _MIN_FLASH_AREA
            for track, counts in self._counts(ends)
        )

    def _counts(self, ends: NDArray[np.int64]) -> Iterator[tuple[Track, NDArray[np.int32]]]:
        """Yield each track with the changes of its cells within the second that begins with each picture."""
        for track in self.tracks:
            yield track, track.of_loop(ends) - track.totals[:-1]

    def _window_ends(self, delays_cs: Sequence[int]) -> NDArray[np.int64]:
        """Return for each picture the number of the first one that begins a second or more after it.

        Raises:
            ValueError: there is not one delay for each picture.
        """
        if len(delays_cs) != self.pictures:
            raise ValueError(f"{len(delays_cs)} delays for {self.pictures} pictures")
        *starts, duration = accumulate(delays_cs, initial=0)
        loops, rest = np.divmod(np.array(starts) + _SECOND_CS, max(duration, 1))  # a still WebP has no delay
        ends: NDArray[np.int64] = loops * self.pictures + np.searchsorted(starts, rest)
        return ends


def measure_changes(states: Floats, area: Areas, change: float, dark: float) -> Iterator[Track]:
    """Measure the changes of one quantity on one background.

    Args:
        states: of each cell, shape (pictures, cells).
        area: of each cell.
        change: minimum difference that counts.
        dark: the darker state must be below this.

    Yields:
        The changes of the same cells, and those of pictures that brighten or darken a quarter of all cells at
        once, as changes of one cell; nothing if too few cells change at all.
    """
    changing = np.ptp(states, axis=0) >= change
    area = area[changing]
    if area.sum() > _MIN_FLASH_AREA:
        changes = _opposing_changes(states[:, changing], change, dark)
        yield Track(_totals(changes), area)
        yield Track(_totals(_simultaneous_changes(changes, area)), _WHOLE_AREA)


def _totals(changes: Changes) -> NDArray[np.int32]:
    return np.pad(np.cumsum(np.abs(changes), axis=0, dtype=np.int32), ((1, 0), (0, 0)))


def _most_changes(track: Track, counts: NDArray[np.int32]) -> int:
    """Return the largest number of changes that more than a quarter of the area has."""
    for most in range(int(counts.max()), 0, -1):
        if ((counts >= most) @ track.area).max() > _MIN_FLASH_AREA:
            return most
    return 0


def _opposing_changes(states: Floats, change: float, dark: float) -> Changes:
    """Find opposing changes in one loop of the animation.

    A cell changes when its difference from the extreme since its last opposite change is large enough. The
    result depends on earlier states only until both extremes of a loop have occurred, so the second loop
    equals all later ones.

    Args:
        states: shape (pictures, cells).
        change: minimum difference.
        dark: the darker state must be below this.

    Returns:
        1 where a cell has brightened, -1 where it has darkened, else 0; same shape.
    """
    found = np.zeros(states.shape, np.int8)
    low, high = states[0].copy(), states[0].copy()
    last = np.zeros(states.shape[1], np.int8)
    for number in (*range(len(states)), *range(len(states))):
        now = states[number]
        rise = (last <= 0) & (now - low >= change) & (low < dark)
        fall = (last >= 0) & (high - now >= change) & (now < dark)
        found[number] = rise.astype(np.int8) - fall.astype(np.int8)
        last = np.where(rise | fall, found[number], last)
        low = np.where(fall, now, np.minimum(low, now))
        high = np.where(rise, now, np.maximum(high, now))
    return found


def _simultaneous_changes(changes: Changes, area: Areas) -> Changes:
    """Return opposing changes of more than a quarter of the area at once, as changes of a single cell."""
    rise, fall = (changes > 0) @ area > _MIN_FLASH_AREA, (changes < 0) @ area > _MIN_FLASH_AREA
    found = np.zeros((len(changes), 1), np.int8)
    last = 0
    for number in (*range(len(changes)), *range(len(changes))):
        if (rise[number] and last <= 0) or (fall[number] and last >= 0):
            last = 1 if rise[number] and last <= 0 else -1
            found[number] = last
        else:
            found[number] = 0
    return found
