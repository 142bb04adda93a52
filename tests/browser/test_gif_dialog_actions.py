"""Actions of the GIF dialog: commands, links, download and share."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.dialog_steps import download_bytes, expect_shown, move_slider, open_dialog
from tests.browser.steps import card

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Locator, Page
    from tests.servers import Server


@pytest.fixture
def read_clipboard(page: Page) -> Callable[[], str]:
    """Grant clipboard access; return a function that reads the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def read() -> str:
        text: str = page.evaluate("navigator.clipboard.readText()")
        return text

    return read


def _run_in_shell(script: str, folder: Path) -> None:
    """Run a shell script in a folder."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path}
    subprocess.run(["sh", "-euc", script], cwd=folder, env=environ, check=True, timeout=60)


@pytest.mark.parametrize(
    "name", ["cat.jpg", '-o it\'s "a" cat;\\ $HOME, `id`.jpg', "-", "=cat", "Kätzchen (2).tar.jpg"]
)
def test_both_commands_make_the_same_bytes_as_the_page(
    page: Page, photo: bytes, read_clipboard: Callable[[], str], tmp_path: Path, name: str
) -> None:
    dialog = open_dialog(page, photo, name=name)
    move_slider(dialog, "Strength", 90)
    move_slider(dialog, "Seed", 7)
    move_slider(dialog, "Size", 100)
    dialog.get_by_label("Yes", exact=True).check()
    expect_shown(dialog, "/calm=yes,seed=7,size=100,strength=36/glitch.gif")
    shown = download_bytes(dialog)
    for kind in ("gifmill", "curl"):
        dialog.get_by_label(kind, exact=True).check()
        dialog.get_by_role("button", name="Copy as command").click()
        expect(dialog.get_by_role("status")).to_have_text("Command copied")
        folder = tmp_path / kind
        folder.mkdir()
        (folder / name).write_bytes(photo)
        _run_in_shell(read_clipboard(), folder)
        made = folder / (dialog.locator("#download").get_attribute("download") or "")
        assert made.read_bytes() == shown


def test_both_commands_make_a_platforms_file(
    page: Page, photo: bytes, read_clipboard: Callable[[], str], tmp_path: Path
) -> None:
    dialog = open_dialog(page, photo)
    dialog.get_by_label("Use for").select_option("twitch")
    move_slider(dialog, "Size", 120)
    expect_shown(dialog, "/for=twitch,size=120/glitch.gif")
    for kind in ("gifmill", "curl"):
        dialog.get_by_label(kind, exact=True).check()
        dialog.get_by_role("button", name="Copy as command").click()
        expect(dialog.get_by_role("status")).to_have_text("Command copied")
        (tmp_path / "cat.jpg").write_bytes(photo)
        _run_in_shell(read_clipboard(), tmp_path)
        assert (tmp_path / "cat-glitch.gif").read_bytes() == download_bytes(dialog)
        (tmp_path / "cat-glitch.gif").unlink()


def test_control_characters_in_a_file_name_are_not_copied(page: Page, photo: bytes) -> None:
    dialog = open_dialog(page, photo, name="cat\x03\nreboot\n.jpg")
    expect(dialog.locator("#command")).to_have_text("gifmill make photo.jpg -e glitch")


def test_a_caption_with_a_leading_dash_is_no_option_of_the_command(dialog: Locator) -> None:
    dialog.get_by_label("Caption", exact=True).fill("-x")
    expect(dialog.locator("#command")).to_have_text("gifmill make cat.jpg -e glitch --caption=-x")


def test_copying_works_without_the_clipboard_api(
    page: Page, photo: bytes, read_clipboard: Callable[[], str]
) -> None:
    page.add_init_script("delete Clipboard.prototype.writeText")
    page.reload()
    dialog = open_dialog(page, photo)
    dialog.get_by_role("button", name="Copy as command").click()
    expect(dialog.get_by_role("status")).to_have_text("Command copied")
    assert read_clipboard() == "gifmill make cat.jpg -e glitch"


def test_a_copied_link_opens_the_same_gif_elsewhere(
    browser: Browser, server: Server, dialog: Locator, read_clipboard: Callable[[], str]
) -> None:
    move_slider(dialog, "Strength", 90)
    expect_shown(dialog, "/strength=90/glitch.gif")
    dialog.get_by_role("button", name="Copy link").click()
    text = "Link copied. It works for 24 hours and shows all GIFs made of this photo."
    expect(dialog.get_by_role("status")).to_have_text(f"{text} Anyone with the link can see it.")
    with visiting(browser, server) as elsewhere:
        elsewhere.goto(read_clipboard())
        there = elsewhere.get_by_role("dialog", name="glitch")
        expect_shown(there, "/strength=90/glitch.gif")
        expect(there.get_by_label("Strength", exact=True)).to_have_value("90")
        there.press("Escape")
        expect(card(elsewhere, "glitch").locator(".card-open")).to_be_focused()


def test_a_copied_link_leaves_the_language_to_its_reader(
    page: Page, photo: bytes, read_clipboard: Callable[[], str]
) -> None:
    page.goto("/?lang=de")
    dialog = open_dialog(page, photo)
    dialog.get_by_role("button", name="Link kopieren").click()
    expect(dialog.get_by_role("status")).to_contain_text("Link kopiert.")
    assert "lang=" not in read_clipboard()


def test_back_closes_the_dialog_and_forward_opens_it(dialog: Locator) -> None:
    page = dialog.page
    move_slider(dialog, "Strength", 90)
    expect_shown(dialog, "/strength=90/glitch.gif")
    page.go_back()
    expect(dialog).to_have_count(0)
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("/strength=90/"))
    page.go_forward()
    expect_shown(dialog, "/strength=90/glitch.gif")


def test_the_download_is_the_shown_file(dialog: Locator) -> None:
    with dialog.page.expect_download() as download:
        dialog.get_by_role("link", name="Download GIF").click()
    assert download.value.suggested_filename == "cat-glitch.gif"
    assert download.value.path().read_bytes() == download_bytes(dialog)


def test_without_web_share_there_is_no_share_button(page: Page, photo: bytes) -> None:
    page.add_init_script("delete Navigator.prototype.canShare")
    page.reload()
    expect(open_dialog(page, photo).get_by_role("button", name="Share")).to_have_count(0)


_SHARES_FILES = """Navigator.prototype.canShare = ({ files }) => files.length === 1;
    Navigator.prototype.share = async ({ files: [file] }) => {
        window.shared = [file.name, file.type, file.size];
    };"""


def test_share_shares_the_file(page: Page, photo: bytes) -> None:
    page.add_init_script(_SHARES_FILES)
    page.reload()
    dialog = open_dialog(page, photo)
    dialog.get_by_role("button", name="Share").click()
    page.wait_for_function("window.shared")
    assert page.evaluate("shared") == ["cat-glitch.gif", "image/gif", len(download_bytes(dialog))]


def test_share_is_the_main_button_where_the_browser_shares_files(page: Page, photo: bytes) -> None:
    page.add_init_script(_SHARES_FILES)
    page.reload()
    expect(open_dialog(page, photo).locator(".gif-actions .primary:visible")).to_have_text("Share")


def test_a_webp_is_not_offered_to_a_browser_that_shares_gifs_only(page: Page, photo: bytes) -> None:
    page.add_init_script("Navigator.prototype.canShare = ({ files: [file] }) => file.type === 'image/gif';")
    page.reload()
    dialog = open_dialog(page, photo)
    expect(dialog.get_by_role("button", name="Share")).to_be_visible()
    dialog.get_by_role("radio", name="WebP").check()
    expect(dialog.locator(".gif-actions .primary:visible")).to_have_text("Download WebP")
    expect(dialog.get_by_role("button", name="Share")).to_have_count(0)


def test_download_is_the_main_button_elsewhere(dialog: Locator) -> None:
    expect(dialog.locator(".gif-actions .primary:visible")).to_have_text("Download GIF")


def test_sharing_that_the_browser_blocks_is_offered_again(page: Page, photo: bytes) -> None:
    page.add_init_script(
        _SHARES_FILES
        + """const share = Navigator.prototype.share;
        Navigator.prototype.share = async function (data) {
            Navigator.prototype.share = share;
            throw new DOMException("", "NotAllowedError");
        };"""
    )
    page.reload()
    dialog = open_dialog(page, photo)
    dialog.get_by_role("button", name="Share").click()
    expect(dialog.get_by_role("status")).to_have_text("Your GIF is ready to share.")
    dialog.locator("#dialog-action").click()
    page.wait_for_function("window.shared")


def test_a_gif_is_copied_where_the_browser_copies_gifs(page: Page, photo: bytes) -> None:
    page.add_init_script(
        """ClipboardItem.supports = (type) => type === "image/gif";
        Clipboard.prototype.write = async ([item]) => { window.copied = item.types; };
        window.ClipboardItem = class {
            static supports = (type) => type === "image/gif";
            constructor(blobs) { this.types = Object.keys(blobs); }
        };"""
    )
    page.reload()
    dialog = open_dialog(page, photo)
    dialog.get_by_role("button", name="Copy GIF").click()
    expect(dialog.get_by_role("status")).to_have_text("GIF copied")
    assert page.evaluate("copied") == ["image/gif"]


def test_without_support_there_is_no_button_to_copy_a_gif(dialog: Locator) -> None:
    expect(dialog.get_by_role("button", name="Copy GIF")).to_have_count(0)


def test_an_mp4_of_the_gif_is_saved(dialog: Locator) -> None:
    page = dialog.page
    if not page.evaluate("import('/mp4-export.js').then((module) => module.canExportMp4())"):
        pytest.skip("this browser has no encoder of H.264")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="MP4").click()
    assert download.value.suggested_filename == "cat-glitch.mp4"
    assert download.value.path().read_bytes()[4:8] == b"ftyp"
    expect(dialog.get_by_role("status")).to_have_text("MP4 saved")


def test_an_mp4_is_offered_with_the_next_gif_if_its_module_did_not_load(page: Page, photo: bytes) -> None:
    page.add_init_script("globalThis.VideoEncoder ??= class {};")
    page.reload()
    page.route("**/mp4-export.js", lambda route: route.abort(), times=1)
    dialog = open_dialog(page, photo)
    module = "export const canExportMp4 = async () => true;"
    page.route("**/mp4-export.js", lambda route: route.fulfill(body=module, content_type="text/javascript"))
    move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("button", name="MP4")).to_be_visible()
