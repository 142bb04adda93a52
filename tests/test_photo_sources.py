"""Every picture in the repository has a source and a licence, and the documents say which."""

from __future__ import annotations

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.requirement_checks import skip_or_fail

from bench.gallery import CAPTION, PHOTOS, gif_path
from gifmill.effects import EFFECTS

ROOT = Path(__file__).parents[1]
KINDS = ("jpg", "jpeg", "png", "gif", "webp", "avif", "heic", "tif", "tiff", "bmp", "jxl")
FREE = {"CC0", "public domain", "gifmill"}
ATTRIBUTED = "[CC BY 2.0](https://creativecommons.org/licenses/by/2.0/)"
TABLES = {
    "bench/photos/README.md": ("", "bench/photos/", "bench/photos/judges/"),
    "src/gifmill/page/samples/SOURCES.md": ("src/gifmill/page/samples/",),
}
"""The tables, each with the folders that its file names may be in."""


class Row(NamedTuple):
    """A row of a table: a path or a pattern, and what is known of it."""

    pattern: str
    source: str
    licence: str


def rows() -> list[Row]:
    """Return the rows of all tables, one for each folder that they can be about."""
    found = []
    for name, folders in TABLES.items():
        cells = re.findall(
            r"^\| `(.+?)` \| .+? \| (.+?) \| (.+?) \|$", (ROOT / name).read_text(), re.MULTILINE
        )
        found += [
            Row(folder + file, source, licence) for file, source, licence in cells for folder in folders
        ]
    return found


def pictures() -> list[str]:
    """Return the paths of all pictures that git knows."""
    done = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=False)
    if done.returncode:
        skip_or_fail("This is not a checkout of git.")
    return [path for path in done.stdout.splitlines() if path.lower().rpartition(".")[2] in KINDS]


def test_every_picture_has_a_source_and_a_licence() -> None:
    known = [row.pattern for row in rows() if row.source.strip() and row.licence.strip()]
    assert [path for path in pictures() if not any(fnmatch(path, pattern) for pattern in known)] == []


def test_every_row_is_about_a_picture() -> None:
    paths = pictures()
    patterns = {row.pattern.rpartition("/")[2]: False for row in rows()}
    for row in rows():
        patterns[row.pattern.rpartition("/")[2]] |= any(fnmatch(path, row.pattern) for path in paths)
    assert [name for name, found in patterns.items() if not found] == []


def test_every_licence_is_free_or_attributed_to_a_photographer_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for row in rows():
        if set(row.licence.split(", ")) <= FREE:
            continue
        assert row.licence == ATTRIBUTED
        [photographer] = re.findall(r"\[(\w+)\]\((https://www\.flickr\.com/[^)]+)\)", row.source)
        assert f"[{photographer[0]}]({photographer[1]})" in readme
        assert ATTRIBUTED in readme
        assert "shrunk" in row.source  # the licence requires that changes are indicated


def test_no_picture_of_docs_page_or_package_needs_an_attribution() -> None:
    shown = ("cat.jpg", "docs/", "src/")
    attributed = [row.pattern for row in rows() if row.licence == ATTRIBUTED]
    assert attributed
    paths = [path for path in pictures() if path.startswith(shown)]
    assert [path for path in paths if any(fnmatch(path, pattern) for pattern in attributed)] == []


def test_the_gallery_is_made_of_the_photos_that_its_row_names() -> None:
    [row] = [row for row in rows() if row.pattern == "docs/images/*.gif"]
    assert set(re.findall(r"`(\w+)\.jpg`", row.source)) == set(PHOTOS)
    assert sorted(each for names in PHOTOS.values() for each in names) == sorted(
        effect.name for effect in EFFECTS
    )
    assert {gif_path(effect).name for effect in EFFECTS} | {CAPTION.name} == {
        Path(path).name for path in pictures() if path.startswith("docs/images/")
    }


@pytest.mark.parametrize("name", ["palace.jpg", "flower.jpg"])
def test_the_two_photos_under_cc_by_are_marked(name: str) -> None:
    assert {row.licence for row in rows() if row.pattern.endswith(f"judges/{name}")} == {ATTRIBUTED}
