from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.rendering.captions.clusters import (
    is_break,
    is_emoji,
    is_joined,
    needs_shaping,
    split_clusters,
    visible_characters,
    without_variations,
)

FAMILY = "👩\u200d👩\u200d👧"
FLAG = "🇩🇪"
HEART = "❤\ufe0f"


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("abc", ["a", "b", "c"]),
        ("x\u0302y", ["x\u0302", "y"]),
        (f"a{FAMILY}b", ["a", FAMILY, "b"]),
        (f"{FLAG}{FLAG}", [FLAG, FLAG]),
        ("👍🏽!", ["👍🏽", "!"]),
        (HEART, [HEART]),
        ("", []),
    ],
)
def test_marks_and_joined_emoji_stay_with_their_character(text: str, clusters: list[str]) -> None:
    assert split_clusters(text) == clusters


@given(st.text())
def test_clusters_make_up_the_text(text: str) -> None:
    assert "".join(split_clusters(text)) == text


@pytest.mark.parametrize("emoji", ["🎉", HEART, FLAG, FAMILY, "⌚"])
def test_emoji_have_colours(emoji: str) -> None:
    assert is_emoji(emoji)


@pytest.mark.parametrize("text", ["a", "❤", "猫", "!"])
def test_other_text_has_no_colours(text: str) -> None:
    assert not is_emoji(text)


@pytest.mark.parametrize("letter", ["م", "न", "ཀ"])
def test_letters_of_joining_scripts_are_joined_and_shaped(letter: str) -> None:
    assert is_joined(letter)
    assert needs_shaping(letter)


@pytest.mark.parametrize("text", ["ש", "ส", "x\u0302", FLAG, FAMILY, "👍🏽"])
def test_other_text_is_shaped_without_being_joined(text: str) -> None:
    assert needs_shaping(text)
    assert not is_joined(text)


@pytest.mark.parametrize("text", ["a", "Ж", "ώ", "猫", "🎉"])
def test_simple_text_is_not_shaped(text: str) -> None:
    assert not needs_shaping(text)


@pytest.mark.parametrize(
    ("before", "after", "broken"),
    [("猫", "犬", True), ("猫", "a", True), ("猫", "、", False), ("「", "猫", False), ("a", "b", False)],
)
def test_lines_break_beside_ideographs_but_not_before_closing_punctuation(
    before: str, after: str, broken: bool
) -> None:
    assert is_break(before, after) == broken


def test_joiners_and_selectors_need_no_glyph() -> None:
    assert visible_characters(f"{HEART}\u200d") == ("❤",)
    assert without_variations(HEART) == "❤"
