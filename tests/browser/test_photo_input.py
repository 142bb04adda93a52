"""Photo input: resizing, file picker, camera, drag and drop, clipboard, and uploads over a bad network."""

from __future__ import annotations

import base64
import io
import re
import struct
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.steps import (
    EFFECTS,
    PHOTOS_URL,
    SAMPLES,
    card,
    choose_photo,
    expect_accepted,
    expect_gifs,
    show_photo,
)
from tests.hostile.file_builders import HEIC, display_p3, encoded

from gifmill import open_photo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, CDPSession, Page, Route
    from tests.servers import Server

ROTATED_90_DEGREES = 6
"""The Exif orientation of an upright camera: the stored image must be rotated by 90 degrees."""

RECORD_UPLOADS = """
window.sent = [];
const { send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.send = function (body) { sent.push(body); send.call(this, body); };
"""
_LAST_UPLOAD = """async () => {
  const body = sent.at(-1);
  const bytes = new Uint8Array(await body.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return [body.type, btoa(text)];
}"""
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


class Upload(NamedTuple):
    """The last uploaded photo."""

    type: str
    data: bytes


def last_upload(page: Page) -> Upload:
    """Return the page's last upload."""
    kind, text = page.evaluate(_LAST_UPLOAD)
    return Upload(kind, base64.b64decode(text))


def base64_text(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture
def page(page: Page) -> Page:
    """The start page, which records its uploads."""
    page.add_init_script(RECORD_UPLOADS)
    page.reload()
    return page


@pytest.fixture(scope="module")
def camera_photo() -> bytes:
    """A photo of 12 megapixels like those of a phone: rotated, in Display P3, with sensor noise."""
    with Image.open(SAMPLES / "chelsea.jpg") as image:
        large = np.asarray(image.resize((4032, 3024), Image.Resampling.BICUBIC)).astype(np.int16)
    grain = np.random.default_rng(6).normal(0, 4, large.shape[:2])[..., None]
    exif = Image.Exif()
    exif[0x0112] = ROTATED_90_DEGREES
    photo = Image.fromarray(np.clip(large + grain, 0, 255).astype(np.uint8))
    return encoded(photo, "JPEG", quality=92, exif=exif, icc_profile=display_p3())


@pytest.fixture
def connection(page: Page) -> Iterator[Connection]:
    """The page's network connection, which a test can slow down, cut and restore."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    yield Connection(devtools)
    devtools.detach()


class Connection:
    """Chromium's emulation of network conditions."""

    def __init__(self, devtools: CDPSession) -> None:
        self._devtools = devtools

    def slow_down(self) -> None:
        """Limit the upload rate: a small photo takes minutes."""
        self._set(offline=False, upload_bytes_a_second=100)

    def cut(self) -> None:
        self._set(offline=True)

    def restore(self) -> None:
        self._set(offline=False)

    def _set(self, *, offline: bool, upload_bytes_a_second: int = -1) -> None:
        conditions = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": upload_bytes_a_second}
        self._devtools.send("Network.emulateNetworkConditions", {"offline": offline, **conditions})


# ---- resizing --------------------------------------------------------------------------------------------


def test_a_camera_photo_is_uploaded_upright_in_srgb_and_resized(page: Page, camera_photo: bytes) -> None:
    assert len(camera_photo) > 3_000_000
    with page.expect_request(PHOTOS_URL) as request:
        choose_photo(page, camera_photo)
    assert int(request.value.all_headers()["content-length"]) < 700_000
    expect_accepted(page)
    sent = last_upload(page)
    assert sent.type == "image/jpeg"
    with Image.open(io.BytesIO(sent.data)) as image:
        assert image.size == (1080, 1440)
        assert image.getexif().get(0x0112, 1) == 1
    uploaded = open_photo(sent.data).pixels.astype(int)
    original = open_photo(camera_photo).pixels.astype(int)
    assert abs(uploaded - original).mean() < 2
    with Image.open(io.BytesIO(camera_photo)) as image:
        image.info.pop("icc_profile")
        without_profile = open_photo(encoded(image, "JPEG", exif=image.getexif(), quality=92)).pixels.astype(
            int
        )
    assert abs(without_profile - original).mean() > 4  # so the test detects an ignored profile


def test_a_small_photo_is_uploaded_unchanged(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect_accepted(page)
    assert last_upload(page) == ("image/jpeg", photo)


def test_a_photo_that_resizing_would_enlarge_is_uploaded_unchanged(page: Page) -> None:
    noise = np.random.default_rng(6).integers(0, 256, (1200, 1200, 3), np.uint8)
    coarse = encoded(Image.fromarray(noise), "JPEG", quality=30)
    assert len(coarse) > 300_000
    choose_photo(page, coarse)
    expect_accepted(page)
    assert last_upload(page) == ("image/jpeg", coarse)


def test_transparency_is_kept(page: Page) -> None:
    pixels = np.random.default_rng(6).integers(0, 256, (1500, 2000, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[:, :1000, 3] = 0
    choose_photo(page, encoded(Image.fromarray(pixels), "PNG"), "logo.png", "image/png")
    expect_accepted(page)
    sent = last_upload(page)
    assert sent.type == "image/webp"
    with Image.open(io.BytesIO(sent.data)) as image:
        assert image.size == (1440, 1080)
        alpha = image.convert("RGBA").getchannel("A")
        assert (alpha.getpixel((100, 500)), alpha.getpixel((1300, 500))) == (0, 255)


def test_a_photo_the_browser_cannot_decode_is_uploaded_unchanged(page: Page) -> None:
    padding = struct.pack(">I4s", 400_000, b"free") + bytes(
        399_992
    )  # Source: ISO/IEC 14496-12, section 8.1.2
    photo = HEIC.read_bytes() + padding
    choose_photo(page, photo, "IMG_0001.HEIC", "image/heic")
    expect_accepted(page)
    assert last_upload(page) == ("image/heic", photo)


def test_a_photo_over_the_limit_is_accepted_after_resizing(page: Page, camera_photo: bytes) -> None:
    page.route(
        "**/config.json",
        lambda route: route.fulfill(json={**route.fetch().json(), "max_photo_bytes": 1_000_000}),
    )
    page.reload()
    choose_photo(page, camera_photo)
    expect_accepted(page)


def test_a_photo_chosen_while_the_scripts_load_is_accepted(page: Page, photo: bytes) -> None:
    held: list[Route] = []
    page.route("**/file-input.js", lambda route: held.append(route))
    page.reload(wait_until="commit")
    choose_photo(page, photo)
    held[0].continue_()
    expect_accepted(page)


# ---- drag and drop, clipboard, camera --------------------------------------------------------------------


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


# ---- the network -----------------------------------------------------------------------------------------


def test_an_upload_survives_a_lost_network(page: Page, photo: bytes, connection: Connection) -> None:
    connection.slow_down()
    with page.expect_request(PHOTOS_URL):
        choose_photo(page, photo)
    expect(page.locator("#progress-text")).to_have_text("Uploading your photo")
    connection.cut()
    expect(page.locator("#progress-text")).to_have_text(
        "You are offline. The page continues when you are back online."
    )
    connection.restore()
    expect_accepted(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_photo_chosen_offline_is_uploaded_later(page: Page, photo: bytes, connection: Connection) -> None:
    connection.cut()
    choose_photo(page, photo)
    expect(page.locator("#progress-text")).to_have_text(
        "You are offline. The page continues when you are back online."
    )
    connection.restore()
    expect_accepted(page)


def test_rendering_survives_a_lost_network(page: Page, large_photo: bytes, connection: Connection) -> None:
    choose_photo(page, large_photo)
    expect(page.locator('.card[data-state="ready"]').first).to_be_visible()
    connection.cut()
    expect(page.locator("#progress-text")).to_have_text(
        "You are offline. The page continues when you are back online."
    )
    connection.restore()
    expect_gifs(page)


def test_upload_progress_is_shown_for_a_photo_the_browser_cannot_decode(
    page: Page, connection: Connection
) -> None:
    connection.slow_down()
    choose_photo(page, HEIC.read_bytes(), "cat.heic", "image/heic")
    expect(page.locator("#photo-size")).to_have_text(re.compile(r"^\d+% uploaded$"))


def test_an_upload_can_be_cancelled(page: Page, photo: bytes, connection: Connection) -> None:
    connection.slow_down()
    with page.expect_request(PHOTOS_URL):
        choose_photo(page, photo)
    with page.expect_event("requestfailed", lambda request: "/v1/photos" in request.url):
        page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_an_upload_can_be_cancelled_offline(page: Page, photo: bytes, connection: Connection) -> None:
    connection.cut()
    choose_photo(page, photo)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    connection.restore()
    choose_photo(page, photo, "another.jpg")
    expect_accepted(page)
    assert len(posted) == 1


def test_cancelling_an_upload_restores_the_previous_gifs(
    page: Page, photo: bytes, connection: Connection
) -> None:
    choose_photo(page, photo, "first.jpg")
    expect_gifs(page)
    connection.slow_down()
    with page.expect_request(PHOTOS_URL):
        choose_photo(page, photo, "second.jpg")
    page.get_by_role("button", name="Cancel").click()
    connection.restore()
    expect(page.locator("#photo-name")).to_contain_text("first.jpg")
    expect_gifs(page)
