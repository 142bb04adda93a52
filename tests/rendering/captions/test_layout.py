from __future__ import annotations

from itertools import pairwise

import pytest

from gifmill.animation import Size
from gifmill.rendering.captions.layout import CaptionLayout, lay_out

PHOTO = Size(480, 360)


def laid_out(text: str, size: Size = PHOTO, *, at_top: bool = False) -> CaptionLayout:
    return lay_out(text, size, at_top=at_top, room_em=0)


def lines(layout: CaptionLayout) -> list[str]:
    """Return the letters of each line, from left to right."""
    baselines = sorted({each.baseline_px for each in layout.pieces})
    return [
        "".join(
            each.piece.text
            for each in sorted(layout.pieces, key=lambda each: each.x_px)
            if each.baseline_px == baseline
        )
        for baseline in baselines
    ]


def test_a_short_text_is_one_line() -> None:
    assert lines(laid_out("HELLO THERE")) == ["HELLOTHERE"]


def test_a_long_text_is_wrapped_into_lines_of_similar_length() -> None:
    assert lines(laid_out("ONE DOES NOT SIMPLY WALK INTO PRODUCTION")) == [
        "ONEDOESNOTSIMPLY",
        "WALKINTOPRODUCTION",
    ]


def test_line_breaks_are_kept() -> None:
    assert lines(laid_out("A\nB C\n\nD")) == ["A", "BC", "D"]


def test_a_word_without_an_end_is_broken() -> None:
    broken = lines(laid_out("W" * 100, Size(200, 200)))

    assert len(broken) > 1
    assert "".join(broken) == "W" * 100


def test_longer_text_has_smaller_letters() -> None:
    sizes = [laid_out("words and " * count).size_px for count in (1, 4, 8, 12)]

    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("side", [64, 128, 480, 1080])
def test_a_usual_caption_is_legible_and_leaves_most_of_the_picture_free(side: int) -> None:
    layout = laid_out("WHEN IT WORKS ON THE FIRST TRY", Size(side, side))

    assert layout.size_px >= 8
    assert layout.bottom_px - layout.top_px <= 0.6 * side


def test_a_caption_at_the_top_is_as_far_from_its_edge_as_one_at_the_bottom() -> None:
    top, bottom = laid_out("HELLO", at_top=True), laid_out("HELLO")

    assert top.top_px == pytest.approx(PHOTO.height - bottom.bottom_px)


def test_lines_are_centred() -> None:
    layout = laid_out("AVA")
    left = layout.pieces[0].x_px
    right = layout.pieces[-1].x_px + layout.pieces[-1].piece.advance_em * layout.size_px

    assert left == pytest.approx(PHOTO.width - right, abs=1)


def test_pieces_are_numbered_as_they_are_written() -> None:
    layout = laid_out("ab cd")

    assert [each.piece.text for each in sorted(layout.pieces, key=lambda each: each.order)] == list("abcd")


def test_stacked_marks_push_lines_apart() -> None:
    plain, marked = (
        sorted({each.baseline_px for each in laid_out(text).pieces}) for text in ("a\na", "a\nẪ")
    )

    assert [b - a for a, b in pairwise(plain)] < [b - a for a, b in pairwise(marked)]


def test_letters_are_kerned() -> None:
    kerned, plain = laid_out("LT"), laid_out("TT")
    (left, right), (first, second) = (
        [each.x_px / layout.size_px for each in layout.pieces] for layout in (kerned, plain)
    )

    assert kerned.pieces[0].piece.advance_em == pytest.approx(right - left)
    assert plain.pieces[0].piece.advance_em == pytest.approx(second - first)


def test_capitals_of_all_bundled_scripts_have_one_height() -> None:
    latin, cyrillic, greek = (laid_out(text).pieces[0].piece.top_em for text in "HНΗ")

    assert cyrillic == pytest.approx(latin, abs=0.02)
    assert greek == pytest.approx(latin, abs=0.02)
