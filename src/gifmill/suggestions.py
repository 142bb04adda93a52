"""Suggestions for misspelt names: the "Did you mean" of error messages.

The command, the library and the HTTP API share these messages, so that they suggest the same names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_CHARS = 40
"""A longer name is cut before it is compared: it may come from a request."""

_MIN_PREFIX_CHARS = 3
"""Number of letters from which the beginning of a name is a suggestion, however long the name is."""

_NEAR_BEST = 0.75
"""Share of the best likeness from which a second name is suggested too."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a sentence with the known names that are most like an unknown one, and a space; else nothing.

    Args:
        name: the unknown name, from a user.
        known: the valid names.
    """
    matches = _close_names(name[:_MAX_CHARS], tuple(dict.fromkeys(known)))
    return f"Did you mean {' or '.join(map(repr, matches))}? " if matches else ""


def _close_names(name: str, known: tuple[str, ...]) -> list[str]:
    from difflib import SequenceMatcher, get_close_matches  # 3 ms, which only an error takes

    folded = {_fold(each): each for each in known}
    wanted = _fold(name)
    if wanted in folded:
        return [folded[wanted]]
    if len(wanted) >= _MIN_PREFIX_CHARS and (
        longer := [each for key, each in folded.items() if key.startswith(wanted)]
    ):
        return longer[:2]
    close = get_close_matches(wanted, folded, n=2, cutoff=0.6)
    ratios = [SequenceMatcher(None, each, wanted).ratio() for each in close]
    return [
        folded[each] for each, ratio in zip(close, ratios, strict=True) if ratio >= _NEAR_BEST * ratios[0]
    ]


def _fold(name: str) -> str:
    """Return a name without the differences that users make: case, blanks, and - for _."""
    return name.strip().casefold().replace("_", "-").strip("-")
