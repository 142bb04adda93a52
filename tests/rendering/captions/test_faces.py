from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from PIL import ImageFont, features

from gifmill.errors import MissingGlyph
from gifmill.rendering.captions import faces, system_fonts
from gifmill.rendering.captions.faces import _BUNDLED, find_face

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LATIN, GREEK = _BUNDLED


@pytest.fixture(autouse=True)
def no_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only folder of the system's fonts, empty at first."""
    monkeypatch.setattr(system_fonts, "_folders", lambda: iter([tmp_path]))
    for cached in (system_fonts._fonts, find_face):
        cached.cache_clear()
    yield tmp_path
    for cached in (system_fonts._fonts, find_face):
        cached.cache_clear()


@pytest.mark.parametrize("cluster", ["a", "Ź", "ệ", "ß", "€", "—"])
def test_latin_letters_have_the_font_in_the_manner_of_memes(cluster: str) -> None:
    assert (find_face(cluster).path, find_face(cluster).shaped) == (LATIN, False)


@pytest.mark.parametrize("cluster", ["Ж", "ї", "Ω", "ΐ", "Σ"])
def test_cyrillic_and_greek_letters_have_the_other_bundled_font(cluster: str) -> None:
    assert (find_face(cluster).path, find_face(cluster).shaped) == (GREEK, False)


def test_bundled_letters_are_drawn_without_raqm() -> None:
    assert find_face("a").font(20).layout_engine == ImageFont.Layout.BASIC


@pytest.mark.parametrize(("cluster", "named"), [("猫", "U+732B CJK"), ("🎉", "U+1F389 PARTY POPPER")])
def test_a_character_without_a_font_is_named(cluster: str, named: str) -> None:
    with pytest.raises(MissingGlyph, match=rf"{named.replace('+', '.')}.*Remove it, or install a font"):
        find_face(cluster)


def test_the_missing_character_of_a_cluster_is_named() -> None:
    with pytest.raises(MissingGlyph, match=r"U\+20E0 COMBINING ENCLOSING CIRCLE BACKSLASH"):
        find_face("a\u20e0")


def test_a_script_that_needs_raqm_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda name: name != "raqm")

    with pytest.raises(MissingGlyph, match=r"U\+0061.*needs the library FriBiDi\. Install it"):
        find_face("a\u0302\u0323")


def test_a_font_of_the_system_is_scaled_to_the_height_of_the_bundled_one(no_fonts: Path) -> None:
    shutil.copy(GREEK, no_fonts / "a.ttf")
    own = faces._face(no_fonts / "a.ttf", shaped=False, emoji=False)
    heights = [
        bottom - top for _, top, _, bottom in (face.font(100).getbbox("H") for face in (own, find_face("H")))
    ]

    assert own.scale > 1
    assert heights[0] == pytest.approx(heights[1], abs=1)


def test_a_font_is_opened_once_for_each_size() -> None:
    assert find_face("a").font(31) is find_face("b").font(31)


def test_a_font_that_cannot_be_opened_is_named(no_fonts: Path) -> None:
    path = no_fonts / "broken.ttf"
    path.write_bytes(b"none" + GREEK.read_bytes()[4:])
    with pytest.raises(MissingGlyph, match=r"The font broken\.ttf .* cannot be opened\. Repair or uninstall"):
        faces._face(path, shaped=False, emoji=False)
