"""What is handed in during a storm: real photos, in every way that there is, some of them broken."""

from __future__ import annotations

import io
import random
import threading
from typing import TYPE_CHECKING

from PIL import Image
from tests.chaos.invariants import MOST_ERRANDS, Errand

from bench.benchmark_photos import OUT, PHOTOS, large_photo

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTHS_PX = (120, 240, 451)
CAMERA = "a camera's, 12 MP"
_CAMERA_PX = (4000, 3000)
_GRAIN = 12
_CAMERAS = 0.02
"""Of all photos."""


def pictures() -> dict[str, bytes]:
    """Real photos as JPEGs, small ones and one as large as a camera's."""
    made = {}
    for name, path in PHOTOS.items():
        with Image.open(path) as image:
            for width in _WIDTHS_PX:
                file = io.BytesIO()
                small = image.convert("RGB")
                small.thumbnail((width, width))
                small.save(file, "JPEG", quality=90)
                made[f"{name}, {width} px"] = file.getvalue()
    made[CAMERA] = large_photo(OUT / "12mp.jpg", _CAMERA_PX, noise=_GRAIN).read_bytes()
    return made


def errands(seed: int, names: list[str]) -> Iterator[Errand]:
    """What is handed in, one after the other."""
    chance = random.Random(f"errands {seed}")
    small = [name for name in names if name != CAMERA]
    for number in range(MOST_ERRANDS):
        yield Errand(
            number,
            CAMERA if chance.random() < _CAMERAS else chance.choice(small),
            chance.choice(("classic", "classic", "blur", "recursive", "blur,recursive")),
            chance.choice(("raw", "raw", "multipart", "form")),
            chance.choices(("", "truncated", "no photo", "broken off"), (90, 4, 3, 3))[0],
        )


class Shared[T]:
    """An iterator that threads take turns with."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        with self._lock:
            return next(self._items)
