from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.page_revisions import ROOT, extract

if TYPE_CHECKING:
    from pathlib import Path


def test_an_unknown_revision_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="revision 'no-such-tag'"):
        extract("no-such-tag", tmp_path)


def test_the_sources_of_a_revision_are_extracted_with_their_native_libraries(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone of the repository")
    extract("HEAD", tmp_path)
    assert (tmp_path / "src/gifmill/page/index.html").exists()
    assert {path.parent.parent.name for path in tmp_path.rglob("libgifmill.*")} >= {"effects", "gif"}
