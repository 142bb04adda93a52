"""What the goldens hold, and how to pin them anew: `python -m tests.golden.pin` from the root.

Digests pin whatever integer arithmetic makes: the frames of each effect, and mosaics of at most 256 blocks as
decoded. Palettes of more colours come out of floating-point sums whose last bit depends on the processor's
BLAS, and one bit may move a palette entry, so a digest of those frames would hold on one machine only. They
are pinned by their distance from the exact frames instead, which is as telling and moves by a hair at most.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np
from tests.gif.decoder import decode

from gifmill import open_photo
from gifmill.effects import PACKS, find_effect
from gifmill.gif import PRESETS, encode

if TYPE_CHECKING:
    from gifmill.animation import Animation, Pixels

FOLDER = Path(__file__).parent
PHOTOS = ("chelsea", "rocket")


class Pinned(TypedDict):
    """Of one effect on one photo.

    `frames`: digests of the exact frames; `delays_cs`: of the written ones; `errors`: for each preset and
    frame the root of the mean squared error in levels of 256, 0 where it is exact; `bytes`: for each preset.
    """

    frames: list[str]
    delays_cs: list[int]
    errors: dict[str, list[float]]
    bytes: dict[str, int]


def golden(photo: str) -> Path:
    return FOLDER / f"{photo}.json"


def animation(photo: str, effect: str) -> Animation:
    return find_effect(effect).animate(open_photo(FOLDER.parent / "photos" / f"{photo}.jpg"), duration=3.0)


def digest(pixels: Pixels) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()[:16]


def measured(photo: str, effect: str) -> Pinned:
    made = animation(photo, effect)
    wanted = [made.canvas(number) for number in range(len(made.frames))]
    pinned = Pinned(frames=[digest(canvas) for canvas in wanted], delays_cs=[], errors={}, bytes={})
    for name, preset in PRESETS.items():
        gif = encode(made, preset)
        found = decode(gif)
        pinned["delays_cs"] = [block.delay_cs for block in found.blocks]
        pinned["errors"][name] = [
            round(float(np.sqrt(np.square(canvas - np.array(shown, float).reshape(canvas.shape)).mean())), 3)
            for canvas, shown in zip(wanted, found.canvases, strict=True)
        ]
        pinned["bytes"][name] = len(gif)
    return pinned


def main() -> None:
    for photo in PHOTOS:
        pinned = {effect: measured(photo, effect) for effect in PACKS["classic"]}
        golden(photo).write_text(json.dumps(pinned, indent=1) + "\n")


if __name__ == "__main__":
    main()
