"""Several photos: the queue of uploads, and the strip that shows their states."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect
from tests.browser.page_modules import call
from tests.browser.steps import PHOTOS_URL, card, choose_photo, expect_accepted

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

_READY = re.compile(r": Deleted in 24 h$")


def choose_photos(page: Page, photo: bytes, *names: str) -> None:
    """Choose several files in the file picker, all with the same content."""
    files: list[Any] = [{"name": name, "mimeType": "image/jpeg", "buffer": photo} for name in names]
    page.set_input_files("#file", files)


def tile(page: Page, name: str) -> Locator:
    """Return the button of a photo in the strip."""
    return page.locator("#photo-strip").get_by_role("button", name=re.compile(f"^{re.escape(name)}: "))


def hold_uploads(page: Page) -> list[Route]:
    """Collect uploads instead of sending them."""
    held: list[Route] = []
    page.route(PHOTOS_URL, lambda route: held.append(route))
    return held


def reject_upload(page: Page, number: int, status: int, code: str, **headers: str) -> None:
    """Answer one upload, counted from 1, with an error."""
    problem = {"status": status, "code": code, "title": "No", "detail": "It cannot be read."}
    uploads: list[Route] = []

    def answer(route: Route) -> None:
        uploads.append(route)
        if len(uploads) == number:
            route.fulfill(status=status, json=problem, headers=headers)
        else:
            route.continue_()

    page.route(PHOTOS_URL, answer)


def test_one_photo_has_no_strip(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect_accepted(page)
    expect(page.locator("#photo-strip")).to_be_hidden()


def test_several_photos_are_uploaded_one_after_the_other(page: Page, photo: bytes) -> None:
    with page.expect_request(PHOTOS_URL):
        held = hold_uploads(page)
        choose_photos(page, photo, "a.jpg", "b.jpg", "c.jpg")
    expect(tile(page, "a.jpg")).to_have_accessible_name(re.compile("uploaded$"))
    for name in ("b.jpg", "c.jpg"):
        expect(tile(page, name)).to_have_accessible_name(f"{name}: waiting")
    assert len(held) == 1


def test_all_photos_of_the_queue_get_ready(page: Page, photo: bytes) -> None:
    choose_photos(page, photo, "a.jpg", "b.jpg", "c.jpg")
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        expect(tile(page, name)).to_have_accessible_name(_READY)


def test_the_strip_shows_a_picture_of_each_photo(page: Page, photo: bytes) -> None:
    hold_uploads(page)
    choose_photos(page, photo, "a.jpg", "b.jpg", "c.jpg")
    pictures = page.locator("#photo-strip img")
    expect(pictures).to_have_count(3)
    for picture in pictures.all():
        expect(picture).to_be_visible()
        expect(picture).to_have_attribute("src", re.compile("^data:image/jpeg"))


def test_the_strip_marks_the_shown_photo(page: Page, photo: bytes) -> None:
    choose_photos(page, photo, "a.jpg", "b.jpg")
    expect(tile(page, "a.jpg")).to_have_attribute("aria-current", "true")
    tile(page, "b.jpg").click()
    expect(tile(page, "b.jpg")).to_have_attribute("aria-current", "true")
    expect(page.locator("#photo-strip [aria-current]")).to_have_count(1)


def test_each_photo_has_its_own_gifs(page: Page, photo: bytes) -> None:
    choose_photos(page, photo, "a.jpg", "b.jpg")
    expect(tile(page, "b.jpg")).to_have_accessible_name(_READY)
    first = page.url
    tile(page, "b.jpg").click()
    expect(page.locator("#photo-name")).to_have_text("b.jpg")
    expect(card(page, "blur").locator("img")).to_be_visible()
    assert page.url != first


def test_back_returns_to_the_photo_before(page: Page, photo: bytes) -> None:
    choose_photos(page, photo, "a.jpg", "b.jpg")
    expect(tile(page, "b.jpg")).to_have_accessible_name(_READY)
    tile(page, "b.jpg").click()
    expect(page.locator("#photo-name")).to_have_text("b.jpg")
    page.go_back()
    expect(page.locator("#photo-name")).to_have_text("a.jpg")
    expect(card(page, "blur").locator("img")).to_be_visible()


def test_the_strip_works_with_the_keyboard(page: Page, photo: bytes) -> None:
    hold_uploads(page)
    choose_photos(page, photo, "a.jpg", "b.jpg")
    tile(page, "a.jpg").focus()
    for _ in range(2):  # the button between them removes the first photo
        page.keyboard.press("Tab")
    expect(tile(page, "b.jpg")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#photo-name")).to_have_text("b.jpg")
    expect(tile(page, "b.jpg")).to_be_focused()


def test_a_queued_photo_can_be_removed(page: Page, photo: bytes) -> None:
    hold_uploads(page)
    choose_photos(page, photo, "a.jpg", "b.jpg", "c.jpg")
    page.get_by_role("button", name="Remove b.jpg").click()
    expect(tile(page, "b.jpg")).to_have_count(0)
    expect(page.locator("#photo-name")).to_have_text("a.jpg")
    expect(tile(page, "c.jpg")).to_be_focused()


def test_the_delete_key_removes_a_queued_photo(page: Page, photo: bytes) -> None:
    hold_uploads(page)
    choose_photos(page, photo, "a.jpg", "b.jpg", "c.jpg")
    tile(page, "b.jpg").press("Delete")
    expect(tile(page, "b.jpg")).to_have_count(0)


def test_the_next_photo_is_shown_when_an_upload_is_cancelled(page: Page, photo: bytes) -> None:
    hold_uploads(page)
    choose_photos(page, photo, "a.jpg", "b.jpg", "c.jpg")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#photo-name")).to_have_text("b.jpg")
    expect(tile(page, "a.jpg")).to_have_count(0)


def test_a_rejected_photo_stays_in_the_strip_with_its_reason(page: Page, photo: bytes) -> None:
    reject_upload(page, 2, 422, "damaged_photo")
    choose_photos(page, photo, "a.jpg", "b.jpg", "c.jpg")
    expect(tile(page, "b.jpg")).to_have_accessible_name("b.jpg: failed")
    expect(tile(page, "c.jpg")).to_have_accessible_name(_READY)
    tile(page, "b.jpg").click()
    expect(page.get_by_role("alert")).to_contain_text("It cannot be read.")
    page.get_by_role("alert").get_by_role("button", name="Remove").click()
    expect(tile(page, "b.jpg")).to_have_count(0)


def test_the_queue_continues_after_an_interrupted_upload(page: Page, photo: bytes) -> None:
    reject_upload(page, 1, 500, "internal")
    choose_photos(page, photo, "a.jpg", "b.jpg")
    expect(tile(page, "b.jpg")).to_have_accessible_name(_READY)
    expect(tile(page, "a.jpg")).to_have_accessible_name("a.jpg: failed")
    page.get_by_role("button", name="Try again").click()
    expect(tile(page, "a.jpg")).to_have_accessible_name(_READY)


def test_a_busy_server_is_tried_again_while_another_photo_is_shown(page: Page, photo: bytes) -> None:
    reject_upload(page, 1, 503, "busy", **{"Retry-After": "1"})
    choose_photos(page, photo, "a.jpg", "b.jpg")
    tile(page, "b.jpg").click()
    for name in ("a.jpg", "b.jpg"):
        expect(tile(page, name)).to_have_accessible_name(_READY)


def test_another_photo_joins_the_strip(page: Page, photo: bytes) -> None:
    choose_photo(page, photo, "a.jpg")
    expect_accepted(page)
    choose_photo(page, photo, "b.jpg")
    expect(tile(page, "b.jpg")).to_have_attribute("aria-current", "true")
    expect(tile(page, "a.jpg")).to_have_accessible_name(_READY)


def test_a_photo_that_is_not_shown_keeps_nothing_heavy(page: Page, photo: bytes) -> None:
    choose_photos(page, photo, "a.jpg", "b.jpg")
    expect(tile(page, "b.jpg")).to_have_accessible_name(_READY)
    tile(page, "b.jpg").click()
    expect(page.locator("#photo-name")).to_have_text("b.jpg")
    heavy = call(
        page,
        """async () => {
            const { getState } = await import("/state.js");
            const { file, thumbnail, posters, gifs } = getState().photos[0];
            return [file, thumbnail, posters, ...Object.keys(gifs)].filter(Boolean).length;
        }""",
    )
    assert heavy == 0


def test_the_strip_does_not_scroll_back_while_photos_change(page: Page, photo: bytes) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    held = hold_uploads(page)
    choose_photos(page, photo, *(f"{number}.jpg" for number in range(12)))
    expect(tile(page, "11.jpg").locator("img")).to_be_visible()
    strip = page.locator("#photo-strip")
    strip.evaluate("list => { list.scrollLeft = list.scrollWidth; }")
    page.get_by_role("button", name="Remove 5.jpg").dispatch_event("click")
    expect(tile(page, "5.jpg")).to_have_count(0)
    assert strip.evaluate("list => list.scrollLeft") > 0
    held[0].abort()


def test_the_name_of_a_tile_follows_the_time(page: Page, photo: bytes) -> None:
    page.clock.install()
    page.reload()
    choose_photos(page, photo, "a.jpg", "b.jpg")
    expect(tile(page, "b.jpg")).to_have_accessible_name(_READY)
    page.clock.fast_forward("05:00:00")
    for name in ("a.jpg", "b.jpg"):
        expect(tile(page, name)).to_have_accessible_name(f"{name}: Deleted in 19 h")


def test_a_busy_servers_earlier_time_does_not_end_a_later_wait(page: Page, photo: bytes) -> None:
    seconds = iter(["10", "600"])
    uploads: list[str] = []

    def answer_busy(route: Route) -> None:
        uploads.append(route.request.url)
        route.fulfill(status=503, headers={"Retry-After": next(seconds)}, json={"code": "busy"})

    page.clock.install()
    page.reload()
    page.route(PHOTOS_URL, answer_busy)
    choose_photo(page, photo)
    expect(page.get_by_text("Trying again in 10 s.")).to_be_visible()
    page.get_by_role("button", name="Try now").click()
    expect(page.get_by_text("Trying again in 600 s.")).to_be_visible()
    page.clock.run_for(60_000)
    expect(page.get_by_text("Trying again in 540 s.")).to_be_visible()
    assert len(uploads) == 2
