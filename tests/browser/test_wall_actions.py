"""Actions of the wall: sharing from a card, all GIFs as a ZIP, options of all GIFs, deletion."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.dialog_steps import disclose_all, expect_shown, order_in, record_orders
from tests.browser.page_modules import error_of
from tests.browser.steps import (
    EFFECTS,
    ORDERS_URL,
    SAMPLES,
    answer_changed,
    card,
    choose_photo,
    delete_photo,
    expect_accepted,
    pass_cards,
    photo_id,
)

if TYPE_CHECKING:
    from typing import Any

    from playwright.sync_api import Download, Page, Route
    from tests.servers import Server

_SHARING = """Object.assign(navigator, {
    canShare: () => true,
    share: async ({ files: [file] }) => {
        if (window.blocked) throw new DOMException("too late", "NotAllowedError");
        document.documentElement.dataset.shared = `${file.name} ${file.size}`;
    },
});"""
"""Give the page the sharing of a phone. It is refused while `blocked` is set."""


def with_sharing(page: Page, *, blocked: bool = False) -> None:
    page.add_init_script(f"{_SHARING} window.blocked = {str(blocked).lower()};")
    page.reload()


def full_size(server: Server, page: Page, effect: str) -> int:
    return len(server.client.get(f"/gifs/{photo_id(page)}/default/{effect}.gif").content)


def test_a_card_shares_the_gif_of_full_size(page: Page, photo: bytes, server: Server) -> None:
    with_sharing(page)
    choose_photo(page, photo)
    card(page, "party").get_by_role("button", name="Share party").click()
    expect(page.locator("html")).to_have_attribute("data-shared", re.compile(r"^cat-party\.gif \d+$"))
    size = full_size(server, page, "party")
    expect(page.locator("html")).to_have_attribute("data-shared", f"cat-party.gif {size}")


def test_a_share_that_took_too_long_is_offered_once_more(page: Page, photo: bytes) -> None:
    with_sharing(page, blocked=True)
    choose_photo(page, photo)
    share = card(page, "party").get_by_role("button", name="Share party")
    share.click()
    expect(card(page, "party")).to_contain_text("Ready. Tap Share again.")
    page.evaluate("window.blocked = false")
    share.click()
    expect(card(page, "party")).not_to_contain_text("Ready.")
    expect(page.locator("html")).to_have_attribute("data-shared", re.compile(r"^cat-party\.gif "))


def test_a_card_whose_file_type_cannot_be_shared_saves_its_gif(page: Page, photo: bytes) -> None:
    only_gifs = _SHARING.replace(
        "canShare: () => true", "canShare: ({ files: [file] }) => file.type === 'image/gif'"
    )
    page.add_init_script(only_gifs)
    page.reload()
    choose_photo(page, photo)
    expect(card(page, "party").get_by_role("button", name="Share party")).to_be_visible()
    card(page, "party").locator(".card-open").click()
    dialog = page.get_by_role("dialog", name="party")
    expect_shown(dialog, "/default/party.gif")
    disclose_all(dialog)
    dialog.get_by_role("radio", name="WebP").check()
    expect_shown(dialog, "/format=webp/party.webp")
    page.keyboard.press("Escape")
    expect(card(page, "party").get_by_role("button", name="Download party")).to_be_visible()


def test_all_gifs_are_saved_as_one_zip_in_full_size(page: Page, photo: bytes, server: Server) -> None:
    without_picker(page)
    choose_photo(page, photo)
    expect_accepted(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all").click()
    assert download.value.suggested_filename == "cat.zip"
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as file:
        assert sorted(file.namelist()) == sorted(f"cat-{effect}.gif" for effect in EFFECTS)
        assert file.getinfo("cat-spin.gif").file_size == full_size(server, page, "spin")


def without_picker(page: Page) -> None:
    """Let the page save files as downloads: the picker is a dialog of the system."""
    page.add_init_script("delete window.showSaveFilePicker")
    page.reload()


def names_in(download: Download) -> set[str]:
    with zipfile.ZipFile(download.path()) as file:
        return set(file.namelist())


def test_a_gif_that_cannot_be_made_is_missing_in_the_zip(page: Page, photo: bytes) -> None:
    problem = {"title": "This GIF could not be made", "detail": "It took too long."}
    failed = {"state": "failed", "url": None, "bytes": None, "problem": problem}

    def fail(gif: dict[str, Any]) -> None:
        if gif["effect"] == "spin" and gif["options"] == "default":
            gif.update(failed)

    without_picker(page)
    page.route(ORDERS_URL, lambda route: answer_changed(route, fail))
    choose_photo(page, photo)
    expect_accepted(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all").click()
    assert names_in(download.value) == {f"cat-{effect}.gif" for effect in EFFECTS if effect != "spin"}
    expect(page.get_by_role("alert")).to_contain_text("GIFs that could not be made are missing: spin.")


def test_a_zip_is_saved_also_if_the_visitor_goes_to_another_photo(page: Page, photo: bytes) -> None:
    without_picker(page)
    choose_photo(page, photo)
    expect_accepted(page)
    held = hold_orders(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all").click()
        choose_photo(page, photo, "second.jpg")
        expect(page.locator("#photo-name")).to_have_text("second.jpg")
        expect(page.get_by_role("button", name="Other photo:")).to_be_visible()
        release(page, held)
    assert names_in(download.value) == {f"cat-{effect}.gif" for effect in EFFECTS}


def hold_orders(page: Page) -> list[Route]:
    """Hold the orders that the page sends from now on."""
    held: list[Route] = []
    page.route(ORDERS_URL, lambda route: held.append(route))
    return held


def release(page: Page, held: list[Route]) -> None:
    """Send the held orders, and hold no further ones."""
    page.route(ORDERS_URL, lambda route: route.continue_())
    for route in held:
        route.continue_()


def test_a_photo_that_is_left_during_its_zip_orders_no_further_cards(page: Page, photo: bytes) -> None:
    without_picker(page)
    page.set_viewport_size({"width": 360, "height": 740})
    choose_photo(page, photo)
    expect_accepted(page)
    held = hold_orders(page)
    with page.expect_download():
        page.get_by_role("button", name="Save all").click()
        pass_cards(page)
        expect(page.locator(".card", has_text="waiting")).not_to_have_count(0)
        page.get_by_role("link", name="gifmill, start").click()
        expect(page.locator("#start-view")).to_be_visible()
        orders = record_orders(page)
        release(page, held)
    assert [order for order in orders if order.get("format") == "webp"] == []


def test_a_further_zip_replaces_the_error_of_the_last_one(page: Page, photo: bytes) -> None:
    without_picker(page)
    choose_photo(page, photo)
    expect_accepted(page)

    def fail_full_size(route: Route) -> None:
        if "format" in order_in(route.request):  # the small one of a card
            route.continue_()
        else:
            route.fulfill(status=500, json={"code": "internal"})

    page.route(ORDERS_URL, fail_full_size)
    page.get_by_role("button", name="Save all").click()
    expect(page.get_by_role("alert").get_by_role("button", name="Try again")).to_be_visible()
    page.unroute(ORDERS_URL)
    hold_orders(page)
    page.get_by_role("button", name="Save all").click()
    expect(page.get_by_role("button", name=re.compile("^1 of .*, cancel$"))).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_each_gif_of_a_zip_is_fetched_once(page: Page, photo: bytes) -> None:
    without_picker(page)
    choose_photo(page, photo)
    expect_accepted(page)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    with page.expect_download():
        page.get_by_role("button", name="Save all").click()
    assert len([url for url in fetched if url.endswith("/default/spin.gif")]) == 1


def test_a_zip_that_cannot_be_written_is_reported_in_the_visitors_language(page: Page, photo: bytes) -> None:
    page.add_init_script(
        """window.showSaveFilePicker = async () => ({
            createWritable: async () => { throw new DOMException("The disk is full", "QuotaExceededError"); },
        })"""
    )
    page.goto("/?lang=de")
    choose_photo(page, photo)
    page.get_by_role("button", name="Alle speichern").click()
    expect(page.get_by_role("alert")).to_contain_text("Die Datei ließ sich nicht schreiben.")


def test_a_platform_for_all_gifs_orders_those_on_the_screen_again(page: Page, photo: bytes) -> None:
    page.set_viewport_size({"width": 1440, "height": 500})
    choose_photo(page, photo)
    expect(card(page, EFFECTS[0]).locator(".card-picture img")).to_be_visible()
    orders = record_orders(page)
    page.get_by_label("Use for").last.select_option("slack-emoji")
    expect(card(page, EFFECTS[0])).to_contain_text("of 128 KB")
    assert {order["for"] for order in orders if "for" in order} == {"slack-emoji"}
    assert EFFECTS[-1] not in {order["effect"] for order in orders}


def test_the_size_of_all_gifs_is_that_of_a_saved_file(page: Page) -> None:
    choose_photo(page, (SAMPLES / "chelsea.jpg").read_bytes())
    expect_accepted(page)
    orders = record_orders(page)
    page.get_by_label("Size").select_option("120 px")
    with page.expect_download():
        card(page, "party").get_by_role("button", name="Download").click()
    assert {order["size"] for order in orders if order["effect"] == "party"} == {"120"}


def test_a_gif_that_is_scrolled_past_while_it_loads_is_aborted(page: Page, finished_id: str) -> None:
    first = re.compile(rf"/{EFFECTS[0]}\.\w+$")
    page.set_viewport_size({"width": 390, "height": 700})
    page.route(first, lambda _: None, times=1)  # it never arrives
    with page.expect_request(first, timeout=200_000):
        page.goto(f"/#photo={finished_id}")
    card(page, EFFECTS[-1]).scroll_into_view_if_needed()
    expect(card(page, EFFECTS[-1]).locator(".card-picture img")).to_be_visible()
    card(page, EFFECTS[0]).scroll_into_view_if_needed()  # it is fetched anew
    expect(card(page, EFFECTS[0]).locator(".card-picture img")).to_be_visible()


def test_a_deletion_can_be_declined(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect_accepted(page)
    page.get_by_role("button", name="Delete photo").click()
    expect(page.get_by_text("Delete the photo and all its GIFs?")).to_be_visible()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("button", name="Delete photo")).to_be_focused()
    expect(page.locator("#delete-now")).to_be_hidden()


def test_a_phone_deletes_in_the_menu_of_the_photo(page: Page, photo: bytes) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    choose_photo(page, photo)
    expect_accepted(page)
    expect(page.locator("#delete-photo")).to_be_hidden()
    delete_photo(page)
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_visible()


def test_a_wait_ends_also_if_it_was_aborted_before_it_began(page: Page) -> None:
    wait = 'async () => (await import("/delay.js")).delay(1e9, AbortSignal.abort())'
    assert error_of(page, wait)["name"] == "AbortError"
