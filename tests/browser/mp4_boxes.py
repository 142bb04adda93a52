"""A parser of MP4 files, written from ISO/IEC 14496-12 alone."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

_CONTAINERS = {"moov", "trak", "mdia", "minf", "dinf", "stbl"}


@dataclass(frozen=True, slots=True)
class Box:
    """A box.

    Attributes:
        path: its type after those of its parents: "moov/trak/tkhd".
        start: offset of its content in the file, in bytes.
        content: without the header.
    """

    path: str
    start: int
    content: bytes

    def integers(self, format_: str, offset: int = 0) -> tuple[int, ...]:
        """Decode big-endian integers, in the notation of `struct`."""
        return struct.unpack_from(f">{format_}", self.content, offset)


def boxes(data: bytes, parent: str = "", offset: int = 0) -> list[Box]:
    """Return all boxes, each before its children."""
    found = []
    at = 0
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        assert 8 <= size <= len(data) - at, f"{name!r} at {offset + at} has a size of {size}"
        path = f"{parent}/{name.decode()}".strip("/")
        content = data[at + 8 : at + size]
        found.append(Box(path, offset + at + 8, content))
        if path.rsplit("/", 1)[-1] in _CONTAINERS:
            found += boxes(content, path, offset + at + 8)
        at += size
    return found


class Mp4:
    """A file with one video track.

    Attributes:
        types: types of the top-level boxes.
        timescale: units of time per second.
        durations: of the frames, in units of time.
        frames: encoded frames.
        keys: numbers of the frames that can be decoded alone, from 1.
    """

    def __init__(self, data: bytes) -> None:
        self._boxes = {box.path: box for box in boxes(data)}
        self.types = [path for path in self._boxes if "/" not in path]
        self.timescale, self.duration = self["moov/trak/mdia/mdhd"].integers("II", 12)
        table = "moov/trak/mdia/minf/stbl"
        runs = self._array(f"{table}/stts", 2)
        self.durations = [
            duration for count, duration in zip(runs[::2], runs[1::2], strict=True) for _ in range(count)
        ]
        self.keys = self._array(f"{table}/stss", 1)
        assert self._array(f"{table}/stsc", 3)[0::2] == (1, 1)
        sizes = self[f"{table}/stsz"].integers(f"{self[f'{table}/stsz'].integers('I', 8)[0]}I", 12)
        [first] = self._array(f"{table}/stco", 1)
        ends = [first]
        for size in sizes:
            ends.append(ends[-1] + size)
        media = self["mdat"]
        assert (ends[0], ends[-1]) == (media.start, media.start + len(media.content))
        self.frames = [data[start:end] for start, end in pairwise(ends)]

    def __getitem__(self, path: str) -> Box:
        return self._boxes[path]

    def _array(self, path: str, fields: int) -> tuple[int, ...]:
        [count] = self[path].integers("I", 4)
        return self[path].integers(f"{count * fields}I", 8)

    def sample_entry(self) -> dict[str, Box]:
        """Return the boxes of the visual sample entry, by type, and the entry itself as "avc1"."""
        description = self["moov/trak/mdia/minf/stbl/stsd"]
        [entry] = boxes(description.content[8:])
        return {entry.path: entry} | {box.path: box for box in boxes(entry.content[78:])}
