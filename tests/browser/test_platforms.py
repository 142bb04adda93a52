"""Platforms: chosen on the start page, ordered, and shown in the panel and on cards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.dialog_steps import order_only
from tests.browser.steps import (
    ALL_READY,
    EFFECTS,
    add_notes,
    card,
    choose_photo,
    expect_all_ready,
    expect_count,
    pass_cards,
    photo_id,
    rewrite_gifs,
    scroll_through_cards,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.servers import Server


def test_platforms_and_limits_come_from_the_registry(page: Page, server: Server) -> None:
    targets = server.client.get("/v1/effects").json()["targets"]
    offered = page.locator("#platform").locator("option")
    expect(offered).to_have_count(1 + len(targets))
    assert offered.first.inner_text() == "anything"
    assert offered.nth(1).inner_text() == f"{targets[0]['title']}, 128 KB"


def test_gifs_are_ordered_for_the_chosen_platform(page: Page, photo: bytes, server: Server) -> None:
    page.locator("#platform").select_option("slack-emoji")
    choose_photo(page, photo)
    expect_all_ready(page)
    expect(page.locator("#platform-note")).to_have_text("For an emoji in Slack, 128 KB")
    scroll_through_cards(page)
    for gif in server.client.get(f"/v1/photos/{photo_id(page)}").json()["gifs"]:
        assert gif["options"] == "for=slack-emoji"
        expect(card(page, gif["effect"]).locator(".card-meta")).to_have_text(
            re.compile(r"^\d+ KB of 128 KB$")
        )
        picture = card(page, gif["effect"]).locator(".card-picture img")
        uncut = "img => img.offsetHeight <= img.parentElement.clientHeight"
        assert picture.evaluate(uncut)  # a square on a card with the photo's aspect ratio
    page.reload()
    expect_count(page, ALL_READY)
    expect(page.locator("#platform-note")).to_have_text("For an emoji in Slack, 128 KB")


def test_a_form_upload_is_ordered_for_the_chosen_platform(page: Page, photo: bytes) -> None:
    page.route(
        "**/config.json",
        lambda route: route.fulfill(json={**route.fetch().json(), "max_direct_bytes": 100}),
    )
    page.reload()
    page.locator("#platform").select_option("slack-emoji")
    with page.expect_request("**/v1/uploads?*") as request:
        choose_photo(page, photo)
    assert "for=slack-emoji" in request.value.url
    expect(card(page, EFFECTS[0]).locator(".card-meta")).to_have_text(re.compile(" of 128 KB$"))


def test_a_webp_can_be_shown_paused_and_downloaded(page: Page, photo: bytes) -> None:
    """Two effects are ordered: each WebP for this platform takes more than a second to fit."""

    order_only(page, "blur", "reveal")
    page.locator("#platform").select_option("whatsapp-sticker")
    choose_photo(page, photo)
    for effect in ("blur", "reveal"):
        card(page, effect).scroll_into_view_if_needed()
        expect(card(page, effect).locator(".card-picture img")).to_have_js_property("naturalWidth", 512)
    page.get_by_role("button", name="Pause all").click()
    _expect_paused(page)
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    _expect_paused(page)
    with page.expect_download() as download:
        card(page, "blur").locator(".card-send").click()
    assert download.value.suggested_filename == "cat-blur.webp"


def _expect_paused(page: Page) -> None:
    for effect in ("blur", "reveal"):
        card(page, effect).scroll_into_view_if_needed()
        expect(card(page, effect).locator(".card-picture canvas:not(.mosaic)")).to_be_visible()
        lines = card(page, effect).locator(".frame-ruler line")
        assert lines.count() > 3  # one for each frame, and one for the end


def test_a_card_notes_how_its_gif_differs_from_the_request(page: Page, photo: bytes) -> None:
    add_notes(page)
    choose_photo(page, photo)
    expect_all_ready(page)
    expect(card(page, "blur").locator(".card-note")).to_have_text(
        "Slowed from 1 s to 1.34 s, 6 of 24 frames softened, as it would flash dangerously."
    )
    expect(card(page, "recursive").locator(".card-note")).to_have_text(
        "Made to fit: fewer colours, fewer frames."
    )
    expect(card(page, "cyclic").locator(".card-note")).to_be_hidden()


def test_gifs_over_the_byte_limit_do_not_reject_the_photo(page: Page, photo: bytes) -> None:
    reason = "It takes at least 300 bytes. Allow more."
    problem = {"code": "cannot_fit", "title": "It does not fit", "detail": reason}
    render_failed = {
        "code": "render_failed",
        "title": "This GIF could not be made",
        "detail": "It got stuck.",
    }
    failed = {"state": "failed", "url": None, "bytes": None}
    problems = dict.fromkeys(EFFECTS, problem) | {"blur": render_failed}
    rewrite_gifs(page, {effect: {**failed, "problem": each} for effect, each in problems.items()})
    choose_photo(page, photo)
    pass_cards(page)
    expect_count(page, f"0 of {len(EFFECTS)} ready, 1 failed, {len(EFFECTS) - 1} too large")
    expect(card(page, "zoom")).to_contain_text(reason)
    expect(card(page, "zoom").locator(".card-meta")).to_have_text("too large")
    retries = page.get_by_role("button", name="Try again")
    expect(retries).to_have_count(1)  # a retry would exceed the limit again


def test_a_platform_can_be_chosen_with_the_keyboard(page: Page) -> None:
    expect(page.locator("#platform").locator("option").nth(1)).to_be_attached()
    page.get_by_role("button", name="Choose a photo").focus()
    for _ in range(2):  # past the paste button
        page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_id("platform")
    assert focused.evaluate("select => getComputedStyle(select).outlineStyle") == "solid"
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_value("slack-emoji")
