"""Photo input: file picker, camera, drag and drop, clipboard."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.steps import EFFECTS, SAMPLES, card, choose_photo, expect_accepted, show_photo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, CDPSession, FilePayload, Page, Route
    from tests.servers import Server

_PASTE = """([name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], name, { type }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
}"""
_PASTE_TEXT = """(text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  return document.activeElement.dispatchEvent(paste);
}"""
_ROCKET = {"items": [], "files": [str(SAMPLES / "rocket.jpg")], "dragOperationsMask": 1}
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


def drag_in(page: Page) -> CDPSession:
    """Drag a file over the page."""
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 40, "y": 700, "data": _ROCKET})
    expect(page.locator("#choose-photo")).to_have_text("Drop it", use_inner_text=True)
    return devtools


def drag_in_and_out(page: Page) -> None:
    """Drag a file over the page and out of the window again."""
    drag_in(page).send("Input.dispatchDragEvent", {"type": "dragCancel", "x": 0, "y": 0, "data": _ROCKET})


def expect_photos(page: Page, *names: str) -> None:
    """Expect these photos in the queue, the first one on the page."""
    expect(page.locator("#photo-name")).to_contain_text(names[0])
    script = 'async () => (await import("/state.js")).getState().photos.map(({ name }) => name)'
    assert page.evaluate(script) == list(names)
    expect_accepted(page)


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


def test_all_dropped_photos_are_used_and_other_files_are_named(page: Page) -> None:
    drop_files(page, [str(SAMPLES / name) for name in ("SOURCES.md", "chelsea.jpg", "rocket.jpg")])
    expect(page.get_by_role("alert")).to_contain_text("SOURCES.md is not a photo that gifmill reads.")
    expect_photos(page, "chelsea.jpg", "rocket.jpg")


def test_a_dropped_folder_gives_its_photos_and_those_of_folders_in_it(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "holiday"
    (folder / "later").mkdir(parents=True)
    for name in ("10.jpg", "9.jpg", "later/1.jpg"):
        (folder / name).write_bytes((SAMPLES / "rocket.jpg").read_bytes())
    (folder / "notes.txt").write_text("Rome")
    drop_files(page, [str(folder)])
    expect_photos(page, "9.jpg", "10.jpg", "1.jpg")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_only_the_first_photos_of_a_large_folder_are_used(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "holiday"
    folder.mkdir()
    for number in range(21):
        (folder / f"{number}.jpg").write_bytes(b"\xff\xd8\xff")
    drop_files(page, [str(folder)])
    expect(page.get_by_role("alert")).to_contain_text("Only the first 20 photos of holiday are used.")


def test_a_dropped_folder_without_a_photo_shows_a_message(page: Page, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/to rome.txt").write_text("Rome")
    drop_files(page, [str(tmp_path / "letters")])
    expect(page.get_by_role("alert")).to_contain_text("There is no photo in letters.")
    with page.expect_file_chooser():
        page.get_by_role("alert").get_by_role("button", name="Choose a photo").click()


def test_a_file_that_is_no_photo_is_refused_before_anything_is_sent(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    choose_photo(page, b"%PDF-1.7" + bytes(6_000_000), "invoice.pdf", "application/pdf")
    expect(page.get_by_role("alert")).to_contain_text("invoice.pdf is a PDF.")
    expect(page.locator("#start-view")).to_be_visible()
    assert sent == []


def test_several_files_that_are_no_photos_are_refused_with_one_message(page: Page) -> None:
    files: list[FilePayload] = [
        {"name": "holiday.mp4", "mimeType": "image/jpeg", "buffer": b"\0\0\0\x18ftypisom"},
        {"name": "nothing.jpg", "mimeType": "image/jpeg", "buffer": b""},
    ]
    page.set_input_files("#file", files)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("2 files are not photos.")
    expect(alert).to_contain_text("holiday.mp4 is a video. nothing.jpg is empty.")


def test_an_animated_photo_shows_that_only_its_first_frame_is_used(page: Page) -> None:
    frames = [Image.new("L", (64, 48), value) for value in (0, 255)]
    animated = io.BytesIO()
    frames[0].save(animated, "GIF", save_all=True, append_images=frames[1:])
    choose_photo(page, animated.getvalue(), "dance.gif", "image/gif")
    expect(page.get_by_role("alert")).to_contain_text("Only the first frame of dance.gif is used.")
    expect_accepted(page)


def open_finished_gif(page: Page, finished_id: str) -> None:
    show_photo(page, finished_id)
    card(page, "shake").locator(".card-open").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_photo_can_be_dropped_on_the_drop_view_over_an_open_dialog(page: Page, finished_id: str) -> None:
    open_finished_gif(page, finished_id)
    drag_in_and_out(page)
    expect(page.locator("#gif-dialog")).to_have_css("opacity", "1")
    drag_in(page)
    expect(page.locator("#gif-dialog")).to_have_css("opacity", "0")
    drop_files(page, [str(SAMPLES / "rocket.jpg")])
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#photo-name")).to_contain_text("rocket.jpg")
    expect_accepted(page)


def test_a_file_refused_over_an_open_dialog_shows_its_message(page: Page, finished_id: str) -> None:
    open_finished_gif(page, finished_id)
    drop_files(page, [str(SAMPLES / "SOURCES.md")])
    expect(page.get_by_role("alert")).to_contain_text("SOURCES.md is not a photo")
    expect(page.get_by_role("dialog")).to_have_count(0)


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


@pytest.mark.parametrize(
    ("text", "hint"),
    [("a cat", "There is no photo to paste."), ("https://example.com/cat.jpg", "That is a link.")],
)
def test_pasted_text_shows_what_to_do_instead(page: Page, text: str, hint: str) -> None:
    page.evaluate(_PASTE_TEXT, text)
    expect(page.get_by_role("alert")).to_contain_text(hint)


def test_text_is_pasted_into_a_field_for_text(page: Page) -> None:
    page.evaluate(
        """() => {
            const field = document.createElement("textarea");
            document.querySelector("#main").append(field);
            field.focus();
        }"""
    )
    assert page.evaluate(_PASTE_TEXT, "a cat")  # not prevented
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


def test_the_picker_opens_without_scripts(browser: Browser, server: Server) -> None:
    with visiting(browser, server, java_script_enabled=False) as page:
        with page.expect_file_chooser() as chooser:
            page.locator("#choose-photo").click()
        assert chooser.value.is_multiple()
        with page.expect_file_chooser():
            page.locator("#file").press("Enter")


def test_the_start_loads_no_sample_photo(page: Page) -> None:
    expect(page.locator("#start-disc .wheel-slot img")).to_have_count(15)
    loaded: list[str] = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert [name for name in loaded if name.endswith(".jpg")] == []


def test_a_chosen_sample_becomes_gifs(page: Page) -> None:
    page.get_by_role("button", name="A rocket taking off").click()
    expect_accepted(page)
    expect(page.locator("#photo-name")).to_contain_text("rocket.jpg")


def test_the_wheel_shows_the_sample_under_the_pointer(page: Page) -> None:
    page.get_by_role("button", name="A rocket taking off").hover()
    expect(page.locator("#start-disc .wheel-slot img[src*='rocket-effects']")).to_have_count(15)


def test_the_modules_of_photos_load_once_the_visitor_is_about_to_choose(page: Page) -> None:
    with page.expect_request("**/gifs-view.js"):
        page.locator("#file").hover()


def test_a_photo_is_used_when_the_modules_of_photos_load_after_a_failure(page: Page, photo: bytes) -> None:
    page.route("**/gifs-view.js", lambda route: route.abort(), times=1)  # the import waits for the link
    choose_photo(page, photo)
    page.get_by_role("alert").get_by_role("button", name="Try again").click()
    expect_accepted(page)


def test_file_inputs_accept_jpeg_first(page: Page) -> None:
    """Safari converts HEIC to the first type in the list."""
    for accept in page.locator("input[type=file]").evaluate_all("all => all.map(({ accept }) => accept)"):
        assert accept.startswith("image/jpeg,")
