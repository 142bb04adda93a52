"""Lines of a caption: wrapped, balanced, and sized so that they fit the canvas."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

from gifmill.rendering.captions.bidi import visual_order
from gifmill.rendering.captions.pieces import SPACE_EM, Piece, Word, read_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gifmill.animation import Size

OUTLINE_EM = 0.085
"""Width of the outline: as wide as memes have it, and no letter closes up."""

_CAPITAL_EM = 0.86
"""Height that each line has at least above its baseline: that of capitals."""

_LEADING_EM = 1.12
"""Distance of two baselines; more where marks would collide."""

_GAP_EM = 0.1
"""Distance between the ink of two lines, without their outlines."""

_LEGIBLE_PX = 9.0
"""Size below which more lines are better than smaller letters."""

_BROKEN_WORDS_PX = 6.0
_BROKEN_WORDS_SIZE = 0.33
"""Words are broken rather than being smaller than this size, or than this share of the largest size."""

_HEIGHT_SHARES = ((0.4, 9.0), (0.6, 7.0), (1.0, 0.0))
"""Shares of the canvas's height that a caption may take, each with the size from which it is enough."""

_GOOD_SIZE = 0.66
"""Share of the largest possible size from which fewer lines are better than larger letters."""

_MAX_LINES = 24


@dataclass(frozen=True, slots=True)
class PlacedPiece:
    """A piece on the canvas.

    Attributes:
        piece: the piece.
        x_px: of its origin, from the left edge.
        baseline_px: from the top edge.
        order: its number in the text.
    """

    piece: Piece
    x_px: float
    baseline_px: float
    order: int


@dataclass(frozen=True, slots=True)
class CaptionLayout:
    """A caption that fits its canvas.

    Attributes:
        size_px: of the font.
        pieces: in logical order.
        top_px, bottom_px: vertical extent of all lines, with outlines and room for motion.
    """

    size_px: float
    pieces: tuple[PlacedPiece, ...]
    top_px: float
    bottom_px: float


@dataclass(frozen=True, slots=True)
class _Line:
    """Words of a line in logical order; lengths in em."""

    words: tuple[Word, ...]

    @property
    def width_em(self) -> float:
        return _width_em(self.words)

    @property
    def overhang_em(self) -> float:
        """What ink exceeds the pieces' width on either side: marks may be wider than their letter."""
        pieces = [piece for word in self.words for piece in word.pieces]
        return max(0.0, *(max(-each.left_em, each.right_em - each.advance_em) for each in pieces))

    @property
    def top_em(self) -> float:
        return max(_CAPITAL_EM, *(piece.top_em for word in self.words for piece in word.pieces))

    @property
    def bottom_em(self) -> float:
        return min(0.0, *(piece.bottom_em for word in self.words for piece in word.pieces))


def lay_out(text: str, size: Size, *, at_top: bool, room_em: float) -> CaptionLayout:
    """Wrap and size a text for a canvas.

    Args:
        text: not empty; lines may be separated by line breaks.
        size: of the canvas.
        at_top: place it at the top edge, otherwise at the bottom.
        room_em: what letters move in each direction.

    Raises:
        MissingGlyph: a character cannot be drawn.
    """
    paragraphs = [words for line in text.split("\n") if (words := read_words(line))]
    around_em = OUTLINE_EM + room_em
    margin_px = 1 + 0.03 * min(size)
    width_px = max(size.width - 2 * margin_px, 1.0)
    size_px, lines = 0.0, list[_Line]()
    for share, enough_px in _HEIGHT_SHARES:
        height_px = max(min(size.height * share, size.height - 2 * margin_px), 1.0)
        found = _largest(paragraphs, width_px, height_px, around_em, _largest_px(size))
        if found[0] > size_px:
            size_px, lines = found
        if size_px >= enough_px:
            break
    height_px = _height_em(lines, around_em) * size_px
    top_px = margin_px if at_top else size.height - margin_px - height_px
    return CaptionLayout(
        size_px, tuple(_place(lines, size, size_px, top_px, around_em)), top_px, top_px + height_px
    )


def _largest_px(size: Size) -> float:
    """Return the largest size of letters on a canvas: relatively larger on small ones."""
    return 8 + 0.105 * sqrt(size.width * size.height)


def _largest(
    paragraphs: Sequence[Sequence[Word]], width_px: float, height_px: float, around_em: float, max_px: float
) -> tuple[float, list[_Line]]:
    """Return the size and the lines of the fewest lines whose size is good."""
    broken_px = max(_BROKEN_WORDS_PX, _BROKEN_WORDS_SIZE * max_px)
    longest_em = max(width_px / broken_px - 2 * around_em, 1.0)
    words = [[part for word in paragraph for part in word.broken(longest_em)] for paragraph in paragraphs]
    sized = []
    for count in range(len(words), max(len(words), _MAX_LINES) + 1):
        lines = _balanced(words, count)
        widest_em = max(line.width_em + 2 * line.overhang_em for line in lines) + 2 * around_em
        size_px = min(max_px, width_px / widest_em, height_px / _height_em(lines, around_em))
        sized.append((size_px, lines))
        if len(lines) < count:  # there are no more words
            break
    best_px = max(size_px for size_px, _ in sized)
    good_px = max(_GOOD_SIZE * best_px, min(best_px, _LEGIBLE_PX))
    return next((size_px, lines) for size_px, lines in sized if size_px >= good_px)


def _balanced(paragraphs: Sequence[Sequence[Word]], count: int) -> list[_Line]:
    """Wrap into at most `count` lines, the longest of which is as short as possible."""
    low = max(word.advance_em for words in paragraphs for word in words)
    high = max(_width_em(words) for words in paragraphs)
    if len(paragraphs) == count:
        low = high
    while high - low > 0.01:
        middle = (low + high) / 2
        if len(list(_wrapped(paragraphs, middle))) <= count:
            high = middle
        else:
            low = middle
    return list(_wrapped(paragraphs, high))


def _wrapped(paragraphs: Sequence[Sequence[Word]], width_em: float) -> Iterator[_Line]:
    for words in paragraphs:
        line: list[Word] = []
        for word in words:
            if line and _width_em([*line, word]) > width_em + 1e-9:
                yield _Line(tuple(line))
                line = []
            line.append(word)
        yield _Line(tuple(line))


def _width_em(words: Sequence[Word]) -> float:
    """Return the width of words on a line, whose first has no space before it."""
    return sum(word.advance_em + SPACE_EM * (word.spaced and at > 0) for at, word in enumerate(words))


def _baselines_em(lines: Sequence[_Line], around_em: float) -> list[float]:
    """Return the distance of each baseline from the top of the caption."""
    baselines = [lines[0].top_em + around_em]
    for before, line in pairwise(lines):
        apart = line.top_em - before.bottom_em + _GAP_EM + around_em
        baselines.append(baselines[-1] + max(_LEADING_EM + around_em - OUTLINE_EM, apart))
    return baselines


def _height_em(lines: Sequence[_Line], around_em: float) -> float:
    return _baselines_em(lines, around_em)[-1] - lines[-1].bottom_em + around_em


def _place(
    lines: Sequence[_Line], size: Size, size_px: float, top_px: float, around_em: float
) -> Iterator[PlacedPiece]:
    order = 0
    for line, baseline_em in zip(lines, _baselines_em(lines, around_em), strict=True):
        parts: list[tuple[int, Piece | None, int]] = []
        for at, word in enumerate(line.words):
            if word.spaced and at:
                parts.append((word.level, None, order))
            for piece in word.pieces:
                parts.append((piece.level, piece, order))
                order += 1
        x_px = (size.width - line.width_em * size_px) / 2
        for _, part, number in visual_order(parts, lambda part: part[0]):
            if part is not None:
                yield PlacedPiece(part, x_px, top_px + baseline_em * size_px, number)
            x_px += (SPACE_EM if part is None else part.advance_em) * size_px
