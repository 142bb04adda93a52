"""The visual order of text that runs in both directions.

Source: Unicode Standard Annex 9, without explicit embeddings, overrides and isolates, which captions cannot
have.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from unicodedata import bidirectional

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_NUMBERS = frozenset({"EN", "AN"})
_NUMBER_SIGNS = frozenset({"ES", "CS", "ET"})

_MIRRORED = str.maketrans("()[]{}<>«»\u2039\u203a", ")(][}{><»«\u203a\u2039")


def embedding_levels(clusters: Sequence[str]) -> list[int]:
    """Return the level of each cluster of a paragraph: odd ones run from right to left.

    The first letter with a direction decides the paragraph's (rules P2 and P3).
    """
    classes = [bidirectional(cluster[0]) for cluster in clusters]
    strong = next((each for each in classes if each == "L" or each in _RIGHT_TO_LEFT), "L")
    base = 1 if strong in _RIGHT_TO_LEFT else 0
    kinds = _neutrals_resolved(_numbers_resolved(classes, "R" if base else "L"), "R" if base else "L")
    levels = {0: {"L": 0, "R": 1, "N": 2}, 1: {"L": 2, "R": 1, "N": 2}}[base]  # rules I1 and I2
    return [levels[kind] for kind in kinds]


def visual_order[Part](parts: Sequence[Part], level: Callable[[Part], int]) -> list[Part]:
    """Return the parts of a line from left to right (rule L2)."""
    ordered = list(parts)
    for threshold in range(max(map(level, parts), default=0), 0, -1):
        runs = groupby(ordered, key=lambda part: level(part) >= threshold)
        ordered = [part for high, run in runs for part in (reversed([*run]) if high else run)]
    return ordered


def mirrored(text: str) -> str:
    """Return the text with its brackets turned around, as they are in text from right to left (rule L4)."""
    return text.translate(_MIRRORED)


def _numbers_resolved(classes: Sequence[str], base: str) -> list[str]:
    """Return L, R, N for numbers, and "" for neutral clusters (rules W2 to W7)."""
    kinds: list[str] = []
    last_strong = base
    for at, each in enumerate(classes):
        if each == "L" or each in _RIGHT_TO_LEFT:
            last_strong = "L" if each == "L" else "R"
            kinds.append(last_strong)
        elif each in _NUMBERS or (each in _NUMBER_SIGNS and _is_in_number(classes, at)):
            kinds.append("L" if last_strong == "L" and each != "AN" else "N")
        else:
            kinds.append("")
    return kinds


def _is_in_number(classes: Sequence[str], at: int) -> bool:
    """Return whether a sign belongs to a number: a separator between digits, or a unit beside them."""
    before = at > 0 and classes[at - 1] in _NUMBERS
    after = at + 1 < len(classes) and classes[at + 1] in _NUMBERS
    return before or after if classes[at] == "ET" else before and after


def _neutrals_resolved(kinds: Sequence[str], base: str) -> list[str]:
    """Give neutral clusters the direction on both sides, or the paragraph's (rules N1 and N2)."""
    resolved = list(kinds)
    at = 0
    for neutral, run in groupby(kinds, key=lambda kind: kind == ""):
        length = len(list(run))
        if neutral:
            before = _direction(kinds[at - 1]) if at else base
            after = _direction(kinds[at + length]) if at + length < len(kinds) else base
            resolved[at : at + length] = [before if before == after else base] * length
        at += length
    return resolved


def _direction(kind: str) -> str:
    return "L" if kind == "L" else "R"
