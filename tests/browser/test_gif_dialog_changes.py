"""Changed options in the GIF dialog: orders, responses and pushes, seeds and platforms."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import expect
from tests.browser.dialog_steps import (
    download_bytes,
    expect_shown,
    move_slider,
    open_dialog,
    record_orders,
)
from tests.browser.steps import EFFECTS, ORDERS_URL, STATUS_URL, card, photo_id

from gifmill.effects import UserText

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route
    from tests.servers import Server


def test_a_change_orders_another_gif_without_another_upload(dialog: Locator) -> None:
    before = download_bytes(dialog)
    sent: list[str] = []
    dialog.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    move_slider(dialog, "Strength", 90)
    expect_shown(dialog, "/strength=90/glitch.gif")
    assert download_bytes(dialog) != before
    assert [bool(ORDERS_URL.search(url)) for url in sent] == [True]
    expect(dialog.get_by_role("status")).to_have_text("glitch is ready")


def test_only_the_last_of_three_quick_changes_is_ordered(dialog: Locator) -> None:
    orders = record_orders(dialog.page)
    move_slider(dialog, "Strength", 60, 70, 80)
    expect_shown(dialog, "/strength=80/glitch.gif")
    assert orders == [{"effect": "glitch", "strength": "80"}]


def test_only_the_last_of_three_changes_is_shown_when_responses_arrive_in_reverse(
    dialog: Locator, server: Server
) -> None:
    page = dialog.page
    held_routes: list[Route] = []
    page.route(ORDERS_URL, lambda route: held_routes.append(route))
    dialog.locator("#preview-picture").evaluate(
        """stage => {
            window.seen = [];
            const note = () => seen.push(stage.firstElementChild?.src);
            new MutationObserver(note).observe(stage, { childList: true });
        }"""
    )
    for count, strength in enumerate((60, 70, 80), 1):
        move_slider(dialog, "Strength", strength)
        while len(held_routes) < count:
            page.wait_for_timeout(10)
    for route in reversed(held_routes):
        with page.expect_response(ORDERS_URL):
            route.continue_()
    expect_shown(dialog, "/strength=80/glitch.gif")
    assert {gif["state"] for gif in server.finished(photo_id(page))["gifs"]} == {"ready"}
    seen = page.evaluate("seen")
    assert [urlsplit(url).path.split("/")[3] for url in seen] == ["strength=80"]
    page.keyboard.press("Escape")  # GIFs of cards rest behind the dialog
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("/strength=80/"))


def test_the_previous_gif_stays_with_an_empty_ruler_until_the_new_one_is_ready(dialog: Locator) -> None:
    held_routes: list[Route] = []
    dialog.page.route(ORDERS_URL, lambda route: held_routes.append(route))
    move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_have_text("Making your GIF")
    while not held_routes:
        dialog.page.wait_for_timeout(10)
    expect_shown(dialog, "/default/glitch.gif")
    expect(dialog.locator("#preview-frames")).to_have_attribute("data-loading", "")
    held_routes.pop().continue_()
    expect_shown(dialog, "/strength=90/glitch.gif")
    expect(dialog.locator("#preview-frames")).not_to_have_attribute("data-loading", "")


def test_download_and_link_are_disabled_while_a_change_is_rendered(dialog: Locator) -> None:
    held_routes: list[Route] = []
    dialog.page.route(ORDERS_URL, lambda route: held_routes.append(route))
    move_slider(dialog, "Strength", 90)
    actions = dialog.locator("#download, [data-action=copy-link]")
    for action in actions.all():
        expect(action).to_have_js_property("inert", value=True)
    expect(dialog.get_by_role("status")).to_have_text("Making your GIF")
    while not held_routes:
        dialog.page.wait_for_timeout(50)
    held_routes[0].continue_()
    expect_shown(dialog, "/strength=90/glitch.gif")
    for action in actions.all():
        expect(action).to_have_js_property("inert", value=False)


def test_a_response_that_arrives_after_the_push_does_not_undo_it(dialog: Locator, server: Server) -> None:
    page = dialog.page

    def respond_late(route: Route) -> None:
        response = route.fetch()
        status = response.json()
        server.finished(status["id"])
        time.sleep(1)  # until the push has arrived
        for gif in status["gifs"]:
            gif.update(state="pending", url=None, bytes=None)
        route.fulfill(response=response, json=status)

    page.evaluate(
        """() => {
            window.states = new Set();
            const card = document.querySelector('.card[data-effect="glitch"]');
            new MutationObserver(() => states.add(card.dataset.state)).observe(card, { attributes: true });
        }"""
    )
    page.route(ORDERS_URL, respond_late, times=1)
    move_slider(dialog, "Strength", 90)
    expect_shown(dialog, "/strength=90/glitch.gif")
    page.keyboard.press("Escape")
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("strength=90"))
    assert page.evaluate("[...states]") == ["ready"]


def test_closing_the_dialog_orders_a_pending_change(dialog: Locator) -> None:
    move_slider(dialog, "Strength", 90)
    dialog.press("Escape")
    picture = card(dialog.page, "glitch").locator("img")
    expect(picture).to_have_attribute("src", re.compile("/strength=90/glitch.gif$"))


def test_the_dice_button_rolls_another_seed_and_the_same_seed_makes_the_same_gif(dialog: Locator) -> None:
    seed = dialog.get_by_label("Seed", exact=True)
    first = download_bytes(dialog)
    dialog.get_by_role("button", name="Roll a new seed").click()
    rolled = seed.input_value()
    assert rolled != "1"
    expect_shown(dialog, f"/seed={rolled}/glitch.gif")
    assert download_bytes(dialog) != first
    pips = [1, 2, 3, 4, 5, 6][int(rolled) % 6]
    expect(dialog.locator(".dice-icon circle")).to_have_count(pips)
    seed.fill("1")
    expect_shown(dialog, "/default/glitch.gif")
    assert download_bytes(dialog) == first


def test_an_invalid_seed_is_not_ordered(dialog: Locator) -> None:
    orders = record_orders(dialog.page)
    seed = dialog.get_by_label("Seed", exact=True)
    for wrong in ("", "10000", "-1", "1.5"):
        seed.fill(wrong)
    seed.press("Tab")
    expect(seed).to_have_value("1")
    move_slider(dialog, "Strength", 51)
    expect_shown(dialog, "/strength=51/glitch.gif")
    assert orders == [{"effect": "glitch", "strength": "51"}]


def test_a_caption_can_be_changed_kept_and_removed(page: Page, photo: bytes) -> None:
    dialog = open_dialog(page, photo, "intensifies")
    caption = dialog.get_by_label("Caption", exact=True)
    expect(caption).to_have_value("[intensifies]")
    orders = record_orders(page)
    text = "Été <b>&</b> 😀"
    caption.fill(text)
    expect_shown(dialog, f"/caption={UserText(text).encoded}/intensifies.gif")
    expect(dialog.locator("#command")).to_contain_text(f"--caption '{text}'")
    page.reload()
    expect(caption).to_have_value(text)
    caption.fill("x" * 121)
    expect(caption).to_have_attribute("aria-invalid", "true")
    caption.fill("")
    expect_shown(dialog, "/caption=/intensifies.gif")
    assert [order["caption"] for order in orders if order["effect"] == "intensifies"] == [text, ""]


def test_a_platform_sets_its_size_and_shows_whether_the_file_fits(dialog: Locator) -> None:
    dialog.get_by_label("Use for").select_option("whatsapp-sticker")
    expect_shown(dialog, "/for=whatsapp-sticker/glitch.webp")
    expect(dialog.locator(".value").filter(has_text="512 px")).to_be_visible()
    expect(dialog.get_by_role("radio", name="Square")).to_be_checked()
    expect(dialog.get_by_role("radio", name="WebP")).to_be_checked()
    expect(dialog.get_by_text(re.compile(r"^Fits: \d+ KB of 500 KB$"))).to_be_visible()
    expect(dialog.locator("#preview-facts")).to_contain_text("512 \xd7 512")
    expect(dialog.locator("#download")).to_have_text("Download WebP")
    dialog.get_by_label("Use for").select_option("anywhere")
    expect_shown(dialog, "/default/glitch.gif")
    expect(dialog.get_by_text("Fits:")).to_have_count(0)


def test_leaving_a_platform_restores_the_options_from_before(dialog: Locator) -> None:
    move_slider(dialog, "Size", 100)
    expect_shown(dialog, "/size=100/glitch.gif")
    dialog.get_by_label("Use for").select_option("slack-emoji")
    expect_shown(dialog, "/for=slack-emoji/glitch.gif")
    dialog.get_by_label("Use for").select_option("github")
    expect_shown(dialog, "/for=github/glitch.gif")
    dialog.get_by_label("Use for").select_option("anywhere")
    expect_shown(dialog, "/size=100/glitch.gif")


def test_the_size_slider_is_limited_by_the_photo_and_the_platform(dialog: Locator) -> None:
    size = dialog.get_by_label("Size", exact=True)
    expect(size).to_have_attribute("max", "120")  # the photo's width
    dialog.get_by_label("Use for").select_option("slack-emoji")
    expect(size).to_have_attribute("max", "128")
    dialog.get_by_label("Use for").select_option("whatsapp-sticker")
    expect(size).to_have_attribute("min", "512")
    expect(size).to_have_attribute("max", "512")


def test_the_card_of_a_changed_gif_needs_no_small_one_after_a_reload(page: Page, photo: bytes) -> None:
    first, second = EFFECTS[:2]
    dialog = open_dialog(page, photo, first)
    dialog.get_by_label("Caption", exact=True).fill("hi")
    expect_shown(dialog, f"/caption={UserText('hi').encoded}/{first}.gif")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    held: list[Route] = []
    page.route(STATUS_URL, lambda route: held.append(route))
    page.reload()
    expect(page.locator(".card")).to_have_count(len(EFFECTS))
    page.evaluate("() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)))")
    with page.expect_request(
        lambda request: bool(ORDERS_URL.search(request.url)) and f'"{second}"' in (request.post_data or "")
    ):
        held[0].continue_()
    wanted = "({ getState }) => getState().photos.flatMap((photo) => photo.wanted)"
    keys = page.evaluate(f"import('/state.js').then({wanted})")
    assert not any(key.startswith("caption=") for key in keys)
