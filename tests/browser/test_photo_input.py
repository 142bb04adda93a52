"""How photos come in: by every way there is, made small, and whatever the network does meanwhile."""

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
from tests.browser.steps import EFFECTS, PHOTOS, SAMPLES, card, choose, expect_gifs
from tests.hostile.files import HEIC, display_p3, encoded

from gifmill import open_photo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, CDPSession, Page
    from tests.servers import Server

SIDEWAYS = 6  # the camera was turned: what is stored has to be turned by 90 degrees

_RECORD = """
window.sent = [];
const { send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.send = function (body) { sent.push(body); send.call(this, body); };
"""
_LAST_SENT = """async () => {
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


class Sent(NamedTuple):
    """The last photo that left the page."""

    type: str
    data: bytes


def last_sent(page: Page) -> Sent:
    kind, text = page.evaluate(_LAST_SENT)
    return Sent(kind, base64.b64decode(text))


def text_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def expect_taken(page: Page) -> None:
    """The server has looked at the photo and makes its GIFs."""
    expect(page.locator("#progress-text")).to_have_text(re.compile(r"ready$"))


@pytest.fixture
def page(page: Page) -> Page:
    """The start page, which keeps what it sends."""
    page.add_init_script(_RECORD)
    page.reload()
    return page


@pytest.fixture(scope="module")
def camera_photo() -> bytes:
    """12 megapixels as a phone writes them: on their side, in Display P3, with a small sensor's grain."""
    with Image.open(SAMPLES / "chelsea.jpg") as image:
        large = np.asarray(image.resize((4032, 3024), Image.Resampling.BICUBIC)).astype(np.int16)
    grain = np.random.default_rng(6).normal(0, 4, large.shape[:2])[..., None]
    exif = Image.Exif()
    exif[0x0112] = SIDEWAYS
    photo = Image.fromarray(np.clip(large + grain, 0, 255).astype(np.uint8))
    return encoded(photo, "JPEG", quality=92, exif=exif, icc_profile=display_p3())


@pytest.fixture
def line(page: Page) -> Iterator[Line]:
    """The page's connection, which can be made slow, cut, and mended."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    yield Line(devtools)
    devtools.detach()


class Line:
    """What Chromium lets its pages believe of the network."""

    def __init__(self, devtools: CDPSession) -> None:
        self._devtools = devtools

    def slow(self) -> None:
        """So slow that a small photo takes some minutes."""
        self._set(offline=False, upload_bytes_a_second=100)

    def cut(self) -> None:
        self._set(offline=True)

    def mend(self) -> None:
        self._set(offline=False)

    def _set(self, *, offline: bool, upload_bytes_a_second: int = -1) -> None:
        conditions = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": upload_bytes_a_second}
        self._devtools.send("Network.emulateNetworkConditions", {"offline": offline, **conditions})


# ---- made small ------------------------------------------------------------------------------------------


def test_a_cameras_photo_is_sent_upright_in_srgb_and_small(page: Page, camera_photo: bytes) -> None:
    assert len(camera_photo) > 3_000_000
    with page.expect_request(PHOTOS) as request:
        choose(page, camera_photo)
    assert int(request.value.all_headers()["content-length"]) < 700_000
    expect_taken(page)
    sent = last_sent(page)
    assert sent.type == "image/jpeg"
    with Image.open(io.BytesIO(sent.data)) as image:
        assert image.size == (1080, 1440)
        assert image.getexif().get(0x0112, 1) == 1
    arrived = open_photo(sent.data).pixels.astype(int)
    wanted = open_photo(camera_photo).pixels.astype(int)
    assert abs(arrived - wanted).mean() < 2
    with Image.open(io.BytesIO(camera_photo)) as image:
        image.info.pop("icc_profile")
        untold = open_photo(encoded(image, "JPEG", exif=image.getexif(), quality=92)).pixels.astype(int)
    assert abs(untold - wanted).mean() > 4  # so that to forget the profile would have been seen


def test_a_small_photo_is_sent_as_it_is(page: Page, photo: bytes) -> None:
    choose(page, photo)
    expect_taken(page)
    assert last_sent(page) == ("image/jpeg", photo)


def test_a_photo_that_would_not_get_smaller_is_sent_as_it_is(page: Page) -> None:
    noise = np.random.default_rng(6).integers(0, 256, (1200, 1200, 3), np.uint8)
    coarse = encoded(Image.fromarray(noise), "JPEG", quality=30)
    assert len(coarse) > 300_000
    choose(page, coarse)
    expect_taken(page)
    assert last_sent(page) == ("image/jpeg", coarse)


def test_what_is_transparent_stays_so(page: Page) -> None:
    pixels = np.random.default_rng(6).integers(0, 256, (1500, 2000, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[:, :1000, 3] = 0
    choose(page, encoded(Image.fromarray(pixels), "PNG"), "logo.png", "image/png")
    expect_taken(page)
    sent = last_sent(page)
    assert sent.type == "image/webp"
    with Image.open(io.BytesIO(sent.data)) as image:
        assert image.size == (1440, 1080)
        alpha = image.convert("RGBA").getchannel("A")
        assert (alpha.getpixel((100, 500)), alpha.getpixel((1300, 500))) == (0, 255)


def test_what_the_browser_cannot_decode_is_sent_whole(page: Page) -> None:
    padding = struct.pack(">I4s", 400_000, b"free") + bytes(
        399_992
    )  # Source: ISO/IEC 14496-12, section 8.1.2
    photo = HEIC.read_bytes() + padding
    choose(page, photo, "IMG_0001.HEIC", "image/heic")
    expect_taken(page)
    assert last_sent(page) == ("image/heic", photo)


def test_a_photo_over_the_limit_is_taken_once_it_is_small(page: Page, camera_photo: bytes) -> None:
    page.route(
        "**/config.json",
        lambda route: route.fulfill(json={**route.fetch().json(), "max_photo_bytes": 1_000_000}),
    )
    page.reload()
    choose(page, camera_photo)
    expect_taken(page)


# ---- handed in -------------------------------------------------------------------------------------------


def drop(page: Page, paths: Sequence[str]) -> None:
    devtools = page.context.new_cdp_session(page)
    data = {"items": [], "files": list(paths), "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 40, "y": 700, "data": data})
    devtools.detach()


def come_and_go(page: Page) -> None:
    """A file hangs over the page, and leaves the window again."""
    devtools = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(SAMPLES / "rocket.jpg")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 40, "y": 700, "data": data})
    expect(page.locator("#choose-photo")).to_have_text("Drop it", use_inner_text=True)
    devtools.send("Input.dispatchDragEvent", {"type": "dragCancel", "x": 0, "y": 0, "data": data})


def test_a_photo_may_be_dropped_anywhere(page: Page) -> None:
    drop(page, [str(SAMPLES / "rocket.jpg")])
    expect_taken(page)
    expect(page.locator("#photo-name")).to_contain_text("rocket.jpg")
    expect(page.locator("body")).not_to_have_attribute("data-dragging", re.compile(""))


def test_of_several_files_the_first_photo_is_taken_and_that_is_said(page: Page) -> None:
    drop(page, [str(SAMPLES / name) for name in ("SOURCES.md", "chelsea.jpg", "rocket.jpg")])
    expect(page.get_by_role("alert")).to_contain_text("Only chelsea.jpg was used.")
    expect_taken(page)
    expect(page.locator("#photo-name")).to_contain_text("chelsea.jpg")


def test_a_folder_is_no_photo(page: Page) -> None:
    drop(page, [str(SAMPLES)])
    expect(page.get_by_role("alert")).to_contain_text("it is a folder")
    expect(page.get_by_role("button", name="Choose a photo").first).to_be_visible()


def test_a_file_that_leaves_the_window_is_waited_for_no_more(page: Page) -> None:
    come_and_go(page)
    expect(page.locator("#choose-photo")).to_contain_text("Choose", use_inner_text=True)


def test_a_link_is_no_photo_and_leads_nowhere(page: Page) -> None:
    address = page.url
    devtools = page.context.new_cdp_session(page)
    item = {"mimeType": "text/uri-list", "data": "https://example.com/cat.jpg"}
    data = {"items": [item], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 40, "y": 700, "data": data})
    expect(page.get_by_role("alert")).to_contain_text("That is a link.")
    assert page.url == address


def test_a_drag_that_leaves_again_leaves_focus_and_place_as_they_were(page: Page, photo: bytes) -> None:
    choose(page, photo)
    expect_gifs(page)
    button = card(page, EFFECTS[-1]).locator(".card-open")
    button.focus()
    top = page.evaluate("scrollY")
    assert top > 0
    come_and_go(page)
    expect(button).to_be_focused()
    assert page.evaluate("scrollY") == top


def test_a_photo_may_be_pasted(page: Page, photo: bytes) -> None:
    page.evaluate(_PASTE, ["image.png", "image/jpeg", text_of(photo)])
    expect_taken(page)
    expect(page.locator("#photo-name")).to_contain_text("image.png")


def test_pasted_words_are_left_alone(page: Page) -> None:
    page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", "a cat");
            document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }"""
    )
    expect(page.locator("#start-view")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_button_pastes_too(page: Page, stripes: bytes) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(_COPY, text_of(stripes))
    page.get_by_role("button", name="Paste").click()
    expect_taken(page)
    expect(page.locator("#photo-name")).to_contain_text("image.png")


def test_with_nothing_to_paste_the_button_says_how(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('a cat')")
    page.get_by_role("button", name="Paste").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no photo to paste.")
    page.get_by_role("alert").get_by_role("button", name="Close").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_camera_is_offered_where_there_is_one(page: Page, browser: Browser, server: Server) -> None:
    expect(page.get_by_role("button", name="Take a photo")).to_be_hidden()
    with visiting(
        browser, server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ) as phone:
        with phone.expect_file_chooser() as chooser:
            phone.get_by_role("button", name="Take a photo").tap()
        assert chooser.value.element.get_attribute("capture") == "environment"
        chooser.value.set_files(SAMPLES / "coffee.jpg")
        expect_taken(phone)


def test_jpeg_is_what_phones_are_asked_for_first(page: Page) -> None:
    """Safari turns HEIC into the first type in the list."""
    for accept in page.locator("input[type=file]").evaluate_all("all => all.map(({ accept }) => accept)"):
        assert accept.startswith("image/jpeg,")


# ---- the network -----------------------------------------------------------------------------------------


def test_the_network_may_go_away_while_a_photo_is_sent(page: Page, photo: bytes, line: Line) -> None:
    line.slow()
    with page.expect_request(PHOTOS):
        choose(page, photo)
    expect(page.locator("#progress-text")).to_have_text("Uploading your photo")
    line.cut()
    expect(page.locator("#progress-text")).to_have_text(
        "You are offline. The page continues when you are back online."
    )
    line.mend()
    expect_gifs(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_photo_may_be_chosen_without_a_network(page: Page, photo: bytes, line: Line) -> None:
    line.cut()
    choose(page, photo)
    expect(page.locator("#progress-text")).to_have_text(
        "You are offline. The page continues when you are back online."
    )
    line.mend()
    expect_gifs(page)


def test_the_network_may_go_away_while_gifs_are_made(page: Page, large_photo: bytes, line: Line) -> None:
    choose(page, large_photo)
    expect(page.locator('.card[data-state="ready"]').first).to_be_visible()
    line.cut()
    expect(page.locator("#progress-text")).to_have_text(
        "You are offline. The page continues when you are back online."
    )
    line.mend()
    expect_gifs(page)


def test_how_much_has_been_sent_is_seen_also_of_what_the_browser_cannot_show(page: Page, line: Line) -> None:
    line.slow()
    choose(page, HEIC.read_bytes(), "cat.heic", "image/heic")
    expect(page.locator("#photo-size")).to_have_text(re.compile(r"^\d+% uploaded$"))


def test_sending_can_be_called_off(page: Page, photo: bytes, line: Line) -> None:
    line.slow()
    with page.expect_request(PHOTOS):
        choose(page, photo)
    with page.expect_event("requestfailed", lambda request: "/v1/photos" in request.url):
        page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_sending_can_be_called_off_without_a_network(page: Page, photo: bytes, line: Line) -> None:
    line.cut()
    choose(page, photo)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    line.mend()
    choose(page, photo, "another.jpg")
    expect_gifs(page)
    assert len(posted) == 1


def test_the_gifs_before_are_there_again_when_sending_is_called_off(
    page: Page, photo: bytes, line: Line
) -> None:
    choose(page, photo, "first.jpg")
    expect_gifs(page)
    line.slow()
    with page.expect_request(PHOTOS):
        choose(page, photo, "second.jpg")
    page.get_by_role("button", name="Cancel").click()
    line.mend()
    expect(page.locator("#photo-name")).to_contain_text("first.jpg")
    expect_gifs(page)
