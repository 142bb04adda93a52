"""Transparent photos and GIFs on the page: they are shown on a checkerboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.steps import card, choose_photo, show_photo
from tests.transparent_logo import assert_cut_out

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHECKERBOARD = "image => getComputedStyle(image).backgroundImage.startsWith('repeating-conic-gradient')"


def test_a_transparent_photo_and_its_gifs_are_shown_on_a_checkerboard(page: Page, logo: bytes) -> None:
    choose_photo(page, logo, "logo.png", "image/png")
    in_hub = page.locator(".wheel-hub.photo > canvas.has-alpha")
    expect(in_hub).to_be_visible()
    assert in_hub.evaluate(CHECKERBOARD)
    picture = card(page, "party").locator(".card-picture > img.has-alpha")
    card(page, "party").scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    assert picture.evaluate(CHECKERBOARD)
    assert_cut_out(page.request.get(str(picture.get_attribute("src"))).body())
    expect(page.locator(".wheel-slot > .has-alpha").first).to_be_visible()


def test_a_paused_transparent_gif_and_an_opened_one_are_shown_on_a_checkerboard(
    page: Page, logo: bytes
) -> None:
    choose_photo(page, logo, "logo.png", "image/png")
    card(page, "party").scroll_into_view_if_needed()
    expect(card(page, "party").locator(".card-picture > img.has-alpha")).to_be_visible()
    page.get_by_role("button", name="Pause all").click()
    expect(card(page, "party").locator(".card-picture > canvas.has-alpha")).to_be_visible()
    card(page, "party").locator(".card-open").click()
    expect(page.locator("#preview-picture > .has-alpha")).to_be_visible()


def test_an_opaque_photo_has_no_checkerboard(page: Page, finished_id: str) -> None:
    show_photo(page, finished_id)
    expect(page.locator(".has-alpha")).to_have_count(0)
