"""The GIF dialog: preview, controls, errors, commands, links, files and focus."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.steps import EFFECTS, PHOTOS_URL, WEBSOCKET_URL, card, choose_photo, photo_id

from gifmill.rendering.catalogue import describe_effects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page, Request, Route
    from tests.servers import Server

ORDERS_URL = re.compile(r"/v1/photos/[a-z2-7]{26}/gifs$")


@pytest.fixture
def dialog(page: Page, photo: bytes) -> Locator:
    """The dialog with the GIF glitch of a small photo."""
    return _open_dialog(page, photo)


def _open_dialog(page: Page, photo: bytes, effect: str = "glitch", name: str = "cat.jpg") -> Locator:
    """Order and open one GIF of a photo."""
    _order_one_gif(page, photo, effect, name).click()
    dialog = page.get_by_role("dialog", name=effect)
    _expect_shown(dialog, f"/size=360/{effect}.gif")
    return dialog


def _order_one_gif(page: Page, photo: bytes, effect: str, name: str = "cat.jpg") -> Locator:
    """Order one GIF; return the button of its card."""

    def order_one(route: Route) -> None:
        route.fallback(url=route.request.url.replace("effects=all", f"effects={effect}"))

    page.route(PHOTOS_URL, order_one)
    choose_photo(page, photo, name)
    expect(card(page, effect).locator(".card-picture :is(img, canvas:not(.mosaic))")).to_be_visible()
    return card(page, effect).locator(".card-open")


def _expect_shown(dialog: Locator, address: str) -> None:
    """Expect that the preview and the download link have this address."""
    expect(dialog.locator("#download")).to_have_attribute("href", re.compile(f"{re.escape(address)}$"))
    expect(dialog.locator("#preview-picture img")).to_have_attribute(
        "src", re.compile(f"{re.escape(address)}$")
    )


def _download_bytes(dialog: Locator) -> bytes:
    """Return the file behind the download link."""
    return dialog.page.request.get(dialog.locator("#download").get_attribute("href") or "").body()


def _move_slider(dialog: Locator, name: str, *values: int) -> None:
    """Move a slider from value to value within one frame."""
    dialog.get_by_label(name, exact=True).evaluate(
        """(slider, values) => values.forEach((value) => {
            slider.value = value;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        })""",
        list(values),
    )


def _record_orders(page: Page) -> list[dict[str, Any]]:
    """Collect the orders that the page sends from now on."""
    orders: list[dict[str, Any]] = []

    def record(request: Request) -> None:
        if ORDERS_URL.search(request.url):
            orders.append(json.loads(request.post_data or ""))

    page.on("request", record)
    return orders


def _reject_next_order(page: Page, status: int, code: str, detail: str = "", **headers: str) -> None:
    """Answer the next order with an error."""
    problem = {"status": status, "code": code, "title": "No", "detail": detail}
    page.route(ORDERS_URL, lambda route: route.fulfill(status=status, json=problem, headers=headers), times=1)


# ---- preview and controls ----------------------------------------------------------------------------------


def test_every_effect_has_a_control_for_each_of_its_options(page: Page, photo: bytes) -> None:
    _order_one_gif(page, photo, EFFECTS[0]).click()
    registry = describe_effects()
    common = {option["name"] for option in registry["options"]} - {"max_bytes"}
    for effect in registry["effects"]:
        dialog = page.get_by_role("dialog", name=effect["name"])
        expect(dialog).to_be_visible()
        named = dialog.locator("#option-controls [name]").evaluate_all(
            "inputs => inputs.map(({ name }) => name)"
        )
        assert set(named) == common | {param["name"] for param in effect["params"]}
        dialog.get_by_role("button", name="Next GIF").click()


def test_a_sliders_value_has_its_unit(dialog: Locator) -> None:
    duration = dialog.get_by_label("Duration", exact=True)
    expect(duration).to_have_attribute("aria-valuetext", "2.4 seconds")
    duration.press("ArrowRight")
    expect(duration).to_have_attribute("aria-valuetext", "2.5 seconds")
    expect(dialog.locator(".value").filter(has_text="2.5 s")).to_be_visible()


def test_file_size_pixels_frames_and_length_are_shown(dialog: Locator) -> None:
    facts = dialog.locator("#preview-facts")
    size = len(_download_bytes(dialog)) / 1000
    expect(facts).to_contain_text(f"{max(1, round(size))} KB")
    expect(facts).to_contain_text("120 \xd7 80")
    frames = dialog.locator("#preview-frames line")
    expect(facts).to_contain_text(f"Frames{frames.count() - 1}")
    expect(facts).to_contain_text("2.4 s")


def test_reductions_are_shown(page: Page, photo: bytes) -> None:
    def add_note(route: Route) -> None:
        response = route.fetch()
        status = response.json()
        for gif in status["gifs"]:
            gif["note"] = {"calmed": False, "given_up": ["96 colours instead of 256"]}
        route.fulfill(response=response, json=status)

    page.route_web_socket(WEBSOCKET_URL, lambda socket: socket.close())
    page.route(re.compile(r"/v1/photos[/?]"), add_note)
    expect(_open_dialog(page, photo).get_by_text("96 colours instead of 256")).to_be_visible()


def test_a_pending_gif_can_be_shown_but_not_downloaded(dialog: Locator) -> None:
    page = dialog.page
    dialog.get_by_role("button", name="Next GIF").click()
    waiting = page.get_by_role("dialog", name=EFFECTS[EFFECTS.index("glitch") + 1])
    expect(waiting.get_by_role("status")).to_have_text("Making your GIF")
    expect(waiting.get_by_role("link")).to_have_count(0)
    waiting.get_by_role("button", name="Previous GIF").click()
    _expect_shown(dialog, "/size=360/glitch.gif")


# ---- changing options --------------------------------------------------------------------------------------


def test_a_change_orders_another_gif_without_another_upload(dialog: Locator) -> None:
    before = _download_bytes(dialog)
    sent: list[str] = []
    dialog.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    _move_slider(dialog, "Strength", 90)
    _expect_shown(dialog, "/size=360,strength=90/glitch.gif")
    assert _download_bytes(dialog) != before
    assert [bool(ORDERS_URL.search(url)) for url in sent] == [True]
    expect(dialog.get_by_role("status")).to_have_text("glitch is ready")


def test_only_the_last_of_three_quick_changes_is_ordered(dialog: Locator) -> None:
    orders = _record_orders(dialog.page)
    _move_slider(dialog, "Strength", 60, 70, 80)
    _expect_shown(dialog, "/size=360,strength=80/glitch.gif")
    assert orders == [{"effect": "glitch", "size": "360", "strength": "80"}]


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
        _move_slider(dialog, "Strength", strength)
        while len(held_routes) < count:
            page.wait_for_timeout(10)
    for route in reversed(held_routes):
        with page.expect_response(ORDERS_URL):
            route.continue_()
    _expect_shown(dialog, "/size=360,strength=80/glitch.gif")
    assert {gif["state"] for gif in server.finished(photo_id(page))["gifs"]} == {"ready"}
    seen = page.evaluate("seen")
    assert [urlsplit(url).path.split("/")[3] for url in seen] == ["size=360,strength=80"]
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("/size=360,strength=80/"))


def test_the_previous_gif_stays_with_an_empty_ruler_until_the_new_one_is_ready(dialog: Locator) -> None:
    held_routes: list[Route] = []
    dialog.page.route(ORDERS_URL, lambda route: held_routes.append(route))
    _move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_have_text("Making your GIF")
    while not held_routes:
        dialog.page.wait_for_timeout(10)
    _expect_shown(dialog, "/size=360/glitch.gif")
    expect(dialog.locator("#preview-frames")).to_have_attribute("data-loading", "")
    held_routes.pop().continue_()
    _expect_shown(dialog, "/size=360,strength=90/glitch.gif")
    expect(dialog.locator("#preview-frames")).not_to_have_attribute("data-loading", "")


def test_download_and_link_are_disabled_while_a_change_is_rendered(dialog: Locator) -> None:
    held_routes: list[Route] = []
    dialog.page.route(ORDERS_URL, lambda route: held_routes.append(route))
    _move_slider(dialog, "Strength", 90)
    actions = dialog.locator(".gif-actions > :not([hidden], [data-action=delete])")
    expect(actions).to_have_count(2)
    for action in actions.all():
        expect(action).to_have_js_property("inert", value=True)
    expect(dialog.get_by_role("status")).to_have_text("Making your GIF")
    while not held_routes:
        dialog.page.wait_for_timeout(50)
    held_routes[0].continue_()
    _expect_shown(dialog, "/size=360,strength=90/glitch.gif")
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
    _move_slider(dialog, "Strength", 90)
    _expect_shown(dialog, "/size=360,strength=90/glitch.gif")
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("strength=90"))
    assert page.evaluate("[...states]") == ["ready"]


def test_closing_the_dialog_orders_a_pending_change(dialog: Locator) -> None:
    _move_slider(dialog, "Strength", 90)
    dialog.press("Escape")
    picture = card(dialog.page, "glitch").locator("img")
    expect(picture).to_have_attribute("src", re.compile("/size=360,strength=90/glitch.gif$"))


def test_the_dice_button_rolls_another_seed_and_the_same_seed_makes_the_same_gif(dialog: Locator) -> None:
    seed = dialog.get_by_label("Seed", exact=True)
    first = _download_bytes(dialog)
    dialog.get_by_role("button", name="Roll a new seed").click()
    rolled = seed.input_value()
    assert rolled != "1"
    _expect_shown(dialog, f"/seed={rolled},size=360/glitch.gif")
    assert _download_bytes(dialog) != first
    pips = [1, 2, 3, 4, 5, 6][int(rolled) % 6]
    expect(dialog.locator(".dice-icon circle")).to_have_count(pips)
    seed.fill("1")
    _expect_shown(dialog, "/size=360/glitch.gif")
    assert _download_bytes(dialog) == first


def test_an_invalid_seed_is_not_ordered(dialog: Locator) -> None:
    orders = _record_orders(dialog.page)
    seed = dialog.get_by_label("Seed", exact=True)
    for wrong in ("", "10000", "-1", "1.5"):
        seed.fill(wrong)
    seed.press("Tab")
    expect(seed).to_have_value("1")
    _move_slider(dialog, "Strength", 51)
    _expect_shown(dialog, "/size=360,strength=51/glitch.gif")
    assert orders == [{"effect": "glitch", "size": "360", "strength": "51"}]


def test_a_platform_sets_its_size_and_shows_whether_the_file_fits(dialog: Locator) -> None:
    dialog.get_by_label("Made for").select_option("whatsapp-sticker")
    _expect_shown(dialog, "/for=whatsapp-sticker/glitch.webp")
    expect(dialog.locator(".value").filter(has_text="512 px")).to_be_visible()
    expect(dialog.get_by_role("radio", name="Square")).to_be_checked()
    expect(dialog.get_by_role("radio", name="WebP")).to_be_checked()
    expect(dialog.get_by_text(re.compile(r"^Fits: \d+ KB of 500 KB$"))).to_be_visible()
    expect(dialog.locator("#preview-facts")).to_contain_text("512 \xd7 512")
    expect(dialog.locator("#download")).to_have_text("Download WebP")
    dialog.get_by_label("Made for").select_option("anywhere")
    _expect_shown(dialog, "/size=360/glitch.gif")
    expect(dialog.get_by_text("Fits:")).to_have_count(0)


def test_leaving_a_platform_restores_the_options_from_before(dialog: Locator) -> None:
    _move_slider(dialog, "Size", 100)
    _expect_shown(dialog, "/size=100/glitch.gif")
    dialog.get_by_label("Made for").select_option("slack-emoji")
    _expect_shown(dialog, "/for=slack-emoji/glitch.gif")
    dialog.get_by_label("Made for").select_option("github")
    _expect_shown(dialog, "/for=github/glitch.gif")
    dialog.get_by_label("Made for").select_option("anywhere")
    _expect_shown(dialog, "/size=100/glitch.gif")


def test_the_size_slider_is_limited_by_the_photo_and_the_platform(dialog: Locator) -> None:
    size = dialog.get_by_label("Size", exact=True)
    expect(size).to_have_attribute("max", "120")  # the photo's width
    dialog.get_by_label("Made for").select_option("slack-emoji")
    expect(size).to_have_attribute("max", "128")
    dialog.get_by_label("Made for").select_option("whatsapp-sticker")
    expect(size).to_have_attribute("min", "512")
    expect(size).to_have_attribute("max", "512")


# ---- errors ------------------------------------------------------------------------------------------------


def test_a_value_the_platform_rejects_shows_the_reason_and_can_be_undone(dialog: Locator) -> None:
    dialog.get_by_label("Made for").select_option("slack-emoji")
    _expect_shown(dialog, "/for=slack-emoji/glitch.gif")
    with dialog.page.expect_response(ORDERS_URL) as response:
        dialog.get_by_role("radio", name="None").check()
    assert response.value.status == 400
    detail = response.value.json()["detail"]
    expect(dialog.get_by_role("status")).to_have_text(f"{detail} You still see the previous GIF.")
    dialog.get_by_role("button", name="Undo the change").click()
    expect(dialog.get_by_role("radio", name="Square")).to_be_checked()
    _expect_shown(dialog, "/for=slack-emoji/glitch.gif")
    expect(dialog.get_by_role("button", name="Undo the change")).to_have_count(0)


def test_too_many_orders_show_what_to_do(dialog: Locator) -> None:
    _reject_next_order(
        dialog.page, 409, "too_many_orders", "A photo can have 64 orders. Send the photo again."
    )
    _move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("Send the photo again.")
    dialog.get_by_role("button", name="Undo the change").click()
    expect(dialog.get_by_label("Strength", exact=True)).to_have_value("50")


def test_a_permanent_error_shows_the_servers_reason(dialog: Locator) -> None:
    _reject_next_order(dialog.page, 422, "cannot_fit", "It takes at least 300 bytes.")
    _move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("It takes at least 300 bytes.")
    expect(dialog.get_by_role("button", name="Undo the change")).to_be_visible()


def test_a_change_rejected_by_a_busy_server_is_retried_automatically(dialog: Locator) -> None:
    _reject_next_order(dialog.page, 503, "busy", **{"Retry-After": "2"})
    _move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_have_text("The server is busy.")
    expect(dialog.get_by_text("Trying again in 2 s.")).to_be_visible()
    _expect_shown(dialog, "/size=360,strength=90/glitch.gif")
    expect(dialog.get_by_text("Trying again")).to_have_count(0)


def test_a_change_keeps_waiting_for_a_busy_server_after_the_dialog_closes(dialog: Locator) -> None:
    page = dialog.page
    _reject_next_order(page, 503, "busy", **{"Retry-After": "600"})
    _move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("button", name="Try now")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("glitch is waiting its turn.")).to_be_visible()
    page.get_by_role("button", name="Try now").click()
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("strength=90"))


def test_a_change_rejected_after_the_dialog_closed_shows_an_alert(dialog: Locator) -> None:
    page = dialog.page
    _reject_next_order(page, 422, "cannot_fit", "It takes at least 300 bytes.")
    _move_slider(dialog, "Strength", 90)
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert")).to_contain_text(
        "glitch could not be made. It takes at least 300 bytes."
    )


def test_progress_of_other_gifs_is_announced_after_the_dialog_closes(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    card(page, EFFECTS[0]).locator('xpath=self::*[@data-state="ready"]').wait_for()
    card(page, EFFECTS[0]).locator(".card-open").click()
    expect(page.locator("#progress-text")).to_have_text("All fifteen ready")
    page.keyboard.press("Escape")
    expect(page.locator("#status")).to_have_text("All fifteen ready")


def test_waiting_for_a_busy_server_can_be_skipped(dialog: Locator) -> None:
    _reject_next_order(dialog.page, 503, "busy", **{"Retry-After": "600"})
    _move_slider(dialog, "Strength", 90)
    dialog.get_by_role("button", name="Try now").click()
    _expect_shown(dialog, "/size=360,strength=90/glitch.gif")


def test_another_change_ends_the_wait_for_a_busy_server(dialog: Locator) -> None:
    _reject_next_order(dialog.page, 503, "busy", **{"Retry-After": "600"})
    _move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("button", name="Try now")).to_be_visible()
    _move_slider(dialog, "Strength", 80)
    _expect_shown(dialog, "/size=360,strength=80/glitch.gif")
    expect(dialog.get_by_role("button", name="Try now")).to_have_count(0)


def test_an_order_without_response_can_be_retried(dialog: Locator) -> None:
    dialog.page.route(ORDERS_URL, lambda route: route.abort(), times=1)
    _move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("Your connection may be down")
    dialog.get_by_role("button", name="Try again").click()
    _expect_shown(dialog, "/size=360,strength=90/glitch.gif")


def _fail_next_order(page: Page, code: str, detail: str) -> None:
    """Make the next order fail in its status, as no photo makes a real effect fail."""

    def rewrite(route: Route) -> None:
        response = route.fetch()
        status = response.json()
        for gif in status["gifs"]:
            if gif["options"] == "size=360,strength=90":
                problem = {"code": code, "title": "Not made", "detail": detail}
                gif.update(state="failed", url=None, bytes=None, problem=problem)
        route.fulfill(response=response, json=status)

    page.route(ORDERS_URL, rewrite, times=1)


def test_a_failed_gif_shows_the_reason_and_can_be_retried(page: Page, photo: bytes) -> None:
    page.route_web_socket(WEBSOCKET_URL, lambda socket: socket.close())
    dialog = _open_dialog(page, photo)
    _fail_next_order(page, "render_failed", "glitch took too long and was stopped.")
    _move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("glitch took too long and was stopped.")
    _expect_shown(dialog, "/size=360/glitch.gif")
    dialog.get_by_role("button", name="Try again").click()
    _expect_shown(dialog, "/size=360,strength=90/glitch.gif")


def test_a_gif_over_the_byte_limit_shows_the_reason_and_can_be_undone(page: Page, photo: bytes) -> None:
    page.route_web_socket(WEBSOCKET_URL, lambda socket: socket.close())
    dialog = _open_dialog(page, photo)
    _fail_next_order(page, "cannot_fit", "It takes at least 300 bytes.")
    _move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("It takes at least 300 bytes.")
    dialog.get_by_role("button", name="Undo the change").click()
    expect(dialog.get_by_label("Strength", exact=True)).to_have_value("50")
    _expect_shown(dialog, "/size=360/glitch.gif")


def test_a_gif_that_fails_to_load_can_be_retried(dialog: Locator) -> None:
    page = dialog.page
    page.route("**/size=360,strength=90/glitch.gif", lambda route: route.abort())
    _move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("could not be loaded")
    page.unroute("**/size=360,strength=90/glitch.gif")
    dialog.get_by_role("button", name="Try again").click()
    _expect_shown(dialog, "/size=360,strength=90/glitch.gif")


# ---- keyboard and focus ------------------------------------------------------------------------------------


def test_the_dialog_works_with_the_keyboard(page: Page, photo: bytes) -> None:
    opener = _order_one_gif(page, photo, "shake")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="shake")
    expect(dialog.get_by_role("heading", name="shake")).to_be_focused()
    strength = dialog.get_by_label("Strength", exact=True)
    for _ in range(6):
        page.keyboard.press("Tab")
        if strength.evaluate("slider => slider === document.activeElement"):
            break
    expect(strength).to_be_focused()
    page.keyboard.press("ArrowRight")
    _expect_shown(dialog, "/size=360,strength=51/shake.gif")
    expect(strength).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


def test_closing_the_dialog_focuses_the_card_shown_last(dialog: Locator) -> None:
    page = dialog.page
    dialog.get_by_role("button", name="Next GIF").click()
    after = page.get_by_role("dialog", name=EFFECTS[EFFECTS.index("glitch") + 1])
    after.get_by_role("button", name="Close").click()
    expect(after).to_have_count(0)
    expect(card(page, EFFECTS[EFFECTS.index("glitch") + 1]).locator(".card-open")).to_be_focused()


def test_next_on_the_last_gif_shows_the_first(page: Page, photo: bytes) -> None:
    _open_dialog(page, photo, EFFECTS[0]).get_by_role("button", name="Previous GIF").click()
    last = page.get_by_role("dialog", name=EFFECTS[-1])
    last.get_by_role("button", name="Next GIF").click()
    expect(page.get_by_role("dialog", name=EFFECTS[0])).to_be_visible()


def test_a_click_on_the_backdrop_closes_the_dialog(dialog: Locator) -> None:
    dialog.page.mouse.click(5, 450)
    expect(dialog).to_have_count(0)


def test_a_text_selection_that_ends_on_the_backdrop_keeps_the_dialog_open(dialog: Locator) -> None:
    box = dialog.locator("#command").bounding_box()
    assert box is not None
    mouse = dialog.page.mouse
    mouse.move(box["x"] + 20, box["y"] + 10)
    mouse.down()
    mouse.move(5, 450, steps=5)
    mouse.up()
    expect(dialog).to_be_visible()


# ---- commands, links, files --------------------------------------------------------------------------------


@pytest.fixture
def read_clipboard(page: Page) -> Callable[[], str]:
    """Grant clipboard access; return a function that reads the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def read() -> str:
        text: str = page.evaluate("navigator.clipboard.readText()")
        return text

    return read


def _run_in_shell(script: str, folder: Path) -> None:
    """Run a shell script in a folder."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path}
    subprocess.run(["sh", "-euc", script], cwd=folder, env=environ, check=True, timeout=60)


@pytest.mark.parametrize(
    "name", ["cat.jpg", '-o it\'s "a" cat;\\ $HOME, `id`.jpg', "-", "=cat", "Kätzchen (2).tar.jpg"]
)
def test_both_commands_make_the_same_bytes_as_the_page(
    page: Page, photo: bytes, read_clipboard: Callable[[], str], tmp_path: Path, name: str
) -> None:
    dialog = _open_dialog(page, photo, name=name)
    _move_slider(dialog, "Strength", 90)
    _move_slider(dialog, "Seed", 7)
    _move_slider(dialog, "Size", 100)
    dialog.get_by_label("Yes", exact=True).check()
    _expect_shown(dialog, "/calm=yes,seed=7,size=100,strength=90/glitch.gif")
    shown = _download_bytes(dialog)
    for kind in ("gifmill", "curl"):
        dialog.get_by_label(kind, exact=True).check()
        dialog.get_by_role("button", name="Copy as command").click()
        expect(dialog.get_by_role("status")).to_have_text("Command copied")
        folder = tmp_path / kind
        folder.mkdir()
        (folder / name).write_bytes(photo)
        _run_in_shell(read_clipboard(), folder)
        made = folder / (dialog.locator("#download").get_attribute("download") or "")
        assert made.read_bytes() == shown


def test_both_commands_make_a_platforms_file(
    page: Page, photo: bytes, read_clipboard: Callable[[], str], tmp_path: Path
) -> None:
    dialog = _open_dialog(page, photo)
    dialog.get_by_label("Made for").select_option("twitch")
    _move_slider(dialog, "Size", 120)
    _expect_shown(dialog, "/for=twitch,size=120/glitch.gif")
    for kind in ("gifmill", "curl"):
        dialog.get_by_label(kind, exact=True).check()
        dialog.get_by_role("button", name="Copy as command").click()
        expect(dialog.get_by_role("status")).to_have_text("Command copied")
        (tmp_path / "cat.jpg").write_bytes(photo)
        _run_in_shell(read_clipboard(), tmp_path)
        assert (tmp_path / "cat-glitch.gif").read_bytes() == _download_bytes(dialog)
        (tmp_path / "cat-glitch.gif").unlink()


def test_control_characters_in_a_file_name_are_not_copied(page: Page, photo: bytes) -> None:
    dialog = _open_dialog(page, photo, name="cat\x03\nreboot\n.jpg")
    expect(dialog.locator("#command")).to_have_text("gifmill make photo.jpg -e glitch --size 360")


def test_copying_works_without_the_clipboard_api(
    page: Page, photo: bytes, read_clipboard: Callable[[], str]
) -> None:
    page.add_init_script("delete Clipboard.prototype.writeText")
    page.reload()
    dialog = _open_dialog(page, photo)
    dialog.get_by_role("button", name="Copy as command").click()
    expect(dialog.get_by_role("status")).to_have_text("Command copied")
    assert read_clipboard() == "gifmill make cat.jpg -e glitch --size 360"


def test_a_copied_link_opens_the_same_gif_elsewhere(
    browser: Browser, server: Server, dialog: Locator, read_clipboard: Callable[[], str]
) -> None:
    _move_slider(dialog, "Strength", 90)
    _expect_shown(dialog, "/size=360,strength=90/glitch.gif")
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog.get_by_role("status")).to_have_text("Link copied")
    with visiting(browser, server) as elsewhere:
        elsewhere.goto(read_clipboard())
        there = elsewhere.get_by_role("dialog", name="glitch")
        _expect_shown(there, "/size=360,strength=90/glitch.gif")
        expect(there.get_by_label("Strength", exact=True)).to_have_value("90")
        there.press("Escape")
        expect(card(elsewhere, "glitch").locator(".card-open")).to_be_focused()


def test_back_closes_the_dialog_and_forward_opens_it(dialog: Locator) -> None:
    page = dialog.page
    _move_slider(dialog, "Strength", 90)
    _expect_shown(dialog, "/size=360,strength=90/glitch.gif")
    page.go_back()
    expect(dialog).to_have_count(0)
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("/size=360,strength=90/"))
    page.go_forward()
    _expect_shown(dialog, "/size=360,strength=90/glitch.gif")


def test_the_download_is_the_shown_file(dialog: Locator) -> None:
    with dialog.page.expect_download() as download:
        dialog.get_by_role("link", name="Download GIF").click()
    assert download.value.suggested_filename == "cat-glitch.gif"
    assert download.value.path().read_bytes() == _download_bytes(dialog)


def test_the_dialog_deletes_the_photo_after_a_confirmation(dialog: Locator, server: Server) -> None:
    page, photo = dialog.page, f"/v1/photos/{photo_id(dialog.page)}"
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(dialog.get_by_text("Delete the photo and all its GIFs?")).to_be_visible()
    assert server.client.get(photo).status_code == 200
    dialog.get_by_role("button", name="Delete now").click()
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_visible()
    expect(dialog).to_be_hidden()
    assert server.client.get(photo).status_code == 404


def test_a_failed_deletion_is_shown_in_the_dialog(dialog: Locator, server: Server) -> None:
    page, photo = dialog.page, f"/v1/photos/{photo_id(dialog.page)}"
    problem = {"code": "store_failed", "title": "The store does not answer", "detail": "Try again later."}
    page.route(
        f"**{photo}",
        lambda route: route.fulfill(status=503, json=problem, content_type="application/problem+json"),
    )
    dialog.get_by_role("button", name="Delete", exact=True).click()
    dialog.get_by_role("button", name="Delete now").click()
    expect(dialog.get_by_text("Nothing was deleted.")).to_be_visible()
    page.unroute(f"**{photo}")
    dialog.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_visible()
    assert server.client.get(photo).status_code == 404


def test_without_web_share_there_is_no_share_button(page: Page, photo: bytes) -> None:
    page.add_init_script("delete Navigator.prototype.canShare")
    page.reload()
    expect(_open_dialog(page, photo).get_by_role("button", name="Share")).to_have_count(0)


def test_share_shares_the_file(page: Page, photo: bytes) -> None:
    page.add_init_script(
        """Navigator.prototype.canShare = ({ files }) => files.length === 1;
        Navigator.prototype.share = async ({ files: [file] }) => {
            window.shared = [file.name, file.type, file.size];
        };"""
    )
    page.reload()
    dialog = _open_dialog(page, photo)
    dialog.get_by_role("button", name="Share").click()
    page.wait_for_function("window.shared")
    assert page.evaluate("shared") == ["cat-glitch.gif", "image/gif", len(_download_bytes(dialog))]


# ---- motion and accessibility ------------------------------------------------------------------------------


@pytest.fixture
def calm_page(browser: Browser, server: Server) -> Iterator[Page]:
    """The start page with reduced motion."""
    with visiting(browser, server, reduced_motion="reduce") as opened:
        yield opened


def test_reduced_motion_pauses_the_dialog_until_play(calm_page: Page, photo: bytes) -> None:
    _order_one_gif(calm_page, photo, "glitch").click()
    dialog = calm_page.get_by_role("dialog", name="glitch")
    expect(dialog.locator("#preview-picture canvas")).to_be_visible()
    dialog.get_by_role("button", name="Play").click()
    _expect_shown(dialog, "/size=360/glitch.gif")
    dialog.get_by_role("button", name="Pause").click()
    expect(dialog.locator("#preview-picture canvas")).to_be_visible()


def test_the_dialog_can_be_paused_alone(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Pause").click()
    expect(dialog.locator("#preview-picture canvas")).to_be_visible()
    _move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_have_text("glitch is ready")
    expect(dialog.locator("#preview-picture canvas")).to_be_visible()


_AXE = files("axe_playwright_python") / "axe.min.js"


def _expect_no_violations(page: Page) -> None:
    """Expect that axe finds no violations, in light and dark."""
    page.evaluate(_AXE.read_text())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run().then((results) => results.violations)")
        assert found == [], json.dumps(found, indent=1)[:4000]


def test_axe_passes_in_the_dialog(dialog: Locator) -> None:
    _expect_no_violations(dialog.page)


def test_axe_passes_with_an_error_in_the_dialog(dialog: Locator) -> None:
    _reject_next_order(dialog.page, 503, "busy", **{"Retry-After": "600"})
    dialog.get_by_label("Made for").select_option("slack-emoji")
    expect(dialog.get_by_role("button", name="Try now")).to_be_visible()
    _expect_no_violations(dialog.page)


@pytest.mark.parametrize("width", [320, 360, 768])
def test_the_dialog_never_overflows(page: Page, photo: bytes, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    dialog = _open_dialog(page, photo)
    dialog.get_by_label("curl", exact=True).check()
    body = dialog.locator(".dialog-body")
    assert body.evaluate("body => body.scrollWidth - body.clientWidth") == 0
    assert dialog.evaluate("dialog => dialog.scrollWidth") <= width
