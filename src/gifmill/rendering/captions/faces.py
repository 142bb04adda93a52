"""The fonts of a caption: the bundled ones, and those of the system for other scripts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import name

from PIL import ImageFont, features

from gifmill.errors import MissingGlyph
from gifmill.rendering.captions.character_map import CharacterMap, read_character_map
from gifmill.rendering.captions.clusters import is_emoji, needs_shaping, visible_characters
from gifmill.rendering.captions.system_fonts import find_system_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.ImageFont import FreeTypeFont

_FOLDER = Path(__file__).with_name("fonts")
_BUNDLED = (_FOLDER / "caption-latin.ttf", _FOLDER / "caption-greek-cyrillic.ttf")

REFERENCE_PX = 256
"""Size at which text is measured, in pixels per em: advances are rounded to whole pixels."""

_CAPITAL_HEIGHT_EM = 0.86
"""Height of capitals in the bundled font of Latin letters; others are scaled to it."""

_SCALES = (0.8, 1.3)
"""Limits of that scale: some fonts have odd capitals."""

_SCALE_WITHOUT_CAPITALS = 1.1

_BITMAP_PX = (109, 128, 136, 160, 96, 64, 32, 20)
"""Sizes of emoji in fonts that have them as pictures: Noto's, older Noto's, and Apple's."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font file, and how it draws.

    Attributes:
        path: the file.
        shaped: draw with raqm, which knows scripts. The plain layout of FreeType is the same on all machines.
        coloured: draw with the font's own colours.
        bitmap_px: the only size of a font that has pictures instead of outlines.
        scale: factor of the size, so that capitals of all fonts have one height.
    """

    path: Path
    shaped: bool
    coloured: bool
    bitmap_px: int | None
    scale: float

    def font(self, size_px: float) -> FreeTypeFont:
        """Return the font for a caption's size, in pixels per em of the bundled font."""
        return _open_font(self.path, self.bitmap_px or size_px * self.scale, shaped=self.shaped)


@lru_cache(maxsize=1024)
def find_face(cluster: str) -> Face:
    """Return the font for a cluster of characters.

    Raises:
        MissingGlyph: no font has all of the characters; their script needs raqm, which is not installed; or
            the font that has them is broken.
    """
    characters = visible_characters(cluster)
    emoji, shaped = is_emoji(cluster), needs_shaping(cluster)
    path = _bundled_font(characters)
    if emoji or path is None:
        path = find_system_font(characters, emoji=emoji) or path
    if path is None:
        raise _missing_glyph(characters)
    if shaped and not features.check("raqm"):
        raise MissingGlyph(
            f"The caption has {_described(characters[0])}, whose script needs the library FriBiDi. "
            "Install it on the machine that renders, or remove the character."
        )
    return _face(path, shaped=shaped, emoji=emoji)


def _bundled_font(characters: Sequence[str]) -> Path | None:
    """Return the bundled font that has all the characters."""
    return next((path for path in _BUNDLED if all(map(_bundled_characters(path).has, characters))), None)


@cache
def _face(path: Path, *, shaped: bool, emoji: bool) -> Face:
    bitmap_px = None
    try:
        font = _open_font(path, REFERENCE_PX, shaped=shaped)
    except OSError:
        bitmap_px = next((px for px in _BITMAP_PX if _opens(path, px)), None)
        if bitmap_px is None:
            raise MissingGlyph(
                f"The font {path.name} has a character of the caption, but cannot be opened. Repair or "
                "uninstall it on the machine that renders, or remove the character."
            ) from None
        return Face(path, shaped, emoji, bitmap_px, _CAPITAL_HEIGHT_EM)
    if path == _BUNDLED[0]:
        return Face(path, shaped, coloured=False, bitmap_px=None, scale=1.0)
    scale = _SCALE_WITHOUT_CAPITALS
    if read_character_map(path).has("H"):
        _, top, _, bottom = font.getbbox("H")
        lowest, highest = _SCALES
        scale = min(max(_CAPITAL_HEIGHT_EM * REFERENCE_PX / max(bottom - top, 1), lowest), highest)
    return Face(path, shaped, emoji, bitmap_px, scale)


@lru_cache(maxsize=64)
def _open_font(path: Path, size_px: float, *, shaped: bool) -> FreeTypeFont:
    layout = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
    return ImageFont.truetype(str(path), size_px, layout_engine=layout)


def _opens(path: Path, size_px: int) -> bool:
    try:
        _open_font(path, size_px, shaped=False)
    except OSError:
        return False
    return True


@cache
def _bundled_characters(path: Path) -> CharacterMap:
    return read_character_map(path)


def _missing_glyph(characters: Sequence[str]) -> MissingGlyph:
    """Return the error for the first character that no font has, or that none has with the others."""
    alone = ((each, _bundled_font(each) or find_system_font(each, emoji=False)) for each in characters)
    missing = next((each for each, path in alone if path is None), characters[-1])
    return MissingGlyph(
        f"No font has a glyph for {_described(missing)} of the caption. Remove it, or install a font of its "
        "script on the machine that renders, such as one of the Noto fonts."
    )


def _described(character: str) -> str:
    return f"U+{ord(character):04X} {name(character, '')}".rstrip()
