"""Golden values of the classic effects. `python -m tests.golden.pin` updates them, called from the root.

The frames of each effect are pinned by digest, since they result from integer arithmetic. Palettes are
computed from floating-point sums whose last bit may depend on the compiler, and one bit may move a palette
entry. A digest of decoded frames would therefore be valid for one build only. Decoded frames are
pinned by their error relative to the exact frames instead, which hardly depends on the machine. It is 0 for
mosaics of up to 256 blocks.
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


class GoldenValues(TypedDict):
    """Golden values of one effect on one photo.

    Attributes:
        frames: digests of the exact frames.
        delays_cs: delays of the written frames.
        errors: root mean square error of each written frame by preset, in levels of 256; 0 if it is exact.
        bytes: size of the GIF by preset.
    """

    frames: list[str]
    delays_cs: list[int]
    errors: dict[str, list[float]]
    bytes: dict[str, int]


def golden_file(photo: str) -> Path:
    return FOLDER / f"{photo}.json"


def animation(photo: str, effect: str) -> Animation:
    path = FOLDER.parent / "sample_photos" / f"{photo}.jpg"
    return find_effect(effect).animate(open_photo(path), duration=3.0)


def digest(pixels: Pixels) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()[:16]


def measure(photo: str, effect: str) -> GoldenValues:
    exact = animation(photo, effect)
    canvases = [exact.canvas(number) for number in range(len(exact.frames))]
    values = GoldenValues(frames=[digest(canvas) for canvas in canvases], delays_cs=[], errors={}, bytes={})
    for name, preset in PRESETS.items():
        gif = encode(exact, preset)
        decoded = decode(gif)
        values["delays_cs"] = [block.delay_cs for block in decoded.blocks]
        values["errors"][name] = [
            round(float(np.sqrt(np.square(canvas - np.array(shown, float).reshape(canvas.shape)).mean())), 3)
            for canvas, shown in zip(canvases, decoded.canvases, strict=True)
        ]
        values["bytes"][name] = len(gif)
    return values


def main() -> None:
    for photo in PHOTOS:
        values = {effect: measure(photo, effect) for effect in PACKS["classic"]}
        golden_file(photo).write_text(json.dumps(values, indent=1) + "\n")


if __name__ == "__main__":
    main()
