"""ZIP files that the page makes of a photo's GIFs, read by Python's zipfile."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.browser.page_modules import call, error_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page
    from tests.servers import Server

ZIP = 'async (_, { entries }) => (await import("/zip-export.js")).zipBlob(entries)'
SAVE = """async (_, { entries }) => (await import("/zip-export.js")).saveZip(entries, "cat.zip")"""

MISSING = {"name": "missing.gif", "url": "/v1/photos/none/missing.gif"}

WITHOUT_PICKER = "delete globalThis.showSaveFilePicker"

PRIVATE_FOLDER = """() => {
    globalThis.showSaveFilePicker = async ({ suggestedName }) =>
        (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
}"""
"""Files that the visitor would choose are in the browser's private file system."""

SAVED_FILE = "async () => (await (await navigator.storage.getDirectory()).getFileHandle('cat.zip')).getFile()"

FILE_NAMES = "async () => Array.fromAsync((await navigator.storage.getDirectory()).keys())"

COUNT_REQUESTS = """() => {
    const { fetch } = globalThis;
    globalThis.requests = 0;
    globalThis.fetch = (...values) => {
        globalThis.requests += 1;
        return fetch(...values);
    };
}"""


@pytest.fixture
def entries(server: Server, finished_id: str) -> list[dict[str, str]]:
    """Three finished GIFs, as names and addresses."""
    gifs = server.status(finished_id)["gifs"][:3]
    return [{"name": f"cat-{gif['effect']}.gif", "url": gif["url"]} for gif in gifs]


def opened(data: bytes) -> zipfile.ZipFile:
    """Open a ZIP, whose checksums must be correct."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def named(entries: list[dict[str, str]], *names: str) -> list[dict[str, str]]:
    return [{**entry, "name": name} for entry, name in zip(entries, names, strict=True)]


def test_a_zip_has_each_gif(page: Page, server: Server, entries: list[dict[str, str]]) -> None:
    archive = opened(call(page, ZIP, entries=entries))
    assert {name: archive.read(name) for name in archive.namelist()} == {
        entry["name"]: server.client.get(entry["url"]).content for entry in entries
    }


def test_its_type_is_that_of_a_zip(page: Page) -> None:
    code = 'async () => (await (await import("/zip-export.js")).zipBlob([])).type'
    assert call(page, code) == "application/zip"


def test_no_entries_give_an_empty_zip(page: Page) -> None:
    assert opened(call(page, ZIP, entries=[])).namelist() == []


def test_gifs_are_stored_without_compression(page: Page, entries: list[dict[str, str]]) -> None:
    archive = opened(call(page, ZIP, entries=entries))
    assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_names_can_have_any_script(page: Page, entries: list[dict[str, str]]) -> None:
    names = ["Kätzchen.gif", "猫.gif", "кот.gif"]
    assert opened(call(page, ZIP, entries=named(entries, *names))).namelist() == names


def test_names_that_repeat_are_numbered(page: Page, entries: list[dict[str, str]]) -> None:
    archive = opened(call(page, ZIP, entries=named(entries, "a.gif", "A.gif", "a.gif")))
    assert archive.namelist() == ["a.gif", "A (2).gif", "a (3).gif"]


def test_names_cannot_leave_their_folder(page: Page, entries: list[dict[str, str]]) -> None:
    archive = opened(call(page, ZIP, entries=named(entries, "../a.gif", "C:\\b.gif", "c?.gif")))
    assert archive.namelist() == [".._a.gif", "C__b.gif", "c_.gif"]


def test_files_have_the_time_of_the_zip(page: Page, entries: list[dict[str, str]]) -> None:
    [first, *_] = opened(call(page, ZIP, entries=entries)).infolist()
    now = datetime.fromisoformat(
        page.evaluate(
            "new Date(Date.now() - 60_000 * new Date().getTimezoneOffset()).toISOString().slice(0, -1)"
        )
    )
    assert abs(datetime(*first.date_time) - now) < timedelta(minutes=5)  # noqa: DTZ001  the visitor's clock


def test_the_next_gif_is_fetched_when_the_reader_is_ready(page: Page, entries: list[dict[str, str]]) -> None:
    page.evaluate(COUNT_REQUESTS)
    code = """async (_, { entries }) => {
        const { zipOf } = await import("/zip-export.js");
        const reader = zipOf(entries).getReader();
        const counts = [globalThis.requests];
        for (let part = 0; part < 4; part += 1) { // a header, a file, a header, a file
            await reader.read();
            counts.push(globalThis.requests);
        }
        return counts;
    }"""
    assert call(page, code, entries=entries) == [0, 1, 1, 2, 2]


def test_entries_can_come_one_by_one(page: Page, entries: list[dict[str, str]]) -> None:
    code = """async (_, { entries }) => {
        const { zipBlob } = await import("/zip-export.js");
        return zipBlob((async function* () { yield* entries; })());
    }"""
    assert len(opened(call(page, code, entries=entries)).namelist()) == len(entries)


def test_a_file_that_cannot_be_fetched_is_named(page: Page, entries: list[dict[str, str]]) -> None:
    error = error_of(page, ZIP, entries=[*entries, MISSING])
    assert error["message"].startswith("No ZIP was saved, as missing.gif could not be fetched. ")


def test_an_aborted_zip_throws_the_reason(page: Page, entries: list[dict[str, str]]) -> None:
    code = """async (_, { entries }) =>
        (await import("/zip-export.js")).zipBlob(entries, AbortSignal.abort())"""
    assert error_of(page, code, entries=entries)["name"] == "AbortError"


def test_a_browser_without_a_file_picker_downloads_the_zip(
    page: Page, entries: list[dict[str, str]], tmp_path: Path
) -> None:
    page.evaluate(WITHOUT_PICKER)
    with page.expect_download() as download:
        assert call(page, SAVE, entries=entries) is True
    assert download.value.suggested_filename == "cat.zip"
    download.value.save_as(tmp_path / "cat.zip")
    assert len(opened((tmp_path / "cat.zip").read_bytes()).namelist()) == len(entries)


def test_a_zip_is_streamed_to_the_chosen_file(page: Page, entries: list[dict[str, str]]) -> None:
    page.evaluate(PRIVATE_FOLDER)
    assert call(page, SAVE, entries=entries) is True
    assert len(opened(call(page, SAVED_FILE)).namelist()) == len(entries)


def test_a_zip_that_fails_leaves_no_file(page: Page, entries: list[dict[str, str]]) -> None:
    page.evaluate(PRIVATE_FOLDER)
    assert "missing.gif" in error_of(page, SAVE, entries=[*entries, MISSING])["message"]
    assert call(page, FILE_NAMES) == []


def test_nothing_is_fetched_if_the_visitor_closes_the_picker(
    page: Page, entries: list[dict[str, str]]
) -> None:
    page.evaluate(COUNT_REQUESTS)
    page.evaluate(
        "() => { globalThis.showSaveFilePicker = async () => { throw new DOMException('', 'AbortError') }; }"
    )
    assert call(page, SAVE, entries=entries) is False
    assert page.evaluate("globalThis.requests") == 0


def test_a_picker_that_is_not_allowed_gives_a_download(page: Page, entries: list[dict[str, str]]) -> None:
    page.evaluate(
        "() => { globalThis.showSaveFilePicker = () => { throw new DOMException('', 'SecurityError') }; }"
    )
    with page.expect_download():
        assert call(page, SAVE, entries=entries) is True
