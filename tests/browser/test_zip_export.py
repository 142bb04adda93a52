"""ZIP files that the page makes of a photo's GIFs, read by Python's zipfile."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.browser.page_modules import call, error_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page
    from tests.servers import Server

    Save = Callable[[list[dict[str, str]]], zipfile.ZipFile]

_FETCHED = """async function* fetched(entries) {
    for (const { name, url } of entries) {
        const response = await fetch(url);
        if (!response.ok) throw new Error(`No ${name}`);
        yield { name, blob: await response.blob() };
    }
}"""
SAVE = f"""async (_, {{ entries }}) => {{
    {_FETCHED}
    return (await import("/zip-export.js")).saveZip(fetched(entries), "cat.zip");
}}"""

MISSING = {"name": "missing.gif", "url": "/v1/photos/none/missing.gif"}

WITHOUT_PICKER = "delete globalThis.showSaveFilePicker"

PRIVATE_FOLDER = """() => {
    globalThis.showSaveFilePicker = async ({ suggestedName }) =>
        (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
}"""
"""Files that the visitor would choose are in the browser's private file system."""

SAVED_FILE = "async () => (await (await navigator.storage.getDirectory()).getFileHandle('cat.zip')).getFile()"

FILE_NAMES = "async () => Array.fromAsync((await navigator.storage.getDirectory()).keys())"


@pytest.fixture
def entries(server: Server, finished_id: str) -> list[dict[str, str]]:
    """Three finished GIFs, as names and addresses."""
    gifs = server.status(finished_id)["gifs"][:3]
    return [{"name": f"cat-{gif['effect']}.gif", "url": gif["url"]} for gif in gifs]


@pytest.fixture
def saved(page: Page) -> Save:
    """Save files in the browser's private file system, and open the ZIP."""
    page.evaluate(PRIVATE_FOLDER)

    def save(entries: list[dict[str, str]]) -> zipfile.ZipFile:
        assert call(page, SAVE, entries=entries) is True
        return opened(call(page, SAVED_FILE))

    return save


def opened(data: bytes) -> zipfile.ZipFile:
    """Open a ZIP, whose checksums must be correct."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def named(entries: list[dict[str, str]], *names: str) -> list[dict[str, str]]:
    return [{**entry, "name": name} for entry, name in zip(entries, names, strict=True)]


def test_a_zip_has_each_gif(saved: Save, server: Server, entries: list[dict[str, str]]) -> None:
    archive = saved(entries)
    assert {name: archive.read(name) for name in archive.namelist()} == {
        entry["name"]: server.client.get(entry["url"]).content for entry in entries
    }


def test_no_entries_give_an_empty_zip(saved: Save) -> None:
    assert saved([]).namelist() == []


def test_gifs_are_stored_without_compression(saved: Save, entries: list[dict[str, str]]) -> None:
    archive = saved(entries)
    assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_names_can_have_any_script(saved: Save, entries: list[dict[str, str]]) -> None:
    names = ["Kätzchen.gif", "猫.gif", "кот.gif"]
    assert saved(named(entries, *names)).namelist() == names


def test_names_that_repeat_are_numbered(saved: Save, entries: list[dict[str, str]]) -> None:
    archive = saved(named(entries, "a.gif", "A.gif", "a.gif"))
    assert archive.namelist() == ["a.gif", "A (2).gif", "a (3).gif"]


def test_names_cannot_leave_their_folder(saved: Save, entries: list[dict[str, str]]) -> None:
    archive = saved(named(entries, "../a.gif", "C:\\b.gif", "c?.gif"))
    assert archive.namelist() == [".._a.gif", "C__b.gif", "c_.gif"]


def test_files_have_the_time_of_the_zip(page: Page, saved: Save, entries: list[dict[str, str]]) -> None:
    [first, *_] = saved(entries).infolist()
    now = datetime.fromisoformat(
        page.evaluate(
            "new Date(Date.now() - 60_000 * new Date().getTimezoneOffset()).toISOString().slice(0, -1)"
        )
    )
    assert abs(datetime(*first.date_time) - now) < timedelta(minutes=5)  # noqa: DTZ001  the visitor's clock


def test_the_next_file_is_taken_when_the_reader_is_ready(page: Page) -> None:
    code = """async () => {
        const { zipStream } = await import("/zip-writer.js");
        let taken = 0;
        async function* files() {
            for (const name of ["a.gif", "b.gif"]) {
                taken += 1;
                yield { name, bytes: new Uint8Array(1) };
            }
        }
        const reader = zipStream(files()).getReader();
        const counts = [taken];
        for (let part = 0; part < 4; part += 1) { // a header, a file, a header, a file
            await reader.read();
            counts.push(taken);
        }
        return counts;
    }"""
    assert call(page, code) == [0, 1, 1, 2, 2]


def test_an_aborted_zip_throws_the_reason(page: Page) -> None:
    page.evaluate(PRIVATE_FOLDER)
    code = """async () => {
        const { saveZip } = await import("/zip-export.js");
        await saveZip((async function* () {})(), "cat.zip", AbortSignal.abort());
    }"""
    assert error_of(page, code)["name"] == "AbortError"


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
    fetched: list[str] = []
    page.evaluate(
        "() => { globalThis.showSaveFilePicker = async () => { throw new DOMException('', 'AbortError') }; }"
    )
    call(page, 'async () => void (await import("/zip-export.js"))')
    page.on("request", lambda request: fetched.append(request.url))
    assert call(page, SAVE, entries=entries) is False
    assert fetched == []


def test_a_picker_that_is_not_allowed_gives_a_download(page: Page, entries: list[dict[str, str]]) -> None:
    page.evaluate(
        "() => { globalThis.showSaveFilePicker = () => { throw new DOMException('', 'SecurityError') }; }"
    )
    with page.expect_download():
        assert call(page, SAVE, entries=entries) is True
