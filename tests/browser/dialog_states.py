"""Every visible state of the dialog, as a function that reaches it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.dialog_steps import disclose_all, move_slider, reject_next_order
from tests.browser.states import Sample, friends_page
from tests.browser.steps import ORDERS_URL, card, choose_photo, show_photo
from tests.transparent_logo import logo_png

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


def open_card(page: Page, effect: str) -> None:
    """Open the GIF of a card, and wait for its picture."""
    card(page, effect).locator(".card-open").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator("#preview-picture img")).to_be_visible()


def open_own(page: Page, content: bytes, effect: str = "spin", name: str = "cat.jpg") -> None:
    """Choose a photo, open one of its GIFs, and wait for the GIF of full size."""
    choose_photo(page, content, name)
    expect(card(page, effect).locator(".card-picture > :not(.mosaic)")).to_be_visible()
    open_card(page, effect)
    expect(page.locator("#preview-facts dd")).to_have_count(4)


def dialog_open(page: Page, sample: Sample) -> None:
    show_photo(page, sample.finished_id)
    open_card(page, "glitch")


def delete_confirmation(page: Page, sample: Sample) -> None:
    """Ask for confirmation to delete the photo, in the dialog."""
    dialog_open(page, sample)
    page.locator("#more > summary").click()
    page.get_by_role("button", name="Delete photo and GIFs").click()
    expect(page.get_by_role("button", name="Keep")).to_be_focused()


def making(page: Page, sample: Sample) -> None:
    """Open a GIF whose order never ends: the small one of the card is shown."""
    page.route(ORDERS_URL, lambda _: None)
    choose_photo(page, sample.photo)
    expect(card(page, "spin").locator(".card-picture > :not(.mosaic)")).to_be_visible()
    open_card(page, "spin")
    expect(page.locator("#dialog-status")).to_have_text("Making your GIF")


def captioned(page: Page, sample: Sample) -> None:
    """Change the caption, with all controls and the command visible; it can be undone."""
    open_own(page, sample.photo)
    disclose_all(page.get_by_role("dialog"))
    page.get_by_label("Caption", exact=True).fill("a caption with a long_word_without_any_blank_in_it")
    expect(page.locator("#dialog-status")).to_have_text("spin is ready")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def point_picker(page: Page, sample: Sample) -> None:
    """Choose the centre of a square crop on the photo."""
    open_own(page, sample.photo)
    page.locator("#more > summary").click()
    page.get_by_role("radio", name="Square").check()
    page.get_by_role("button", name="Choose on the photo").click()
    page.get_by_role("slider", name="Point").press("ArrowRight")
    expect(page.locator("#crop-frame")).to_be_visible()
    expect(page.locator("#dialog-status")).to_have_text("spin is ready")


def emoji(page: Page, sample: Sample) -> None:  # noqa: ARG001
    """Open a transparent emoji, with its true size."""
    page.locator("#platform").select_option("slack-emoji")
    open_own(page, logo_png(), "spin", "logo.png")
    expect(page.locator("#true-size img.has-alpha")).to_be_visible()


def order_rejected(page: Page, sample: Sample) -> None:
    """Make a change that the server rejects: the previous GIF is still shown."""
    open_own(page, sample.photo)
    detail = "It takes at least 300 bytes, even with 2 colours and 3 frames at 16 px. Allow more bytes."
    reject_next_order(page, 422, "cannot_fit", detail)
    move_slider(page.get_by_role("dialog"), "Size", 200)
    expect(page.locator("#dialog-status")).to_contain_text("You still see the previous one.")


def offline_in_dialog(page: Page, sample: Sample) -> None:
    open_own(page, sample.photo)
    page.context.set_offline(True)
    move_slider(page.get_by_role("dialog"), "Size", 200)
    expect(page.locator("#dialog-status")).to_have_text(re.compile("^You are offline."))


def friends_dialog(page: Page, sample: Sample) -> None:
    """Open a GIF of somebody else's photo."""
    friends_page(page, sample)
    open_card(page, "spin")
    expect(page.get_by_role("dialog").get_by_role("button", name="Make your own")).to_be_visible()
    expect(page.locator("#preview-facts dd")).to_have_count(4)


def german_dialog(page: Page, sample: Sample) -> None:
    """Show all controls in German, whose texts are longer."""
    page.goto("/?lang=de")
    open_own(page, sample.photo)
    disclose_all(page.get_by_role("dialog"))


DIALOG_STATES: tuple[Callable[[Page, Sample], None], ...] = (
    *(dialog_open, delete_confirmation, making, captioned, point_picker, emoji),
    *(order_rejected, offline_in_dialog, friends_dialog, german_dialog),
)
