from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infra.publish_site import INDEX, site_files
from infra.settings import PAGE, SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "wss://a1b2c3.execute-api.us-east-1.amazonaws.com/live"


def test_the_site_is_the_page_and_two_documents() -> None:
    names = {file.name for file in site_files(ADDRESS)}
    page = {path.relative_to(PAGE).as_posix() for path in PAGE.rglob("*") if path.is_file()}
    assert names == page | {"config.json", "not-found.json"}


def test_files_are_uploaded_before_the_page_that_loads_them() -> None:
    names = [file.name for file in site_files(ADDRESS)]
    assert [name for name in names if not name.endswith(".json")][-1] == INDEX


def test_every_file_has_its_media_type() -> None:
    types = {file.name: file.media_type for file in site_files(ADDRESS)}
    assert types[INDEX] == "text/html; charset=utf-8"
    assert types["main.js"] == "text/javascript; charset=utf-8"
    assert types["page.css"] == "text/css; charset=utf-8"
    assert types["icon.svg"] == "image/svg+xml"
    assert types["icon-512.png"] == "image/png"
    assert types["manifest.webmanifest"] == "application/manifest+json"
    assert types["not-found.json"] == "application/problem+json"


def test_a_file_of_an_unknown_type_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").touch()
    with pytest.raises(KeyError, match="docx"):
        list(site_files(ADDRESS, page=tmp_path))


@pytest.mark.parametrize("report", ["", "mailto:abuse@example.com"])
def test_config_has_the_websocket_url_and_the_report_address(report: str) -> None:
    (config,) = (file for file in site_files(ADDRESS, report) if file.name == "config.json")
    assert json.loads(config.body) == {
        "live": ADDRESS,
        "max_photo_bytes": SETTINGS.max_photo_bytes,
        "max_direct_bytes": SETTINGS.max_direct_bytes,
        "photo_lifetime_s": SETTINGS.photo_lifetime_s,
        "report": report,
    }


def test_the_document_for_missing_objects_is_not_cached() -> None:
    (missing,) = (file for file in site_files(ADDRESS) if file.name == "not-found.json")
    problem = json.loads(missing.body)
    assert (problem["code"], problem["status"]) == ("not_found", 404)
    assert missing.cache_control == "no-store"


def test_browsers_revalidate_all_other_files() -> None:
    cache_controls = {file.cache_control for file in site_files(ADDRESS) if file.name != "not-found.json"}
    assert all("max-age=0" in one and "must-revalidate" in one for one in cache_controls)
