from __future__ import annotations

import pytest

from gifmill.rendering.captions.bidi import embedding_levels, mirrored, visual_order


def shown(text: str) -> str:
    levels = embedding_levels(list(text))
    return "".join(
        part for part, _ in visual_order(list(zip(text, levels, strict=True)), lambda each: each[1])
    )


@pytest.mark.parametrize(
    ("logical", "visual"),
    [
        ("abc def", "abc def"),
        ("אבג", "גבא"),
        ("אבג דהו", "והד גבא"),
        ("abc אבג def", "abc גבא def"),
        ("אבג abc דהו", "והד abc גבא"),
        ("אבג 123", "123 גבא"),
        ("אבג 3.5", "3.5 גבא"),
        ("אבג 50%", "50% גבא"),
        ("abc 123", "abc 123"),
        ("אבג!", "!גבא"),
        ("abc אבג!", "abc גבא!"),
        ("(אבג)", ")גבא("),
        ("م 1", "1 م"),
        ("", ""),
        ("...", "..."),
    ],
)
def test_text_from_right_to_left_is_shown_as_unicode_says(logical: str, visual: str) -> None:
    assert shown(logical) == visual


def test_brackets_turn_around() -> None:
    assert mirrored("(a]") == ")a["
