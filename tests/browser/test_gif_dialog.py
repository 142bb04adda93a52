"""The GIF dialog: preview, controls, errors, commands, links, files, focus."""

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
from tests.browser.steps import EFFECTS, LIVE, PHOTOS, card, choose, photo_id

from gifmill.rendering.catalogue import describe_effects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page, Request, Route
    from tests.servers import Server

ORDERS = re.compile(r"/v1/photos/[a-z2-7]{26}/gifs$")


@pytest.fixture
def dialog(page: Page, photo: bytes) -> Locator:
    """The dialog with the glitch of a small photo."""
    return _opened(page, photo)


def _opened(page: Page, photo: bytes, effect: str = "glitch", name: str = "cat.jpg") -> Locator:
    """Open one GIF of a photo; the others are not ordered."""
    _made(page, photo, effect, name).click()
    dialog = page.get_by_role("dialog", name=effect)
    _shows(dialog, f"/size=360/{effect}.gif")
    return dialog


def _made(page: Page, photo: bytes, effect: str, name: str = "cat.jpg") -> Locator:
    """Order one GIF; returns its card's button."""

    def order_one(route: Route) -> None:
        route.fallback(url=route.request.url.replace("effects=all", f"effects={effect}"))

    page.route(PHOTOS, order_one)
    choose(page, photo, name)
    expect(card(page, effect).locator(".card-picture :is(img, canvas:not(.mosaic))")).to_be_visible()
    return card(page, effect).locator(".card-open")


def _shows(dialog: Locator, address: str) -> None:
    """Expect that the preview and the download link have this address."""
    expect(dialog.locator("#download")).to_have_attribute("href", re.compile(f"{re.escape(address)}$"))
    expect(dialog.locator("#preview-picture img")).to_have_attribute(
        "src", re.compile(f"{re.escape(address)}$")
    )


def _bytes_shown(dialog: Locator) -> bytes:
    """The bytes of the download link."""
    return dialog.page.request.get(dialog.locator("#download").get_attribute("href") or "").body()


def _slide(dialog: Locator, name: str, *values: int) -> None:
    """Move a slider from value to value within one frame."""
    dialog.get_by_label(name, exact=True).evaluate(
        """(slider, values) => values.forEach((value) => {
            slider.value = value;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        })""",
        list(values),
    )


def _orders(page: Page) -> list[dict[str, Any]]:
    """Collect the orders that the page sends from now on."""
    orders: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if ORDERS.search(request.url):
            orders.append(json.loads(request.post_data or ""))

    page.on("request", note)
    return orders


def _refuse(page: Page, status: int, code: str, detail: str = "", **headers: str) -> None:
    """Answer the next order with an error."""
    problem = {"status": status, "code": code, "title": "No", "detail": detail}
    page.route(ORDERS, lambda route: route.fulfill(status=status, json=problem, headers=headers), times=1)


# ---- preview and controls ----------------------------------------------------------------------------------


def test_every_effect_has_a_control_for_each_of_its_options(page: Page, photo: bytes) -> None:
    _made(page, photo, EFFECTS[0]).click()
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
    size = len(_bytes_shown(dialog)) / 1000
    expect(facts).to_contain_text(f"{max(1, round(size))} KB")
    expect(facts).to_contain_text("120 \xd7 80")
    frames = dialog.locator("#preview-frames line")
    expect(facts).to_contain_text(f"Frames{frames.count() - 1}")
    expect(facts).to_contain_text("2.4 s")


def test_reductions_are_shown(page: Page, photo: bytes) -> None:
    def note(route: Route) -> None:
        answer = route.fetch()
        status = answer.json()
        for gif in status["gifs"]:
            gif["note"] = {"calmed": False, "given_up": ["96 colours instead of 256"]}
        route.fulfill(response=answer, json=status)

    page.route_web_socket(LIVE, lambda socket: socket.close())
    page.route(re.compile(r"/v1/photos[/?]"), note)
    expect(_opened(page, photo).get_by_text("96 colours instead of 256")).to_be_visible()


def test_a_pending_gif_can_be_shown_but_not_downloaded(dialog: Locator) -> None:
    page = dialog.page
    dialog.get_by_role("button", name="Next GIF").click()
    waiting = page.get_by_role("dialog", name=EFFECTS[EFFECTS.index("glitch") + 1])
    expect(waiting.get_by_role("status")).to_have_text("Making your GIF")
    expect(waiting.get_by_role("link")).to_have_count(0)
    waiting.get_by_role("button", name="Previous GIF").click()
    _shows(dialog, "/size=360/glitch.gif")


# ---- changing options --------------------------------------------------------------------------------------


def test_a_change_orders_another_gif_without_another_upload(dialog: Locator) -> None:
    before = _bytes_shown(dialog)
    sent: list[str] = []
    dialog.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    _slide(dialog, "Strength", 90)
    _shows(dialog, "/size=360,strength=90/glitch.gif")
    assert _bytes_shown(dialog) != before
    assert [bool(ORDERS.search(url)) for url in sent] == [True]
    expect(dialog.get_by_role("status")).to_have_text("glitch is ready")


def test_only_the_last_of_three_quick_changes_is_ordered(dialog: Locator) -> None:
    orders = _orders(dialog.page)
    _slide(dialog, "Strength", 60, 70, 80)
    _shows(dialog, "/size=360,strength=80/glitch.gif")
    assert orders == [{"effect": "glitch", "size": "360", "strength": "80"}]


def test_only_the_last_of_three_changes_is_shown_when_responses_overtake_each_other(
    dialog: Locator, server: Server
) -> None:
    page = dialog.page
    held: list[Route] = []
    page.route(ORDERS, lambda route: held.append(route))
    dialog.locator("#preview-picture").evaluate(
        """stage => {
            window.seen = [];
            const note = () => seen.push(stage.firstElementChild?.src);
            new MutationObserver(note).observe(stage, { childList: true });
        }"""
    )
    for count, strength in enumerate((60, 70, 80), 1):
        _slide(dialog, "Strength", strength)
        while len(held) < count:
            page.wait_for_timeout(10)
    for route in reversed(held):
        with page.expect_response(ORDERS):
            route.continue_()
    _shows(dialog, "/size=360,strength=80/glitch.gif")
    assert {gif["state"] for gif in server.finished(photo_id(page))["gifs"]} == {"ready"}
    seen = page.evaluate("seen")
    assert [urlsplit(url).path.split("/")[3] for url in seen] == ["size=360,strength=80"]
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("/size=360,strength=80/"))


def test_the_previous_gif_stays_with_an_empty_ruler_until_the_new_one_is_ready(dialog: Locator) -> None:
    held: list[Route] = []
    dialog.page.route(ORDERS, lambda route: held.append(route))
    _slide(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_have_text("Making your GIF")
    while not held:
        dialog.page.wait_for_timeout(10)
    _shows(dialog, "/size=360/glitch.gif")
    expect(dialog.locator("#preview-frames")).to_have_attribute("data-loading", "")
    held.pop().continue_()
    _shows(dialog, "/size=360,strength=90/glitch.gif")
    expect(dialog.locator("#preview-frames")).not_to_have_attribute("data-loading", "")


def test_download_and_link_are_disabled_while_a_change_is_rendered(dialog: Locator) -> None:
    held: list[Route] = []
    dialog.page.route(ORDERS, lambda route: held.append(route))
    _slide(dialog, "Strength", 90)
    actions = dialog.locator(".gif-actions > :not([hidden], [data-action=delete])")
    expect(actions).to_have_count(2)
    for action in actions.all():
        expect(action).to_have_js_property("inert", value=True)
    expect(dialog.get_by_role("status")).to_have_text("Making your GIF")
    while not held:
        dialog.page.wait_for_timeout(50)
    held[0].continue_()
    _shows(dialog, "/size=360,strength=90/glitch.gif")
    for action in actions.all():
        expect(action).to_have_js_property("inert", value=False)


def test_a_response_that_arrives_after_the_push_does_not_undo_it(dialog: Locator, server: Server) -> None:
    page = dialog.page

    def answer_late(route: Route) -> None:
        answer = route.fetch()
        status = answer.json()
        server.finished(status["id"])
        time.sleep(1)  # until the push has arrived
        for gif in status["gifs"]:
            gif.update(state="pending", url=None, bytes=None)
        route.fulfill(response=answer, json=status)

    page.evaluate(
        """() => {
            window.states = new Set();
            const card = document.querySelector('.card[data-effect="glitch"]');
            new MutationObserver(() => states.add(card.dataset.state)).observe(card, { attributes: true });
        }"""
    )
    page.route(ORDERS, answer_late, times=1)
    _slide(dialog, "Strength", 90)
    _shows(dialog, "/size=360,strength=90/glitch.gif")
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("strength=90"))
    assert page.evaluate("[...states]") == ["ready"]


def test_closing_the_dialog_orders_a_pending_change(dialog: Locator) -> None:
    _slide(dialog, "Strength", 90)
    dialog.press("Escape")
    picture = card(dialog.page, "glitch").locator("img")
    expect(picture).to_have_attribute("src", re.compile("/size=360,strength=90/glitch.gif$"))


def test_the_dice_button_rolls_another_seed_and_the_same_seed_makes_the_same_gif(dialog: Locator) -> None:
    seed = dialog.get_by_label("Seed", exact=True)
    first = _bytes_shown(dialog)
    dialog.get_by_role("button", name="Roll a new seed").click()
    rolled = seed.input_value()
    assert rolled != "1"
    _shows(dialog, f"/seed={rolled},size=360/glitch.gif")
    assert _bytes_shown(dialog) != first
    pips = [1, 2, 3, 4, 5, 6][int(rolled) % 6]
    expect(dialog.locator(".dice-icon circle")).to_have_count(pips)
    seed.fill("1")
    _shows(dialog, "/size=360/glitch.gif")
    assert _bytes_shown(dialog) == first


def test_an_invalid_seed_is_not_ordered(dialog: Locator) -> None:
    orders = _orders(dialog.page)
    seed = dialog.get_by_label("Seed", exact=True)
    for wrong in ("", "10000", "-1", "1.5"):
        seed.fill(wrong)
    seed.press("Tab")
    expect(seed).to_have_value("1")
    _slide(dialog, "Strength", 51)
    _shows(dialog, "/size=360,strength=51/glitch.gif")
    assert orders == [{"effect": "glitch", "size": "360", "strength": "51"}]


def test_a_platform_sets_its_size_and_shows_whether_the_file_fits(dialog: Locator) -> None:
    dialog.get_by_label("Made for").select_option("whatsapp-sticker")
    _shows(dialog, "/for=whatsapp-sticker/glitch.webp")
    expect(dialog.locator(".value").filter(has_text="512 px")).to_be_visible()
    expect(dialog.get_by_role("radio", name="Square")).to_be_checked()
    expect(dialog.get_by_role("radio", name="WebP")).to_be_checked()
    expect(dialog.get_by_text(re.compile(r"^Fits: \d+ KB of 500 KB$"))).to_be_visible()
    expect(dialog.locator("#preview-facts")).to_contain_text("512 \xd7 512")
    expect(dialog.locator("#download")).to_have_text("Download WebP")
    dialog.get_by_label("Made for").select_option("anywhere")
    _shows(dialog, "/size=360/glitch.gif")
    expect(dialog.get_by_text("Fits:")).to_have_count(0)


def test_leaving_a_platform_restores_the_options_from_before(dialog: Locator) -> None:
    _slide(dialog, "Size", 100)
    _shows(dialog, "/size=100/glitch.gif")
    dialog.get_by_label("Made for").select_option("slack-emoji")
    _shows(dialog, "/for=slack-emoji/glitch.gif")
    dialog.get_by_label("Made for").select_option("github")
    _shows(dialog, "/for=github/glitch.gif")
    dialog.get_by_label("Made for").select_option("anywhere")
    _shows(dialog, "/size=100/glitch.gif")


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
    _shows(dialog, "/for=slack-emoji/glitch.gif")
    with dialog.page.expect_response(ORDERS) as answer:
        dialog.get_by_role("radio", name="None").check()
    assert answer.value.status == 400
    words = answer.value.json()["detail"]
    expect(dialog.get_by_role("status")).to_have_text(f"{words} You still see the previous GIF.")
    dialog.get_by_role("button", name="Undo the change").click()
    expect(dialog.get_by_role("radio", name="Square")).to_be_checked()
    _shows(dialog, "/for=slack-emoji/glitch.gif")
    expect(dialog.get_by_role("button", name="Undo the change")).to_have_count(0)


def test_too_many_orders_show_what_to_do(dialog: Locator) -> None:
    _refuse(dialog.page, 409, "too_many_orders", "64 orders of one photo are the most. Send the photo again.")
    _slide(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("Send the photo again.")
    dialog.get_by_role("button", name="Undo the change").click()
    expect(dialog.get_by_label("Strength", exact=True)).to_have_value("50")


def test_a_permanent_error_shows_the_servers_reason(dialog: Locator) -> None:
    _refuse(dialog.page, 422, "cannot_fit", "It takes at least 300 bytes.")
    _slide(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("It takes at least 300 bytes.")
    expect(dialog.get_by_role("button", name="Undo the change")).to_be_visible()


def test_a_change_that_met_a_busy_server_is_retried_automatically(dialog: Locator) -> None:
    _refuse(dialog.page, 503, "busy", **{"Retry-After": "2"})
    _slide(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_have_text("The server is busy.")
    expect(dialog.get_by_text("Trying again in 2 s.")).to_be_visible()
    _shows(dialog, "/size=360,strength=90/glitch.gif")
    expect(dialog.get_by_text("Trying again")).to_have_count(0)


def test_a_change_keeps_waiting_for_a_busy_server_after_the_dialog_closes(dialog: Locator) -> None:
    page = dialog.page
    _refuse(page, 503, "busy", **{"Retry-After": "600"})
    _slide(dialog, "Strength", 90)
    expect(dialog.get_by_role("button", name="Try now")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("glitch is waiting its turn.")).to_be_visible()
    page.get_by_role("button", name="Try now").click()
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("strength=90"))


def test_a_change_rejected_after_the_dialog_closed_shows_an_alert(dialog: Locator) -> None:
    page = dialog.page
    _refuse(page, 422, "cannot_fit", "It takes at least 300 bytes.")
    _slide(dialog, "Strength", 90)
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert")).to_contain_text(
        "glitch could not be made. It takes at least 300 bytes."
    )


def test_progress_of_other_gifs_is_announced_after_the_dialog_closes(page: Page, photo: bytes) -> None:
    choose(page, photo)
    card(page, EFFECTS[0]).locator('xpath=self::*[@data-state="ready"]').wait_for()
    card(page, EFFECTS[0]).locator(".card-open").click()
    expect(page.locator("#progress-text")).to_have_text("All fifteen ready")
    page.keyboard.press("Escape")
    expect(page.locator("#status")).to_have_text("All fifteen ready")


def test_waiting_for_a_busy_server_can_be_skipped(dialog: Locator) -> None:
    _refuse(dialog.page, 503, "busy", **{"Retry-After": "600"})
    _slide(dialog, "Strength", 90)
    dialog.get_by_role("button", name="Try now").click()
    _shows(dialog, "/size=360,strength=90/glitch.gif")


def test_another_change_ends_the_wait_for_a_busy_server(dialog: Locator) -> None:
    _refuse(dialog.page, 503, "busy", **{"Retry-After": "600"})
    _slide(dialog, "Strength", 90)
    expect(dialog.get_by_role("button", name="Try now")).to_be_visible()
    _slide(dialog, "Strength", 80)
    _shows(dialog, "/size=360,strength=80/glitch.gif")
    expect(dialog.get_by_role("button", name="Try now")).to_have_count(0)


def test_an_order_without_response_can_be_retried(dialog: Locator) -> None:
    dialog.page.route(ORDERS, lambda route: route.abort(), times=1)
    _slide(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("Your connection may be down")
    dialog.get_by_role("button", name="Try again").click()
    _shows(dialog, "/size=360,strength=90/glitch.gif")


def _fail(page: Page, code: str, detail: str) -> None:
    """Make the next order fail in its status, as no photo makes a real effect fail."""

    def rewrite(route: Route) -> None:
        answer = route.fetch()
        status = answer.json()
        for gif in status["gifs"]:
            if gif["options"] == "size=360,strength=90":
                problem = {"code": code, "title": "Not made", "detail": detail}
                gif.update(state="failed", url=None, bytes=None, problem=problem)
        route.fulfill(response=answer, json=status)

    page.route(ORDERS, rewrite, times=1)


def test_a_failed_gif_shows_the_reason_and_can_be_retried(page: Page, photo: bytes) -> None:
    page.route_web_socket(LIVE, lambda socket: socket.close())
    dialog = _opened(page, photo)
    _fail(page, "render_failed", "glitch took too long and was stopped.")
    _slide(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("glitch took too long and was stopped.")
    _shows(dialog, "/size=360/glitch.gif")
    dialog.get_by_role("button", name="Try again").click()
    _shows(dialog, "/size=360,strength=90/glitch.gif")


def test_a_gif_over_the_byte_limit_shows_the_reason_and_can_be_undone(page: Page, photo: bytes) -> None:
    page.route_web_socket(LIVE, lambda socket: socket.close())
    dialog = _opened(page, photo)
    _fail(page, "cannot_fit", "It takes at least 300 bytes.")
    _slide(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("It takes at least 300 bytes.")
    dialog.get_by_role("button", name="Undo the change").click()
    expect(dialog.get_by_label("Strength", exact=True)).to_have_value("50")
    _shows(dialog, "/size=360/glitch.gif")


def test_a_gif_that_fails_to_load_can_be_retried(dialog: Locator) -> None:
    page = dialog.page
    page.route("**/size=360,strength=90/glitch.gif", lambda route: route.abort())
    _slide(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_contain_text("could not be loaded")
    page.unroute("**/size=360,strength=90/glitch.gif")
    dialog.get_by_role("button", name="Try again").click()
    _shows(dialog, "/size=360,strength=90/glitch.gif")


# ---- keyboard and focus ------------------------------------------------------------------------------------


def test_the_dialog_works_with_the_keyboard(page: Page, photo: bytes) -> None:
    opener = _made(page, photo, "shake")
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
    _shows(dialog, "/size=360,strength=51/shake.gif")
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
    _opened(page, photo, EFFECTS[0]).get_by_role("button", name="Previous GIF").click()
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
def reader(page: Page) -> Callable[[], str]:
    """Grant clipboard access; returns a function that reads the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def read() -> str:
        text: str = page.evaluate("navigator.clipboard.readText()")
        return text

    return read


def _run(lines: str, folder: Path) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path}
    subprocess.run(["sh", "-euc", lines], cwd=folder, env=environ, check=True, timeout=60)


@pytest.mark.parametrize(
    "name", ["cat.jpg", '-o it\'s "a" cat;\\ $HOME, `id`.jpg', "-", "=cat", "Kätzchen (2).tar.jpg"]
)
def test_both_commands_make_the_same_bytes_as_the_page(
    page: Page, photo: bytes, reader: Callable[[], str], tmp_path: Path, name: str
) -> None:
    dialog = _opened(page, photo, name=name)
    _slide(dialog, "Strength", 90)
    _slide(dialog, "Seed", 7)
    _slide(dialog, "Size", 100)
    dialog.get_by_label("Yes", exact=True).check()
    _shows(dialog, "/calm=yes,seed=7,size=100,strength=90/glitch.gif")
    shown = _bytes_shown(dialog)
    for kind in ("gifmill", "curl"):
        dialog.get_by_label(kind, exact=True).check()
        dialog.get_by_role("button", name="Copy as command").click()
        expect(dialog.get_by_role("status")).to_have_text("Command copied")
        folder = tmp_path / kind
        folder.mkdir()
        (folder / name).write_bytes(photo)
        _run(reader(), folder)
        made = folder / (dialog.locator("#download").get_attribute("download") or "")
        assert made.read_bytes() == shown


def test_both_commands_make_a_platforms_file(
    page: Page, photo: bytes, reader: Callable[[], str], tmp_path: Path
) -> None:
    dialog = _opened(page, photo)
    dialog.get_by_label("Made for").select_option("twitch")
    _slide(dialog, "Size", 120)
    _shows(dialog, "/for=twitch,size=120/glitch.gif")
    for kind in ("gifmill", "curl"):
        dialog.get_by_label(kind, exact=True).check()
        dialog.get_by_role("button", name="Copy as command").click()
        expect(dialog.get_by_role("status")).to_have_text("Command copied")
        (tmp_path / "cat.jpg").write_bytes(photo)
        _run(reader(), tmp_path)
        assert (tmp_path / "cat-glitch.gif").read_bytes() == _bytes_shown(dialog)
        (tmp_path / "cat-glitch.gif").unlink()


def test_control_characters_in_a_file_name_are_not_copied(page: Page, photo: bytes) -> None:
    dialog = _opened(page, photo, name="cat\x03\nreboot\n.jpg")
    expect(dialog.locator("#command")).to_have_text("gifmill make photo.jpg -e glitch --size 360")


def test_copying_works_without_the_clipboard_api(page: Page, photo: bytes, reader: Callable[[], str]) -> None:
    page.add_init_script("delete Clipboard.prototype.writeText")
    page.reload()
    dialog = _opened(page, photo)
    dialog.get_by_role("button", name="Copy as command").click()
    expect(dialog.get_by_role("status")).to_have_text("Command copied")
    assert reader() == "gifmill make cat.jpg -e glitch --size 360"


def test_a_copied_link_opens_the_same_gif_elsewhere(
    browser: Browser, server: Server, dialog: Locator, reader: Callable[[], str]
) -> None:
    _slide(dialog, "Strength", 90)
    _shows(dialog, "/size=360,strength=90/glitch.gif")
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog.get_by_role("status")).to_have_text("Link copied")
    with visiting(browser, server) as elsewhere:
        elsewhere.goto(reader())
        there = elsewhere.get_by_role("dialog", name="glitch")
        _shows(there, "/size=360,strength=90/glitch.gif")
        expect(there.get_by_label("Strength", exact=True)).to_have_value("90")
        there.press("Escape")
        expect(card(elsewhere, "glitch").locator(".card-open")).to_be_focused()


def test_back_closes_the_dialog_and_forward_opens_it(dialog: Locator) -> None:
    page = dialog.page
    _slide(dialog, "Strength", 90)
    _shows(dialog, "/size=360,strength=90/glitch.gif")
    page.go_back()
    expect(dialog).to_have_count(0)
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("/size=360,strength=90/"))
    page.go_forward()
    _shows(dialog, "/size=360,strength=90/glitch.gif")


def test_the_download_is_the_shown_file(dialog: Locator) -> None:
    with dialog.page.expect_download() as download:
        dialog.get_by_role("link", name="Download GIF").click()
    assert download.value.suggested_filename == "cat-glitch.gif"
    assert download.value.path().read_bytes() == _bytes_shown(dialog)


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
    expect(_opened(page, photo).get_by_role("button", name="Share")).to_have_count(0)


def test_share_shares_the_file(page: Page, photo: bytes) -> None:
    page.add_init_script(
        """Navigator.prototype.canShare = ({ files }) => files.length === 1;
        Navigator.prototype.share = async ({ files: [file] }) => {
            window.shared = [file.name, file.type, file.size];
        };"""
    )
    page.reload()
    dialog = _opened(page, photo)
    dialog.get_by_role("button", name="Share").click()
    page.wait_for_function("window.shared")
    assert page.evaluate("shared") == ["cat-glitch.gif", "image/gif", len(_bytes_shown(dialog))]


# ---- motion and accessibility ------------------------------------------------------------------------------


@pytest.fixture
def calm_page(browser: Browser, server: Server) -> Iterator[Page]:
    with visiting(browser, server, reduced_motion="reduce") as opened:
        yield opened


def test_reduced_motion_pauses_the_dialog_until_play(calm_page: Page, photo: bytes) -> None:
    _made(calm_page, photo, "glitch").click()
    dialog = calm_page.get_by_role("dialog", name="glitch")
    expect(dialog.locator("#preview-picture canvas")).to_be_visible()
    dialog.get_by_role("button", name="Play").click()
    _shows(dialog, "/size=360/glitch.gif")
    dialog.get_by_role("button", name="Pause").click()
    expect(dialog.locator("#preview-picture canvas")).to_be_visible()


def test_the_dialog_can_be_paused_alone(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Pause").click()
    expect(dialog.locator("#preview-picture canvas")).to_be_visible()
    _slide(dialog, "Strength", 90)
    expect(dialog.get_by_role("status")).to_have_text("glitch is ready")
    expect(dialog.locator("#preview-picture canvas")).to_be_visible()


_AXE = files("axe_playwright_python") / "axe.min.js"


def _check(page: Page) -> None:
    page.evaluate(_AXE.read_text())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run().then((results) => results.violations)")
        assert found == [], json.dumps(found, indent=1)[:4000]


def test_axe_passes_in_the_dialog(dialog: Locator) -> None:
    _check(dialog.page)


def test_axe_passes_with_an_error_in_the_dialog(dialog: Locator) -> None:
    _refuse(dialog.page, 503, "busy", **{"Retry-After": "600"})
    dialog.get_by_label("Made for").select_option("slack-emoji")
    expect(dialog.get_by_role("button", name="Try now")).to_be_visible()
    _check(dialog.page)


@pytest.mark.parametrize("width", [320, 360, 768])
def test_the_dialog_never_overflows(page: Page, photo: bytes, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    dialog = _opened(page, photo)
    dialog.get_by_label("curl", exact=True).check()
    body = dialog.locator(".dialog-body")
    assert body.evaluate("body => body.scrollWidth - body.clientWidth") == 0
    assert dialog.evaluate("dialog => dialog.scrollWidth") <= width
