from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infra.publish_site import INDEX, site
from infra.settings import PAGE, SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "wss://a1b2c3.execute-api.us-east-1.amazonaws.com/live"


def test_the_site_is_the_page_and_two_documents() -> None:
    names = {file.name for file in site(ADDRESS)}
    page = {path.relative_to(PAGE).as_posix() for path in PAGE.rglob("*") if path.is_file()}
    assert names == page | {"config.json", "not-found.json"}


def test_files_go_up_before_the_page_that_asks_for_them() -> None:
    names = [file.name for file in site(ADDRESS)]
    assert [name for name in names if not name.endswith(".json")][-1] == INDEX


def test_browsers_are_told_what_each_file_is() -> None:
    types = {file.name: file.media_type for file in site(ADDRESS)}
    assert types[INDEX] == "text/html; charset=utf-8"
    assert types["main.js"] == "text/javascript; charset=utf-8"
    assert types["page.css"] == "text/css; charset=utf-8"
    assert types["icon.svg"] == "image/svg+xml"
    assert types["icon-512.png"] == "image/png"
    assert types["manifest.webmanifest"] == "application/manifest+json"
    assert types["not-found.json"] == "application/problem+json"


def test_a_file_of_an_unknown_type_is_no_part_of_a_site(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").touch()
    with pytest.raises(KeyError, match="docx"):
        list(site(ADDRESS, page=tmp_path))


@pytest.mark.parametrize("report", ["", "mailto:abuse@example.com"])
def test_the_page_is_told_where_it_is_and_where_reports_go(report: str) -> None:
    (config,) = (file for file in site(ADDRESS, report) if file.name == "config.json")
    assert json.loads(config.body) == {
        "live": ADDRESS,
        "max_photo_bytes": SETTINGS.max_photo_bytes,
        "max_direct_bytes": SETTINGS.max_direct_bytes,
        "photo_lifetime_s": SETTINGS.photo_lifetime_s,
        "report": report,
    }


def test_what_is_missing_is_a_problem_document_that_nobody_keeps() -> None:
    (missing,) = (file for file in site(ADDRESS) if file.name == "not-found.json")
    problem = json.loads(missing.body)
    assert (problem["code"], problem["status"]) == ("not_found", 404)
    assert missing.cache_control == "no-store"


def test_browsers_ask_again_for_all_else() -> None:
    kept = {file.cache_control for file in site(ADDRESS) if file.name != "not-found.json"}
    assert all("max-age=0" in one and "must-revalidate" in one for one in kept)
