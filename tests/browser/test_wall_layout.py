"""Layout of the wall: a strip above it on a phone, cards in the shape of their GIFs, visible messages."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect
from tests.browser.steps import (
    EFFECTS,
    PHOTOS_URL,
    answer_pending,
    card,
    choose_photo,
    delete_photo,
    expect_accepted,
)

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

PHONE_HEIGHT = 844
SHAPES = {"portrait": (90, 160), "square": (100, 100), "landscape": (150, 100), "panorama": (200, 80)}


def jpeg(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": 390, "height": PHONE_HEIGHT})
    return page


def box(element: Locator) -> tuple[float, float, float, float]:
    """Return left, top, width and height."""
    found = element.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["width"], found["height"]


def test_a_phone_shows_two_columns_of_cards_below_a_low_strip(phone: Page, photo: bytes) -> None:
    choose_photo(phone, photo)
    expect_accepted(phone)
    assert box(phone.locator(".photo-panel"))[3] <= 76
    left, top, width, _ = box(card(phone, EFFECTS[0]))
    right_left, right_top, right_width, _ = box(card(phone, EFFECTS[1]))
    assert (top, width) == (right_top, right_width)
    assert right_left > left + width
    assert top < PHONE_HEIGHT / 3


@pytest.mark.parametrize("shape", SHAPES)
def test_a_card_has_the_shape_of_its_gif(phone: Page, shape: str) -> None:
    width, height = SHAPES[shape]
    choose_photo(phone, jpeg(width, height))
    picture = card(phone, "shake").locator(".card-picture")  # some effects crop a panorama
    expect(picture.locator("img")).to_be_visible()
    shown = box(picture)
    assert shown[2] / shown[3] == pytest.approx(width / height, abs=0.03)


def test_the_square_gif_of_a_portrait_photo_has_a_square_card(phone: Page) -> None:
    choose_photo(phone, jpeg(90, 160))
    expect_accepted(phone)
    phone.locator("#photo-menu-button").click()
    phone.locator("#all-platform").select_option("slack-emoji")
    phone.keyboard.press("Escape")
    picture = card(phone, EFFECTS[0]).locator(".card-picture")
    expect(picture.locator('img[src*="slack-emoji"]')).to_be_visible()
    shown = box(picture)
    assert shown[2] == pytest.approx(shown[3], abs=1)


def test_a_card_keeps_its_height_when_its_gif_arrives(phone: Page, photo: bytes) -> None:
    held: list[Route] = []
    phone.route("**/gifs/**", lambda route: held.append(route))
    phone.route(PHOTOS_URL, answer_pending)
    choose_photo(phone, photo)
    first = card(phone, EFFECTS[0])
    expect(first).to_contain_text("waiting")
    height = box(first)[3]
    expect(first).to_have_attribute("data-state", "ready")
    assert box(first)[3] == pytest.approx(height, abs=1)
    phone.unroute("**/gifs/**")
    for route in held:
        route.continue_()
    expect(first.locator(".card-picture img")).to_be_visible()
    assert box(first)[3] == pytest.approx(height, abs=1)


@pytest.mark.parametrize("width", [320, 360])
def test_a_long_name_does_not_touch_the_button_of_its_card(page: Page, photo: bytes, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    choose_photo(page, photo)
    longest = card(page, "kaleidoscope")
    longest.scroll_into_view_if_needed()
    expect(longest.locator(".card-send")).to_be_visible()
    # The icon is inset by 12 px.
    left, top, title_width, title_height = box(longest.locator(".card-title"))
    send_left, send_top, send_width, _ = box(longest.locator(".card-send"))
    assert (
        left + title_width <= send_left + 8 or top + title_height <= send_top + 8
    )  # its icon is inset by 12 px
    assert send_left + send_width <= width


def test_a_message_is_on_the_screen_of_a_page_that_is_scrolled_down(phone: Page, photo: bytes) -> None:
    choose_photo(phone, photo)
    expect_accepted(phone)
    card(phone, EFFECTS[-1]).scroll_into_view_if_needed()
    choose_photo(phone, b"%PDF-1.7 an invoice", "invoice.pdf", "application/pdf")
    expect(phone.get_by_role("alert")).to_be_in_viewport(ratio=1)


def test_the_page_scrolls_to_the_top_when_the_photo_is_deleted(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect_accepted(page)
    card(page, EFFECTS[-1]).scroll_into_view_if_needed()
    delete_photo(page)
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0


def test_only_the_card_under_the_pointer_has_a_playhead(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect(card(page, EFFECTS[0]).locator(".card-picture img")).to_be_visible()
    expect(card(page, EFFECTS[1]).locator(".card-picture img")).to_be_visible()
    card(page, EFFECTS[1]).hover()
    expect(card(page, EFFECTS[1]).locator(".playhead")).to_be_visible()
    expect(page.locator(".playhead:visible")).to_have_count(1)
    page.mouse.move(0, 0)
    expect(page.locator(".playhead:visible")).to_have_count(0)
