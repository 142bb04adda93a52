from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.effects import CAPTION, UserText
from gifmill.errors import InvalidOption

VALID = st.text(st.characters(exclude_categories=("C", "Z")), max_size=30)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("cafe\u0301", "café"),
        ("  two  words ", "two  words"),
        ("one\r\ntwo", "one\ntwo"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_text_is_composed_and_stripped(value: str, read: str) -> None:
    assert CAPTION.read(value) == read


@pytest.mark.parametrize(
    "character", ["\0", "\t", "\r", "\x1b", "\x7f", "\u202e", "\u2066", "\u2028", "\ud800"]
)
def test_characters_that_show_nothing_are_rejected(character: str) -> None:
    with pytest.raises(
        InvalidOption, match=rf"^caption has the character U\+{ord(character):04X}.*Remove it\.$"
    ):
        CAPTION.read(f"secret{character}text")


@pytest.mark.parametrize("text", ["a" * 121, "ä" * 61, "猫" * 41])
def test_text_beyond_the_limit_of_bytes_is_rejected(text: str) -> None:
    length = len(text.encode())

    with pytest.raises(InvalidOption, match=f"^caption has {length} bytes.* Use text of up to 120 bytes"):
        CAPTION.read(text)


@pytest.mark.parametrize("value", [3, None, ["a"], b"a", True])
def test_other_types_are_rejected(value: object) -> None:
    with pytest.raises(InvalidOption, match=r"^caption is "):
        CAPTION.read(value)


@pytest.mark.parametrize("text", ["secret\x00", "secret" * 30])
def test_no_error_contains_the_text(text: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        CAPTION.read(text)

    assert "secret" not in str(caught.value)


@given(VALID)
def test_encoded_text_is_decoded(text: str) -> None:
    assert UserText.decode(UserText(text).encoded) == text


@given(VALID)
def test_encoded_text_has_letters_of_one_case_and_digits_only(text: str) -> None:
    assert set(UserText(text).encoded) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_texts_that_base64_would_write_alike_but_for_their_case_are_encoded_differently() -> None:
    assert UserText("mea").encoded != UserText("meG").encoded


@pytest.mark.parametrize("encoded", ["a", "1", "ää", "77777777"])
def test_what_encodes_no_text_is_rejected(encoded: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        UserText.decode(encoded)
