"""GIFs of full size, which are ordered when they are saved or shared."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.dialog_steps import order_one_gif, record_orders
from tests.browser.page_modules import call
from tests.browser.steps import card

if TYPE_CHECKING:
    from playwright.sync_api import Page

_FULL_GIF = """async (_, { effect }) => {
    const { fullGif } = await import("/full-gif.js");
    const { getState } = await import("/state.js");
    const { entry, blob } = await fullGif(getState().current, effect);
    const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return { url: entry.url, sha256: [...new Uint8Array(digest)]
        .map((byte) => byte.toString(16).padStart(2, "0")).join("") };
}"""


def test_the_full_gif_of_a_card_is_ordered_and_fetched(page: Page, photo: bytes) -> None:
    order_one_gif(page, photo, "glitch")
    orders = record_orders(page)
    full = call(page, _FULL_GIF, effect="glitch")
    assert full["url"].endswith("/default/glitch.gif")
    assert full["sha256"] == hashlib.sha256(page.request.get(full["url"]).body()).hexdigest()
    assert orders == [{"effect": "glitch"}]


def test_a_gif_that_is_ready_is_not_ordered_again(page: Page, photo: bytes) -> None:
    order_one_gif(page, photo, "glitch")
    call(page, _FULL_GIF, effect="glitch")
    orders = record_orders(page)
    call(page, _FULL_GIF, effect="glitch")
    assert orders == []


def test_saving_a_card_saves_the_full_file(page: Page, photo: bytes) -> None:
    order_one_gif(page, photo, "glitch")
    with page.expect_download() as download:
        card(page, "glitch").get_by_role("button", name="Download glitch").click()
    assert download.value.suggested_filename == "cat-glitch.gif"
    full = call(page, _FULL_GIF, effect="glitch")
    assert download.value.path().read_bytes() == page.request.get(full["url"]).body()
    expect(page.get_by_role("dialog")).to_have_count(0)
