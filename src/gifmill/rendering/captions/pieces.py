"""Text as pieces: the smallest parts that are drawn and moved by themselves.

A piece is a letter with its marks, an emoji, or a whole word of a script whose letters join. Lengths are in
em: the size of the font.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from gifmill.rendering.captions.bidi import embedding_levels, mirrored
from gifmill.rendering.captions.clusters import is_break, is_joined, split_clusters, without_variations
from gifmill.rendering.captions.faces import REFERENCE_PX, Face, find_face

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SPACE_EM = 0.24
"""Width of a space: a little more than in the bundled fonts, for the outlines on both sides of it."""

EMOJI_EM = 0.98
"""Height of an emoji that a font has as a picture: a little more than a capital."""

_EMOJI_DESCENT_EM = 0.06


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line. x is from its origin to the right, y from the baseline upwards.

    Attributes:
        text: as it is drawn.
        face: the font.
        level: embedding level; odd ones run from right to left.
        advance_em: distance to the origin of the next piece.
        left_em, right_em: horizontal extent of its ink.
        top_em, bottom_em: vertical extent of its ink; below the baseline it is negative.
    """

    text: str
    face: Face
    level: int
    advance_em: float
    left_em: float
    right_em: float
    top_em: float
    bottom_em: float

    @property
    def direction(self) -> str | None:
        """The direction for raqm; other layouts do not take one."""
        if not self.face.shaped:
            return None
        return "rtl" if self.level % 2 else "ltr"


@dataclass(frozen=True, slots=True)
class Word:
    """Pieces without a space or a line break between them, in logical order.

    Attributes:
        pieces: at least one.
        spaced: a space separates it from the word before.
        level: embedding level of that space.
    """

    pieces: tuple[Piece, ...]
    spaced: bool
    level: int

    @property
    def advance_em(self) -> float:
        """The width without the space."""
        return sum(piece.advance_em for piece in self.pieces)

    def broken(self, max_em: float) -> Iterator[Word]:
        """Yield parts of at most this width, but of one piece at least."""
        part: list[Piece] = []
        spaced = self.spaced
        for piece in self.pieces:
            if part and sum(each.advance_em for each in part) + piece.advance_em > max_em:
                yield Word(tuple(part), spaced, self.level)
                part, spaced = [], False
            part.append(piece)
        yield Word(tuple(part), spaced, self.level)


def read_words(paragraph: str) -> list[Word]:
    """Return the words of a text without line breaks.

    Raises:
        MissingGlyph: a character cannot be drawn.
    """
    clusters = split_clusters(paragraph)
    levels = embedding_levels(clusters)
    words: list[Word] = []
    spaced, space_level = False, 0
    for kind, group in groupby(zip(clusters, levels, strict=True), key=lambda each: each[0].isspace()):
        run = list(group)
        if kind:
            spaced, space_level = True, run[0][1]
            continue
        for part in _breakable(run):
            words.append(Word(tuple(_pieces(part)), spaced and bool(words), space_level))
            spaced = False
    return words


def _breakable(run: Sequence[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """Split a run of clusters where lines may break: before and after ideographs."""
    part = [run[0]]
    for (before, _), after in pairwise(run):
        if is_break(before, after[0]):
            yield part
            part = []
        part.append(after)
    yield part


def _pieces(run: Sequence[tuple[str, int]]) -> Iterator[Piece]:
    """Yield the pieces of a word's clusters and their levels."""
    faces = [find_face(cluster) for cluster, _ in run]
    parts: list[tuple[str, Face, int]] = []
    for (cluster, level), face in zip(run, faces, strict=True):
        if parts and is_joined(cluster) and is_joined(parts[-1][0]) and parts[-1][1:] == (face, level):
            parts[-1] = (parts[-1][0] + cluster, face, level)
        else:
            parts.append((cluster, face, level))
    measured = [_measure(*part) for part in parts]
    for piece, after in pairwise(measured):
        yield replace(piece, advance_em=piece.advance_em + _kerning(piece, after))
    yield measured[-1]


def _measure(text: str, face: Face, level: int) -> Piece:
    if level % 2 and not face.shaped:
        text = mirrored(text)
    text = without_variations(text)
    font = face.font(REFERENCE_PX)
    piece = Piece(text, face, level, 0, 0, 0, 0, 0)
    left, top, right, bottom = font.getbbox(text, anchor="ls", direction=piece.direction)
    if face.bitmap_px is not None:
        width = EMOJI_EM * (right - left) / max(bottom - top, 1)
        top_em = EMOJI_EM - _EMOJI_DESCENT_EM
        return replace(piece, advance_em=width, right_em=width, top_em=top_em, bottom_em=-_EMOJI_DESCENT_EM)
    advance = font.getlength(text, direction=piece.direction)
    left, top, right, bottom, advance = (each / REFERENCE_PX for each in (left, top, right, bottom, advance))
    return Piece(text, face, level, advance, left, right, -top, -bottom)


def _kerning(before: Piece, after: Piece) -> float:
    """Return the kerning of two pieces, which only the bundled fonts have."""
    if before.face != after.face or before.face.shaped or before.level % 2 or after.level % 2:
        return 0
    font = before.face.font(REFERENCE_PX)
    both = font.getlength(before.text + after.text)
    return (both - font.getlength(before.text) - font.getlength(after.text)) / REFERENCE_PX
