"""The main path: a photo in, GIFs out; reload, Back, deletion and announcements."""

from __future__ import annotations

import base64
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.states import Sample, photo_gone
from tests.browser.steps import (
    ALL_READY,
    EFFECTS,
    ORDERS_URL,
    PHOTOS_URL,
    SAMPLES,
    STATUS_URL,
    card,
    choose_photo,
    delete_photo,
    expect_accepted,
    expect_gifs,
    own_id,
    photo_id,
    show_photo,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route
    from tests.servers import Server

_RECORD_ANNOUNCEMENTS = """() => {
  const region = document.querySelector("#status");
  window.announcements = [];
  const record = () => window.announcements.push(region.textContent);
  new MutationObserver(record).observe(region, { childList: true, characterData: true, subtree: true });
}"""
"""Record the announcements of the live region."""

_NAME = "element => element.ariaLabel ?? (element.labels?.[0] ?? element).innerText"
_OUTLINE = "element => getComputedStyle(element.closest('label') ?? element).outlineStyle"
"""A file input covers its label, which shows the focus."""

_HEIC = Path(__file__).parents[1] / "sample_photos/sideways_p3.heic"


def test_a_chosen_photo_becomes_gifs_without_a_failed_request(page: Page, photo: bytes) -> None:
    failed_urls: list[str] = []
    page.on("response", lambda response: failed_urls.append(response.url) if response.status >= 400 else None)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a photo").click()
    chooser.value.set_files({"name": "cat.jpg", "mimeType": "image/jpeg", "buffer": photo})
    expect_gifs(page)
    assert failed_urls == []


def test_the_photo_is_shown_before_the_server_responds(page: Page, photo: bytes) -> None:
    held: list[Route] = []
    page.route(PHOTOS_URL, lambda route: held.append(route))
    choose_photo(page, photo)
    expect(page.get_by_role("img", name="Your photo", exact=True)).to_be_visible()
    for effect in EFFECTS:
        expect(card(page, effect)).to_contain_text(re.compile("waiting|not made yet"))
        expect(card(page, effect).locator("canvas.mosaic")).to_be_visible()
    held[0].abort()


def test_the_grid_has_a_card_for_each_effect_those_that_move_at_once_first(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect(page.locator(".card-title")).to_have_text(EFFECTS)


def test_a_sample_becomes_gifs(page: Page) -> None:
    page.get_by_role("button", name="A tabby cat").click()
    expect_gifs(page)
    expect(page.locator("#photo-name")).to_have_text("chelsea.jpg")


def test_a_photo_dropped_anywhere_becomes_gifs(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(SAMPLES / "astronaut.jpg")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 600, "data": data})
    expect(page.get_by_role("button", name="Drop it")).to_be_visible()
    devtools.send("Input.dispatchDragEvent", {"type": "drop", "x": 200, "y": 600, "data": data})
    expect_gifs(page)
    expect(page.locator("#photo-name")).to_have_text("astronaut.jpg")


def test_a_drag_out_of_the_window_restores_the_page(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(SAMPLES / "astronaut.jpg")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 600, "data": data})
    expect(page.get_by_role("button", name="Drop it")).to_be_visible()
    page.dispatch_event("body", "dragleave")  # DevTools cannot leave the window
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()


def test_a_pasted_photo_becomes_gifs(page: Page, photo: bytes) -> None:
    page.evaluate(
        """content => {
            const clipboardData = new DataTransfer();
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            clipboardData.items.add(new File([bytes], "pasted.jpg", { type: "image/jpeg" }));
            document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }""",
        base64.b64encode(photo).decode(),
    )
    expect_gifs(page)


def test_a_photo_the_browser_cannot_decode_becomes_gifs(page: Page) -> None:
    choose_photo(page, _HEIC.read_bytes(), "iphone.heic", "image/heic")
    expect_gifs(page)
    expect(page.get_by_role("img", name="Your photo", exact=True)).to_be_visible()  # from one of the GIFs


def test_a_card_saves_the_full_gif_named_after_the_photo(page: Page, photo: bytes, server: Server) -> None:
    choose_photo(page, photo, "my.holiday.jpg")
    shown = card(page, "glitch").locator(".card-picture img")
    expect(shown).to_have_js_property("complete", value=True)
    with page.expect_download() as download:
        card(page, "glitch").get_by_role("button", name="Download glitch").click()
    assert download.value.suggested_filename == "my.holiday-glitch.gif"
    full = server.client.get(f"/gifs/{photo_id(page)}/default/glitch.gif").content
    assert download.value.path().read_bytes() == full
    expect(card(page, "glitch")).to_contain_text(f"{int(len(full) / 1000 + 0.5):,} KB")


def test_the_main_path_works_with_the_keyboard(page: Page) -> None:
    def tab_to(name: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            focused = page.locator(":focus")
            if name in focused.evaluate(_NAME).replace("\n", " "):
                assert focused.evaluate(_OUTLINE) == "solid"
                return
        raise AssertionError(f"Tab does not reach {name!r}")

    with page.expect_file_chooser() as chooser:
        tab_to("Choose a photo")
        page.keyboard.press("Enter")
    chooser.value.set_files(SAMPLES / "chelsea.jpg")
    expect_gifs(page)
    tab_to("Pause all")
    page.keyboard.press("Space")
    expect(page.locator(".card-picture canvas")).to_have_count(len(EFFECTS))
    tab_to("Download shake")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "chelsea-shake.gif"


def test_a_reload_shows_the_same_gifs_under_the_same_name(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect_gifs(page)
    addresses = "images => images.map(({ src }) => src)"
    before = page.locator(".card-picture img").evaluate_all(addresses)
    page.reload()
    expect_gifs(page)
    assert page.locator(".card-picture img").evaluate_all(addresses) == before
    with page.expect_download() as download:
        card(page, "glitch").get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "cat-glitch.gif"


def test_back_returns_to_the_previous_photo(page: Page, photo: bytes) -> None:
    choose_photo(page, photo, "first.jpg")
    expect_gifs(page)
    choose_photo(page, photo, "second.jpg")
    expect(page.locator("#photo-name")).to_have_text("second.jpg")
    expect_gifs(page)
    page.go_back()
    expect(page.locator("#photo-name")).to_have_text("first.jpg")
    expect_gifs(page)


def test_the_skip_link_keeps_the_photo(page: Page, finished_id: str) -> None:
    show_photo(page, finished_id)
    address = page.url
    page.locator(".skip-link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    assert page.url == address
    expect(page.locator("#gifs-view")).to_be_visible()


def test_the_logo_opens_the_start(page: Page, finished_id: str) -> None:
    show_photo(page, finished_id)
    page.get_by_role("link", name="gifmill, start").click()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()


def test_progress_is_announced_once(page: Page, photo: bytes) -> None:
    page.evaluate(_RECORD_ANNOUNCEMENTS)
    choose_photo(page, photo)
    expect_gifs(page)
    page.wait_for_timeout(1_000)  # for a possible repetition
    announcements = page.evaluate("() => window.announcements")
    assert ALL_READY.match(announcements[-1])
    assert len(list(filter(ALL_READY.match, announcements))) == 1
    assert [one for one, following in pairwise(announcements) if one == following] == []
    assert len(announcements) < len(EFFECTS)


def test_delete_now_deletes_on_the_server(page: Page, photo: bytes, server: Server) -> None:
    choose_photo(page, photo)
    deleted_id = photo_id(page)
    delete_photo(page)
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_visible()
    expect(page).to_have_url(server.address)
    assert server.client.get(f"/v1/photos/{deleted_id}").status_code == 404


def test_an_order_that_fails_during_the_deletion_does_not_hide_its_result(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect(card(page, EFFECTS[0]).locator(".card-picture img")).to_be_visible()
    orders: list[Route] = []
    deletions: list[Route] = []

    def hold_deletion(route: Route) -> None:
        if route.request.method == "DELETE":
            deletions.append(route)
        else:
            route.fallback()

    page.route(ORDERS_URL, lambda route: orders.append(route))
    with page.expect_request(ORDERS_URL):
        card(page, EFFECTS[-1]).scroll_into_view_if_needed()
    page.route(STATUS_URL, hold_deletion)
    with page.expect_request(lambda request: request.method == "DELETE"):
        delete_photo(page)
    with page.expect_response(ORDERS_URL):
        orders[0].fulfill(status=404, json={"code": "not_found", "title": "Gone"})
    expect(card(page, EFFECTS[0])).to_be_attached()
    deletions[0].continue_()
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_visible()


def test_a_photo_deleted_elsewhere_disappears(page: Page, photo: bytes, server: Server) -> None:
    choose_photo(page, photo)
    expect_gifs(page)
    page.reload()  # all GIFs are ready, and the page still follows updates
    expect_gifs(page)
    server.client.delete(f"/v1/photos/{own_id(page)}")
    expect(page.get_by_role("heading", name="This photo is gone.")).to_be_visible()


def test_samples_do_not_fill_the_wheel_when_a_photo_is_gone(page: Page, sample: Sample) -> None:
    photo_gone(page, sample)
    page.locator(".sample").first.hover()
    page.locator(".sample").last.focus()
    page.wait_for_timeout(500)
    expect(page.locator("#start-disc .wheel-slot img")).to_have_count(0)


def test_the_url_of_a_deleted_photo_shows_that_it_is_gone(page: Page) -> None:
    page.goto("/#photo=" + "a" * 26)
    expect(page.get_by_role("heading", name="This photo is gone.")).to_be_visible()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()


def test_the_time_until_deletion_is_shown(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect_accepted(page)
    expect(page.get_by_text("Deleted in 24 h")).to_be_visible()
