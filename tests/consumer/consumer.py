"""A program that uses gifmill as a library. `make release-check` checks its types and runs it with the wheel.

It imports gifmill alone, so that a type that gifmill's wheel does not export is an error here.
"""

from __future__ import annotations

import sys
from pathlib import Path

import gifmill


def make_gifs(source: Path, folder: Path) -> list[Path]:
    """Make a GIF of a photo with each effect of the pack classic, and return their paths."""
    photo: gifmill.Photo = gifmill.open_photo(source)
    paths: list[Path] = []
    sizes: list[tuple[int, int, int, int, int]] = []
    for name in gifmill.PACKS["classic"]:
        gif: gifmill.Gif = gifmill.render(photo, name, size=64)
        path = folder / f"{source.stem}-{name}.gif"
        gif.save(path)
        paths.append(path)
        sizes.append((len(gif.data), gif.frames, gif.width, gif.height, gif.duration_ms))
    assert all(min(each) > 0 for each in sizes)
    return paths


def explain(source: bytes) -> str:
    """Return the message of the error for bytes that are no photo."""
    try:
        gifmill.open_photo(source)
    except gifmill.InputError as error:
        code: str = error.code
        return f"{code}: {error.message}"
    return ""


def names() -> list[str]:
    """Return the names of the effects."""
    effects: list[gifmill.Effect] = list(gifmill.EFFECTS)
    return [effect.name for effect in effects]


if __name__ == "__main__":
    made = make_gifs(Path(sys.argv[1]), Path(sys.argv[2]))
    if not made or not names() or not explain(b"no photo").startswith("not_a_photo: "):
        raise SystemExit(f"{len(made)} GIFs, {names()}, {explain(b'no photo')}")
