"""Errors in the GIF dialog: rejected orders, a busy server, failed GIFs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect
from tests.browser.dialog_steps import (
    expect_shown,
    move_slider,
    open_dialog,
    order_one_gif,
    reject_next_order,
)
from tests.browser.steps import (
    EFFECTS,
    ORDERS_URL,
    WEBSOCKET_URL,
    answer_changed,
    card,
    choose_photo,
    own_id,
)

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route
    from tests.servers import Server


def test_too_many_orders_show_what_to_do(dialog: Locator) -> None:
    reject_next_order(
        dialog.page, 409, "too_many_orders", "A photo can have 100 orders. Send the photo again."
    )
    move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("Send the photo again.")
    dialog.get_by_role("button", name="Undo").click()
    expect(dialog.get_by_label("Strength", exact=True)).to_have_value("50")


def test_a_permanent_error_shows_the_servers_reason(dialog: Locator) -> None:
    reject_next_order(dialog.page, 422, "cannot_fit", "It takes at least 300 bytes.")
    move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("It takes at least 300 bytes.")
    expect(dialog.get_by_role("button", name="Undo")).to_be_visible()


def test_a_change_rejected_by_a_busy_server_is_retried_automatically(dialog: Locator) -> None:
    reject_next_order(dialog.page, 503, "busy", **{"Retry-After": "2"})
    move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_have_text("The server is busy.")
    expect(dialog.get_by_text("Trying again in 2 s.")).to_be_visible()
    expect_shown(dialog, "/strength=90/glitch.gif")
    expect(dialog.get_by_text("Trying again")).to_have_count(0)


def test_a_change_keeps_waiting_for_a_busy_server_after_the_dialog_closes(dialog: Locator) -> None:
    page = dialog.page
    reject_next_order(page, 503, "busy", **{"Retry-After": "600"})
    move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("button", name="Try now")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("glitch is waiting its turn.")).to_be_visible()
    page.get_by_role("button", name="Try now").click()
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("strength=90"))


def test_a_change_rejected_after_the_dialog_closed_shows_an_alert(dialog: Locator) -> None:
    page = dialog.page
    held: list[Route] = []
    page.route(ORDERS_URL, lambda route: held.append(route))
    with page.expect_request(ORDERS_URL):
        move_slider(dialog, "Strength", 90)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    problem = {"code": "cannot_fit", "title": "No", "detail": "It takes at least 300 bytes."}
    held[0].fulfill(status=422, json=problem)
    expect(page.get_by_role("alert")).to_contain_text(
        "glitch could not be made. It takes at least 300 bytes."
    )


def test_progress_of_other_gifs_is_announced_after_the_dialog_closes(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    card(page, EFFECTS[0]).locator('xpath=self::*[@data-state="ready"]').wait_for()
    card(page, EFFECTS[0]).locator(".card-open").click()
    expect(page.locator("#progress-text")).to_have_text(re.compile("scroll for more$|^All"))
    page.keyboard.press("Escape")
    expect(page.locator("#status")).to_have_text(re.compile("scroll for more$|^All"))


def test_waiting_for_a_busy_server_can_be_skipped(dialog: Locator) -> None:
    reject_next_order(dialog.page, 503, "busy", **{"Retry-After": "600"})
    move_slider(dialog, "Strength", 90)
    dialog.get_by_role("button", name="Try now").click()
    expect_shown(dialog, "/strength=90/glitch.gif")


def test_another_change_ends_the_wait_for_a_busy_server(dialog: Locator) -> None:
    reject_next_order(dialog.page, 503, "busy", **{"Retry-After": "600"})
    move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("button", name="Try now")).to_be_visible()
    move_slider(dialog, "Strength", 80)
    expect_shown(dialog, "/strength=80/glitch.gif")
    expect(dialog.get_by_role("button", name="Try now")).to_have_count(0)


def test_an_order_without_response_can_be_retried(dialog: Locator) -> None:
    dialog.page.route(ORDERS_URL, lambda route: route.abort(), times=1)
    move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("Your connection may be down")
    dialog.get_by_role("button", name="Try again").click()
    expect_shown(dialog, "/strength=90/glitch.gif")


def _fail_next_order(page: Page, code: str, detail: str) -> None:
    """Make the next order fail in its status, as no photo makes a real effect fail."""

    def fail(gif: dict[str, Any]) -> None:
        if gif["options"] == "strength=90":
            problem = {"code": code, "title": "Not made", "detail": detail}
            gif.update(state="failed", url=None, bytes=None, problem=problem)

    page.route(ORDERS_URL, lambda route: answer_changed(route, fail), times=1)


def _open_dialog_and_fail_change(page: Page, photo: bytes, code: str, detail: str) -> Locator:
    """Open the dialog without a WebSocket, and make a change whose GIF fails."""
    page.route_web_socket(WEBSOCKET_URL, lambda socket: socket.close())
    dialog = open_dialog(page, photo)
    _fail_next_order(page, code, detail)
    move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text(detail)
    return dialog


def test_a_failed_gif_shows_the_reason_and_can_be_retried(page: Page, photo: bytes) -> None:
    reason = "glitch took too long and was stopped."
    dialog = _open_dialog_and_fail_change(page, photo, "render_failed", reason)
    expect_shown(dialog, "/default/glitch.gif")
    dialog.get_by_role("button", name="Try again").click()
    expect_shown(dialog, "/strength=90/glitch.gif")


def test_a_gif_over_the_byte_limit_shows_the_reason_and_can_be_undone(page: Page, photo: bytes) -> None:
    dialog = _open_dialog_and_fail_change(page, photo, "cannot_fit", "It takes at least 300 bytes.")
    dialog.get_by_role("button", name="Undo").click()
    expect(dialog.get_by_label("Strength", exact=True)).to_have_value("50")
    expect_shown(dialog, "/default/glitch.gif")


def test_nothing_can_be_sent_while_the_shown_gif_is_not_the_chosen_one(page: Page, photo: bytes) -> None:
    dialog = _open_dialog_and_fail_change(page, photo, "render_failed", "It took too long.")
    expect(dialog.locator(".gif-actions .button:not([inert]):visible")).to_have_count(0)
    dialog.get_by_role("button", name="Undo").click()
    expect(dialog.locator(".gif-actions .button[inert]:visible")).to_have_count(0)
    expect_shown(dialog, "/default/glitch.gif")


def test_a_caption_without_a_font_cannot_be_tried_again(page: Page, photo: bytes) -> None:
    page.route_web_socket(WEBSOCKET_URL, lambda socket: socket.close())
    dialog = open_dialog(page, photo)
    _fail_next_order(page, "missing_glyph", "Install a font.")
    move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text(
        "The server has no font for a character of the caption."
    )
    expect(dialog.get_by_role("button", name="Try again")).to_have_count(0)


def test_a_gif_that_fails_to_load_can_be_retried(dialog: Locator) -> None:
    page = dialog.page
    page.route("**/strength=90/glitch.gif", lambda route: route.abort())
    move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("could not be loaded")
    page.unroute("**/strength=90/glitch.gif")
    dialog.get_by_role("button", name="Try again").click()
    expect_shown(dialog, "/strength=90/glitch.gif")


def test_a_dialog_that_did_not_load_opens_when_it_is_tried_again(page: Page, photo: bytes) -> None:
    page.route("**/gif-dialog.js", lambda route: route.abort())
    order_one_gif(page, photo, "glitch").click()
    expect(page.get_by_role("alert")).to_contain_text("The server does not respond.")
    page.unroute("**/gif-dialog.js")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog", name="glitch")).to_be_visible()


def test_a_dialog_that_does_not_load_after_its_gif_was_left_shows_no_alert(page: Page, photo: bytes) -> None:
    held: list[Route] = []
    page.route("**/gif-dialog.js", lambda route: held.append(route), times=1)
    order_one_gif(page, photo, "glitch").click()
    expect(page).to_have_url(re.compile("&open=glitch$"))
    page.go_back()
    expect(page).not_to_have_url(re.compile("&open="))
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/gif-dialog.js")):
        held[0].abort()
    page.evaluate("import('/gif-dialog.js').catch(() => {})")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_focus_is_on_the_start_when_the_photo_of_the_dialog_is_gone(
    dialog: Locator, server: Server
) -> None:
    server.client.delete(f"/v1/photos/{own_id(dialog.page)}")
    expect(dialog.page.get_by_role("heading", name="This photo is gone.")).to_be_visible()
    expect(dialog.page.locator("#file")).to_be_focused()


def test_the_focus_is_on_the_gifs_when_another_photo_replaces_that_of_the_dialog(
    dialog: Locator, photo: bytes
) -> None:
    choose_photo(dialog.page, photo, "dog.jpg")
    expect(dialog).to_be_hidden()
    expect(dialog.page.locator("#gifs-title")).to_be_focused()
