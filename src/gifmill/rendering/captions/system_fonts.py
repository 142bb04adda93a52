"""Fonts of the operating system, for scripts that the bundled fonts do not have."""

from __future__ import annotations

import os
import sys
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.rendering.captions.character_map import CharacterMap, read_character_map

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_EXTENSIONS = frozenset({".ttf", ".otf", ".ttc", ".otc"})

_PREFERRED = ("noto", "bold", "black", "sans")
"""Parts of file names of fonts that look best in a caption."""

_AVOIDED = (
    "italic",
    "oblique",
    "mono",
    "serif",
    "light",
    "thin",
    "math",
    "unifont",
    "fallback",
    "nastaliq",
)
"""Parts of file names of fonts for other purposes."""


_WITHOUT_LETTERS = ("lastresort", "adobeblank", "notdef")
"""Parts of file names of fonts that have a box or nothing for each character."""


def find_system_font(characters: Sequence[str], *, emoji: bool) -> Path | None:
    """Return the font that suits a caption best and has all the characters.

    Args:
        characters: single characters.
        emoji: prefer a font of emoji.
    """
    paths = _fonts()
    for path in sorted(paths, key=lambda path: "emoji" not in path.name.lower()) if emoji else paths:
        found = _character_map(path)
        if found is not None and all(found.has(each) for each in characters):
            return path
    return None


@cache
def _fonts() -> tuple[Path, ...]:
    """Return all fonts, the most suitable first."""
    found = {
        Path(folder, name)
        for top in _folders()
        for folder, _, names in os.walk(top)
        for name in names
        if Path(name).suffix.lower() in _EXTENSIONS
        and not any(part in name.lower() for part in _WITHOUT_LETTERS)
    }
    return tuple(sorted(found, key=lambda path: (-_suitability(path), path.name, str(path))))


def _suitability(path: Path) -> int:
    name = path.name.lower()
    return sum(part in name for part in _PREFERRED) - 2 * sum(part in name for part in _AVOIDED)


def _folders() -> Iterator[Path]:
    """Yield the well-known folders of fonts.

    Sources: XDG Base Directory Specification; fonts-conf(5); Apple, "Where are fonts installed on Mac".
    """
    home = Path.home()
    if sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
        return
    data = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    own = os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")
    yield from (Path(folder, "fonts") for folder in (*data.split(":"), own) if folder)
    yield home / ".fonts"


@lru_cache(maxsize=32)
def _character_map(path: Path) -> CharacterMap | None:
    """Return the characters of a font; None if it cannot be read."""
    try:
        return read_character_map(path)
    except (OSError, ValueError):
        return None
