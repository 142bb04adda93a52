from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from gifmill.rendering.captions import system_fonts
from gifmill.rendering.captions.faces import _BUNDLED
from gifmill.rendering.captions.system_fonts import find_system_font

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LATIN, GREEK = _BUNDLED


@pytest.fixture
def fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only folder of fonts, empty at first."""
    folder = tmp_path / "share/fonts/deep/er"
    folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path))
    system_fonts._fonts.cache_clear()
    yield folder
    system_fonts._fonts.cache_clear()


def test_a_font_is_found_by_its_characters_in_any_folder(fonts: Path) -> None:
    shutil.copy(LATIN, fonts / "a.ttf")
    shutil.copy(GREEK, fonts / "b.TTF")

    assert find_system_font("a", emoji=False) == fonts / "a.ttf"
    assert find_system_font("Ж", emoji=False) == fonts / "b.TTF"
    assert find_system_font("aЖ", emoji=False) is None


def test_bold_sans_is_preferred_and_italics_are_avoided(fonts: Path) -> None:
    for name in ("A-Italic.ttf", "B.ttf", "NotoSans-Bold.ttf", "NotoSerif-Bold.ttf"):
        shutil.copy(LATIN, fonts / name)

    assert find_system_font("a", emoji=False) == fonts / "NotoSans-Bold.ttf"
    (fonts / "NotoSans-Bold.ttf").unlink()
    system_fonts._fonts.cache_clear()
    assert find_system_font("a", emoji=False) == fonts / "B.ttf"


def test_a_font_of_emoji_is_preferred_for_emoji_only(fonts: Path) -> None:
    shutil.copy(LATIN, fonts / "NotoSans-Bold.ttf")
    shutil.copy(LATIN, fonts / "ColorEmoji.ttf")

    assert find_system_font("a", emoji=True) == fonts / "ColorEmoji.ttf"
    assert find_system_font("a", emoji=False) == fonts / "NotoSans-Bold.ttf"


def test_broken_fonts_fonts_of_boxes_and_other_files_are_passed_over(fonts: Path) -> None:
    (fonts / "NotoSans-Bold.ttf").write_bytes(b"broken")
    shutil.copy(LATIN, fonts / "LastResort-Sans-Bold.otf")
    (fonts / "readme.txt").write_bytes(LATIN.read_bytes())
    (fonts / "gone.ttf").symlink_to(fonts / "nowhere")
    shutil.copy(LATIN, fonts / "z.ttf")

    assert find_system_font("a", emoji=False) == fonts / "z.ttf"


def test_a_system_without_fonts_has_none(fonts: Path) -> None:
    shutil.rmtree(fonts)

    assert find_system_font("a", emoji=False) is None
