"""Uploads of a chaos run: real photos by each way of upload, some of them faulty."""

from __future__ import annotations

import io
import random
import threading
from typing import TYPE_CHECKING

from PIL import Image
from tests.chaos.invariants import MAX_UPLOADS, Upload

from bench.benchmark_photos import OUT, PHOTOS, large_photo

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTHS_PX = (120, 240, 451)
LARGE_PHOTO = "large, 12 MP"
_LARGE_PX = (4000, 3000)
_GRAIN = 12
_LARGE_SHARE = 0.02
"""Share of large photos."""


def photo_files() -> dict[str, bytes]:
    """Return JPEG files by name: real photos in small sizes, and one of 12 megapixels."""
    files = {}
    for name, path in PHOTOS.items():
        with Image.open(path) as image:
            for width in _WIDTHS_PX:
                file = io.BytesIO()
                small = image.convert("RGB")
                small.thumbnail((width, width))
                small.save(file, "JPEG", quality=90)
                files[f"{name}, {width} px"] = file.getvalue()
    files[LARGE_PHOTO] = large_photo(OUT / "12mp.jpg", _LARGE_PX, noise=_GRAIN).read_bytes()
    return files


def upload_plan(seed: int, names: list[str]) -> Iterator[Upload]:
    """Generate the uploads in their order."""
    chance = random.Random(f"uploads {seed}")
    small = [name for name in names if name != LARGE_PHOTO]
    for number in range(MAX_UPLOADS):
        yield Upload(
            number,
            LARGE_PHOTO if chance.random() < _LARGE_SHARE else chance.choice(small),
            chance.choice(("classic", "classic", "blur", "recursive", "blur,recursive")),
            chance.choice(("raw", "raw", "multipart", "form")),
            chance.choices(("", "truncated", "no photo", "broken off"), (90, 4, 3, 3))[0],
        )


class ThreadSafeIterator[T]:
    """An iterator that several threads can use."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        with self._lock:
            return next(self._items)
