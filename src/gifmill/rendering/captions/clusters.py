"""Text as clusters: characters with the marks and joiners that belong to them.

Source: Unicode Standard Annex 29 (grapheme clusters), simplified: NFC has composed Hangul and most marks.
"""

from __future__ import annotations

from unicodedata import category

_ZERO_WIDTH_JOINER = "\u200d"
_EMOJI_VARIATION = "\ufe0f"
_VARIATIONS = "\ufe0e\ufe0f"
_ZERO_WIDTH = frozenset(f"\u200c{_ZERO_WIDTH_JOINER}{_VARIATIONS}")

_CLOSING = frozenset({"Lm", "Pe", "Pf", "Po"})
_OPENING = frozenset({"Pi", "Ps"})

_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REGIONS = range(0x1F1E6, 0x1F200)
"""Regional indicators: two are a flag."""

_TAGS = range(0xE0020, 0xE0080)

_EMOJI = (range(0x1F000, 0x1FB00), range(0x231A, 0x231C), range(0x23E9, 0x23F4))
"""Blocks whose characters have colours by default. Others have them with a variation selector."""

_JOINED = (
    range(0x0600, 0x0800),  # Arabic, Syriac, Thaana, N'Ko
    range(0x0840, 0x0E00),  # Mandaic, more Arabic, the scripts of India and Sri Lanka
    range(0x0F00, 0x10A0),  # Tibetan, Burmese
    range(0x1780, 0x18B0),  # Khmer, Mongolian
    range(0xA840, 0xA880),  # Phags-pa
    range(0xA8E0, 0xA900),  # more Devanagari
    range(0xFB50, 0xFE00),  # presentation forms
    range(0xFE70, 0xFEFD),
)
"""Blocks of scripts whose letters change shape beside others, so that words cannot be taken apart."""

_SHAPED = (range(0x0300, 0x0370), range(0x0590, 0x10A0), range(0xFB1D, 0xFB50), *_JOINED)
"""Blocks that need the layout engine raqm."""

_IDEOGRAPHS = (range(0x2E80, 0xA000), range(0xF900, 0xFB00), range(0xFF00, 0xFFEF), range(0x20000, 0x40000))
"""Blocks of scripts without spaces, in which lines may break beside any character; Korean has spaces."""


def split_clusters(text: str) -> list[str]:
    """Split text; joining the result gives the text again."""
    clusters: list[str] = []
    for character in text:
        if clusters and _continues(clusters[-1], character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def is_emoji(cluster: str) -> bool:
    """Return whether a cluster has colours of its own."""
    return _EMOJI_VARIATION in cluster or _is_in(cluster[0], _EMOJI)


def is_joined(cluster: str) -> bool:
    """Return whether the letter's shape depends on its neighbours."""
    return _is_in(cluster[0], _JOINED)


def is_break(before: str, after: str) -> bool:
    """Return whether a line may break between two clusters without a space: beside ideographs.

    It may not break before closing punctuation, nor after opening punctuation.

    Source: Unicode Standard Annex 14 (line breaking), classes ID, CL and OP.
    """
    beside = _is_in(before[0], _IDEOGRAPHS) or _is_in(after[0], _IDEOGRAPHS)
    return beside and category(after[0]) not in _CLOSING and category(before[0]) not in _OPENING


def needs_shaping(text: str) -> bool:
    """Return whether the text needs a layout engine that knows its script."""
    return (is_emoji(text) and len(visible_characters(text)) > 1) or any(
        _is_in(character, _SHAPED) for character in text
    )


def without_variations(cluster: str) -> str:
    """Return a cluster without selectors of text or emoji, for which some fonts leave a gap."""
    return cluster.translate(dict.fromkeys(map(ord, _VARIATIONS)))


def visible_characters(cluster: str) -> tuple[str, ...]:
    """Return the characters for which a font needs a glyph."""
    return tuple(each for each in cluster if each not in _ZERO_WIDTH and ord(each) not in _TAGS)


def _continues(cluster: str, character: str) -> bool:
    code = ord(character)
    if category(character).startswith("M") or character in _ZERO_WIDTH:
        return True
    if code in _SKIN_TONES or code in _TAGS:
        return True
    if code in _REGIONS:
        return len(cluster) == 1 and ord(cluster) in _REGIONS
    return cluster.endswith(_ZERO_WIDTH_JOINER) and is_emoji(cluster)


def _is_in(character: str, blocks: tuple[range, ...]) -> bool:
    code = ord(character)
    return any(code in block for block in blocks)
