from __future__ import annotations

import pytest
from PIL import features

from gifmill.errors import MissingGlyph
from gifmill.rendering.captions.pieces import Word, read_words


def texts(paragraph: str) -> list[list[str]]:
    return [[piece.text for piece in word.pieces] for word in read_words(paragraph)]


def test_a_letter_is_a_piece() -> None:
    assert texts("Hi  there") == [["H", "i"], ["t", "h", "e", "r", "e"]]


def test_text_without_letters_has_no_words() -> None:
    assert texts("   ") == []


def test_only_words_after_a_space_are_spaced() -> None:
    assert [word.spaced for word in read_words("a b")] == [False, True]


def test_a_word_of_a_joining_script_is_one_piece() -> None:
    if not features.check("raqm"):
        pytest.skip("raqm cannot be used here")
    try:
        assert texts("مرحبا بك") == [["مرحبا"], ["بك"]]
    except MissingGlyph as error:
        pytest.skip(error.message)


def test_brackets_in_text_from_right_to_left_are_mirrored() -> None:
    try:
        [word] = read_words("(ש)")
    except MissingGlyph as error:
        pytest.skip(error.message)
    assert [piece.text for piece in word.pieces] == [")", "ש", "("]


def test_lengths_do_not_depend_on_the_size() -> None:
    [word] = read_words("HI")
    capital, thin = word.pieces

    assert 0.3 < capital.advance_em < 0.6
    assert thin.advance_em < capital.advance_em
    assert capital.top_em == pytest.approx(0.86, abs=0.02)
    assert capital.bottom_em == pytest.approx(0, abs=0.02)


def test_kerning_moves_letters_together() -> None:
    [close] = read_words("LT")
    [apart] = read_words("LH")

    assert close.pieces[0].advance_em < apart.pieces[0].advance_em


def test_a_broken_word_has_parts_of_limited_width() -> None:
    [word] = read_words("ABCDEFGHIJ")
    parts = list(word.broken(1.5))

    assert len(parts) > 2
    assert all(part.advance_em <= 1.5 for part in parts)
    assert "".join(piece.text for part in parts for piece in part.pieces) == "ABCDEFGHIJ"
    assert [part.spaced for part in parts] == [False] * len(parts)


def test_a_piece_wider_than_the_limit_stays_whole() -> None:
    [word] = read_words("WW")

    assert [len(part.pieces) for part in word.broken(0.01)] == [1, 1]
    assert isinstance(next(word.broken(9)), Word)
