"""Photo input: file picker, camera, drag and drop, clipboard."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.steps import EFFECTS, SAMPLES, card, choose_photo, expect_accepted, show_photo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, Page, Route
    from tests.servers import Server

_PASTE = """([name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], name, { type }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
}"""
_COPY = """async (data) => {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const photo = new Blob([bytes], { type: "image/png" });
  await navigator.clipboard.write([new ClipboardItem({ "image/png": photo })]);
}"""


def base64_text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def drop_files(page: Page, paths: Sequence[str]) -> None:
    """Drop files on the page."""
    devtools = page.context.new_cdp_session(page)
    data = {"items": [], "files": list(paths), "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 40, "y": 700, "data": data})
    devtools.detach()


def drag_in_and_out(page: Page) -> None:
    """Drag a file over the page and out of the window again."""
    devtools = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(SAMPLES / "rocket.jpg")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 40, "y": 700, "data": data})
    expect(page.locator("#choose-photo")).to_have_text("Drop it", use_inner_text=True)
    devtools.send("Input.dispatchDragEvent", {"type": "dragCancel", "x": 0, "y": 0, "data": data})


def test_a_photo_chosen_while_the_scripts_load_is_accepted(page: Page, photo: bytes) -> None:
    held: list[Route] = []
    page.route("**/file-input.js", lambda route: held.append(route))
    page.reload(wait_until="commit")
    choose_photo(page, photo)
    while not held:  # a slow browser requests the script later
        page.wait_for_timeout(10)
    held[0].continue_()
    expect_accepted(page)


def test_a_photo_can_be_dropped_anywhere(page: Page) -> None:
    drop_files(page, [str(SAMPLES / "rocket.jpg")])
    expect_accepted(page)
    expect(page.locator("#photo-name")).to_contain_text("rocket.jpg")
    expect(page.locator("body")).not_to_have_attribute("data-dragging", re.compile(""))


def test_the_first_photo_of_several_files_is_used_and_a_hint_is_shown(page: Page) -> None:
    drop_files(page, [str(SAMPLES / name) for name in ("SOURCES.md", "chelsea.jpg", "rocket.jpg")])
    expect(page.get_by_role("alert")).to_contain_text("Only chelsea.jpg was used.")
    expect_accepted(page)
    expect(page.locator("#photo-name")).to_contain_text("chelsea.jpg")


def test_a_dropped_folder_is_rejected(page: Page) -> None:
    drop_files(page, [str(SAMPLES)])
    expect(page.get_by_role("alert")).to_contain_text("it is a folder")
    expect(page.get_by_role("button", name="Choose a photo").first).to_be_visible()


def test_a_drag_out_of_the_window_ends(page: Page) -> None:
    drag_in_and_out(page)
    expect(page.locator("#choose-photo")).to_contain_text("Choose", use_inner_text=True)


def test_a_dropped_link_is_rejected_and_not_followed(page: Page) -> None:
    address = page.url
    devtools = page.context.new_cdp_session(page)
    item = {"mimeType": "text/uri-list", "data": "https://example.com/cat.jpg"}
    data = {"items": [item], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 40, "y": 700, "data": data})
    expect(page.get_by_role("alert")).to_contain_text("That is a link.")
    assert page.url == address


def test_a_cancelled_drag_restores_focus_and_scroll_position(page: Page, finished_id: str) -> None:
    show_photo(page, finished_id)
    button = card(page, EFFECTS[-1]).locator(".card-open")
    button.focus()
    top = page.evaluate("scrollY")
    assert top > 0
    drag_in_and_out(page)
    expect(button).to_be_focused()
    assert page.evaluate("scrollY") == top


def test_a_photo_can_be_pasted(page: Page, photo: bytes) -> None:
    page.evaluate(_PASTE, ["image.png", "image/jpeg", base64_text(photo)])
    expect_accepted(page)
    expect(page.locator("#photo-name")).to_contain_text("image.png")


def test_pasted_text_is_ignored(page: Page) -> None:
    page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", "a cat");
            document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }"""
    )
    expect(page.locator("#start-view")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_paste_button_pastes_a_photo(page: Page, stripes: bytes) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(_COPY, base64_text(stripes))
    page.get_by_role("button", name="Paste").click()
    expect_accepted(page)
    expect(page.locator("#photo-name")).to_contain_text("image.png")


def test_the_paste_button_explains_an_empty_clipboard(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('a cat')")
    page.get_by_role("button", name="Paste").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no photo to paste.")
    page.get_by_role("alert").get_by_role("button", name="Close").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_camera_button_is_shown_on_touch_devices(page: Page, browser: Browser, server: Server) -> None:
    expect(page.get_by_role("button", name="Take a photo")).to_be_hidden()
    with visiting(
        browser, server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ) as phone:
        with phone.expect_file_chooser() as chooser:
            phone.get_by_role("button", name="Take a photo").tap()
        assert chooser.value.element.get_attribute("capture") == "environment"
        chooser.value.set_files(SAMPLES / "coffee.jpg")
        expect_accepted(phone)


def test_file_inputs_accept_jpeg_first(page: Page) -> None:
    """Safari converts HEIC to the first type in the list."""
    for accept in page.locator("input[type=file]").evaluate_all("all => all.map(({ accept }) => accept)"):
        assert accept.startswith("image/jpeg,")
