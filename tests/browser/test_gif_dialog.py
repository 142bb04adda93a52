"""A card opened: its GIF large, its controls, and what can be done with it."""

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
def sheet(page: Page, photo: bytes) -> Locator:
    """The glitch of a small photo, opened."""
    return _opened(page, photo)


def _opened(page: Page, photo: bytes, effect: str = "glitch", name: str = "cat.jpg") -> Locator:
    """One GIF of a photo, opened; the others are never made."""
    _made(page, photo, effect, name).click()
    sheet = page.get_by_role("dialog", name=effect)
    _shows(sheet, f"/size=360/{effect}.gif")
    return sheet


def _made(page: Page, photo: bytes, effect: str, name: str = "cat.jpg") -> Locator:
    """The button of its card."""

    def order_one(route: Route) -> None:
        route.fallback(url=route.request.url.replace("effects=all", f"effects={effect}"))

    page.route(PHOTOS, order_one)
    choose(page, photo, name)
    expect(card(page, effect).locator(".card-picture :is(img, canvas:not(.mosaic))")).to_be_visible()
    return card(page, effect).locator(".card-open")


def _shows(sheet: Locator, address: str) -> None:
    """The GIF of this address is on the stage, and the link leads to it."""
    expect(sheet.locator("#download")).to_have_attribute("href", re.compile(f"{re.escape(address)}$"))
    expect(sheet.locator("#preview-picture img")).to_have_attribute(
        "src", re.compile(f"{re.escape(address)}$")
    )


def _bytes_shown(sheet: Locator) -> bytes:
    """What a visitor would download."""
    return sheet.page.request.get(sheet.locator("#download").get_attribute("href") or "").body()


def _slide(sheet: Locator, name: str, *values: int) -> None:
    """Turn a slider from value to value, faster than any frame."""
    sheet.get_by_label(name, exact=True).evaluate(
        """(slider, values) => values.forEach((value) => {
            slider.value = value;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        })""",
        list(values),
    )


def _orders(page: Page) -> list[dict[str, Any]]:
    """The orders that the page sends from now on."""
    orders: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if ORDERS.search(request.url):
            orders.append(json.loads(request.post_data or ""))

    page.on("request", note)
    return orders


def _refuse(page: Page, status: int, code: str, detail: str = "", **headers: str) -> None:
    """Let the next order be refused."""
    problem = {"status": status, "code": code, "title": "No", "detail": detail}
    page.route(ORDERS, lambda route: route.fulfill(status=status, json=problem, headers=headers), times=1)


# ---- what is shown -----------------------------------------------------------------------------------------


def test_every_effect_has_a_control_for_each_of_its_options(page: Page, photo: bytes) -> None:
    _made(page, photo, EFFECTS[0]).click()
    registry = describe_effects()
    common = {option["name"] for option in registry["options"]} - {"max_bytes"}
    for effect in registry["effects"]:
        sheet = page.get_by_role("dialog", name=effect["name"])
        expect(sheet).to_be_visible()
        named = sheet.locator("#option-controls [name]").evaluate_all(
            "inputs => inputs.map(({ name }) => name)"
        )
        assert set(named) == common | {param["name"] for param in effect["params"]}
        sheet.get_by_role("button", name="Next GIF").click()


def test_a_slider_says_its_unit(sheet: Locator) -> None:
    duration = sheet.get_by_label("Duration", exact=True)
    expect(duration).to_have_attribute("aria-valuetext", "2.4 seconds")
    duration.press("ArrowRight")
    expect(duration).to_have_attribute("aria-valuetext", "2.5 seconds")
    expect(sheet.locator(".value").filter(has_text="2.5 s")).to_be_visible()


def test_size_and_pixels_and_frames_and_length_are_said(sheet: Locator) -> None:
    facts = sheet.locator("#preview-facts")
    size = len(_bytes_shown(sheet)) / 1000
    expect(facts).to_contain_text(f"{max(1, round(size))} KB")
    expect(facts).to_contain_text("120 \xd7 80")
    frames = sheet.locator("#preview-frames line")
    expect(facts).to_contain_text(f"Frames{frames.count() - 1}")
    expect(facts).to_contain_text("2.4 s")


def test_what_was_given_up_is_said(page: Page, photo: bytes) -> None:
    def note(route: Route) -> None:
        answer = route.fetch()
        status = answer.json()
        for gif in status["gifs"]:
            gif["note"] = {"calmed": False, "given_up": ["96 colours instead of 256"]}
        route.fulfill(response=answer, json=status)

    page.route_web_socket(LIVE, lambda socket: socket.close())
    page.route(re.compile(r"/v1/photos[/?]"), note)
    expect(_opened(page, photo).get_by_text("96 colours instead of 256")).to_be_visible()


def test_a_gif_that_is_not_made_yet_can_be_stepped_to_and_not_downloaded(sheet: Locator) -> None:
    page = sheet.page
    sheet.get_by_role("button", name="Next GIF").click()
    waiting = page.get_by_role("dialog", name=EFFECTS[EFFECTS.index("glitch") + 1])
    expect(waiting.get_by_role("status")).to_have_text("Making your GIF")
    expect(waiting.get_by_role("link")).to_have_count(0)
    waiting.get_by_role("button", name="Previous GIF").click()
    _shows(sheet, "/size=360/glitch.gif")


# ---- a change ----------------------------------------------------------------------------------------------


def test_a_change_makes_another_gif_without_another_upload(sheet: Locator) -> None:
    before = _bytes_shown(sheet)
    sent: list[str] = []
    sheet.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    _slide(sheet, "Strength", 90)
    _shows(sheet, "/size=360,strength=90/glitch.gif")
    assert _bytes_shown(sheet) != before
    assert [bool(ORDERS.search(url)) for url in sent] == [True]
    expect(sheet.get_by_role("status")).to_have_text("glitch is ready")


def test_of_three_quick_changes_only_the_last_is_made(sheet: Locator) -> None:
    orders = _orders(sheet.page)
    _slide(sheet, "Strength", 60, 70, 80)
    _shows(sheet, "/size=360,strength=80/glitch.gif")
    assert orders == [{"effect": "glitch", "size": "360", "strength": "80"}]


def test_of_three_changes_whose_answers_overtake_each_other_only_the_last_is_shown(
    sheet: Locator, server: Server
) -> None:
    page = sheet.page
    held: list[Route] = []
    page.route(ORDERS, lambda route: held.append(route))
    sheet.locator("#preview-picture").evaluate(
        """stage => {
            window.seen = [];
            const note = () => seen.push(stage.firstElementChild?.src);
            new MutationObserver(note).observe(stage, { childList: true });
        }"""
    )
    for count, strength in enumerate((60, 70, 80), 1):
        _slide(sheet, "Strength", strength)
        while len(held) < count:
            page.wait_for_timeout(10)
    for route in reversed(held):
        with page.expect_response(ORDERS):
            route.continue_()
    _shows(sheet, "/size=360,strength=80/glitch.gif")
    assert {gif["state"] for gif in server.finished(photo_id(page))["gifs"]} == {"ready"}
    seen = page.evaluate("seen")
    assert [urlsplit(url).path.split("/")[3] for url in seen] == ["size=360,strength=80"]
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("/size=360,strength=80/"))


def test_the_old_gif_stays_and_its_ruler_is_empty_until_the_new_one_is_there(sheet: Locator) -> None:
    held: list[Route] = []
    sheet.page.route(ORDERS, lambda route: held.append(route))
    _slide(sheet, "Strength", 90)
    expect(sheet.get_by_role("status")).to_have_text("Making your GIF")
    while not held:
        sheet.page.wait_for_timeout(10)
    _shows(sheet, "/size=360/glitch.gif")
    expect(sheet.locator("#preview-frames")).to_have_attribute("data-loading", "")
    held.pop().continue_()
    _shows(sheet, "/size=360,strength=90/glitch.gif")
    expect(sheet.locator("#preview-frames")).not_to_have_attribute("data-loading", "")


def test_what_is_not_what_the_controls_say_cannot_be_downloaded_or_linked_to(sheet: Locator) -> None:
    held: list[Route] = []
    sheet.page.route(ORDERS, lambda route: held.append(route))
    _slide(sheet, "Strength", 90)
    actions = sheet.locator(".gif-actions > :not([hidden], [data-action=delete])")
    expect(actions).to_have_count(2)
    for action in actions.all():
        expect(action).to_have_js_property("inert", value=True)
    expect(sheet.get_by_role("status")).to_have_text("Making your GIF")
    while not held:
        sheet.page.wait_for_timeout(50)
    held[0].continue_()
    _shows(sheet, "/size=360,strength=90/glitch.gif")
    for action in actions.all():
        expect(action).to_have_js_property("inert", value=False)


def test_an_answer_that_comes_after_the_push_takes_no_gif_back(sheet: Locator, server: Server) -> None:
    page = sheet.page

    def answer_late(route: Route) -> None:
        answer = route.fetch()
        status = answer.json()
        server.finished(status["id"])
        time.sleep(1)  # by then the push has come
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
    _slide(sheet, "Strength", 90)
    _shows(sheet, "/size=360,strength=90/glitch.gif")
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("strength=90"))
    assert page.evaluate("[...states]") == ["ready"]


def test_a_change_that_was_not_sent_when_the_sheet_closed_is_made(sheet: Locator) -> None:
    _slide(sheet, "Strength", 90)
    sheet.press("Escape")
    picture = card(sheet.page, "glitch").locator("img")
    expect(picture).to_have_attribute("src", re.compile("/size=360,strength=90/glitch.gif$"))


def test_the_die_rolls_another_seed_and_the_same_seed_makes_the_same_gif(sheet: Locator) -> None:
    seed = sheet.get_by_label("Seed", exact=True)
    first = _bytes_shown(sheet)
    sheet.get_by_role("button", name="Roll a new seed").click()
    rolled = seed.input_value()
    assert rolled != "1"
    _shows(sheet, f"/seed={rolled},size=360/glitch.gif")
    assert _bytes_shown(sheet) != first
    pips = [1, 2, 3, 4, 5, 6][int(rolled) % 6]
    expect(sheet.locator(".dice-icon circle")).to_have_count(pips)
    seed.fill("1")
    _shows(sheet, "/size=360/glitch.gif")
    assert _bytes_shown(sheet) == first


def test_a_number_that_is_no_seed_is_not_sent(sheet: Locator) -> None:
    orders = _orders(sheet.page)
    seed = sheet.get_by_label("Seed", exact=True)
    for wrong in ("", "10000", "-1", "1.5"):
        seed.fill(wrong)
    seed.press("Tab")
    expect(seed).to_have_value("1")
    _slide(sheet, "Strength", 51)
    _shows(sheet, "/size=360,strength=51/glitch.gif")
    assert orders == [{"effect": "glitch", "size": "360", "strength": "51"}]


def test_a_place_brings_its_size_and_says_whether_it_fits(sheet: Locator) -> None:
    sheet.get_by_label("Made for").select_option("whatsapp-sticker")
    _shows(sheet, "/for=whatsapp-sticker/glitch.webp")
    expect(sheet.locator(".value").filter(has_text="512 px")).to_be_visible()
    expect(sheet.get_by_role("radio", name="Square")).to_be_checked()
    expect(sheet.get_by_role("radio", name="WebP")).to_be_checked()
    expect(sheet.get_by_text(re.compile(r"^Fits: \d+ KB of 500 KB$"))).to_be_visible()
    expect(sheet.locator("#preview-facts")).to_contain_text("512 \xd7 512")
    expect(sheet.locator("#download")).to_have_text("Download WebP")
    sheet.get_by_label("Made for").select_option("anywhere")
    _shows(sheet, "/size=360/glitch.gif")
    expect(sheet.get_by_text("Fits:")).to_have_count(0)


def test_away_from_a_place_all_is_as_it_was_before(sheet: Locator) -> None:
    _slide(sheet, "Size", 100)
    _shows(sheet, "/size=100/glitch.gif")
    sheet.get_by_label("Made for").select_option("slack-emoji")
    _shows(sheet, "/for=slack-emoji/glitch.gif")
    sheet.get_by_label("Made for").select_option("github")
    _shows(sheet, "/for=github/glitch.gif")
    sheet.get_by_label("Made for").select_option("anywhere")
    _shows(sheet, "/size=100/glitch.gif")


def test_no_size_is_offered_that_the_place_or_the_photo_has_not(sheet: Locator) -> None:
    size = sheet.get_by_label("Size", exact=True)
    expect(size).to_have_attribute("max", "120")  # of the photo
    sheet.get_by_label("Made for").select_option("slack-emoji")
    expect(size).to_have_attribute("max", "128")
    sheet.get_by_label("Made for").select_option("whatsapp-sticker")
    expect(size).to_have_attribute("min", "512")
    expect(size).to_have_attribute("max", "512")


# ---- what goes wrong ---------------------------------------------------------------------------------------


def test_a_value_that_a_place_does_not_take_is_said_and_can_be_taken_back(sheet: Locator) -> None:
    sheet.get_by_label("Made for").select_option("slack-emoji")
    _shows(sheet, "/for=slack-emoji/glitch.gif")
    with sheet.page.expect_response(ORDERS) as answer:
        sheet.get_by_role("radio", name="None").check()
    assert answer.value.status == 400
    words = answer.value.json()["detail"]
    expect(sheet.get_by_role("status")).to_have_text(f"{words} You still see the previous GIF.")
    sheet.get_by_role("button", name="Undo the change").click()
    expect(sheet.get_by_role("radio", name="Square")).to_be_checked()
    _shows(sheet, "/for=slack-emoji/glitch.gif")
    expect(sheet.get_by_role("button", name="Undo the change")).to_have_count(0)


def test_a_photo_that_was_changed_too_often_says_what_to_do(sheet: Locator) -> None:
    _refuse(sheet.page, 409, "too_many_orders", "64 orders of one photo are the most. Send the photo again.")
    _slide(sheet, "Strength", 90)
    expect(sheet.get_by_role("status")).to_contain_text("Send the photo again.")
    sheet.get_by_role("button", name="Undo the change").click()
    expect(sheet.get_by_label("Strength", exact=True)).to_have_value("50")


def test_what_the_server_refuses_for_good_is_said_in_its_words(sheet: Locator) -> None:
    _refuse(sheet.page, 422, "cannot_fit", "It takes at least 300 bytes.")
    _slide(sheet, "Strength", 90)
    expect(sheet.get_by_role("status")).to_contain_text("It takes at least 300 bytes.")
    expect(sheet.get_by_role("button", name="Undo the change")).to_be_visible()


def test_a_busy_server_is_asked_again_by_itself(sheet: Locator) -> None:
    _refuse(sheet.page, 503, "busy", **{"Retry-After": "2"})
    _slide(sheet, "Strength", 90)
    expect(sheet.get_by_role("status")).to_have_text("The server is busy.")
    expect(sheet.get_by_text("Trying again in 2 s.")).to_be_visible()
    _shows(sheet, "/size=360,strength=90/glitch.gif")
    expect(sheet.get_by_text("Trying again")).to_have_count(0)


def test_a_change_goes_on_waiting_for_a_busy_server_when_its_sheet_is_closed(sheet: Locator) -> None:
    page = sheet.page
    _refuse(page, 503, "busy", **{"Retry-After": "600"})
    _slide(sheet, "Strength", 90)
    expect(sheet.get_by_role("button", name="Try now")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("glitch is waiting its turn.")).to_be_visible()
    page.get_by_role("button", name="Try now").click()
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("strength=90"))


def test_a_change_that_is_refused_after_its_sheet_was_closed_says_so(sheet: Locator) -> None:
    page = sheet.page
    _refuse(page, 422, "cannot_fit", "It takes at least 300 bytes.")
    _slide(sheet, "Strength", 90)
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert")).to_contain_text(
        "glitch could not be made. It takes at least 300 bytes."
    )


def test_what_became_of_the_others_is_said_once_the_sheet_is_closed(page: Page, photo: bytes) -> None:
    choose(page, photo)
    card(page, EFFECTS[0]).locator('xpath=self::*[@data-state="ready"]').wait_for()
    card(page, EFFECTS[0]).locator(".card-open").click()
    expect(page.locator("#progress-text")).to_have_text("All fifteen ready")
    page.keyboard.press("Escape")
    expect(page.locator("#status")).to_have_text("All fifteen ready")


def test_nobody_has_to_wait_for_a_busy_server(sheet: Locator) -> None:
    _refuse(sheet.page, 503, "busy", **{"Retry-After": "600"})
    _slide(sheet, "Strength", 90)
    sheet.get_by_role("button", name="Try now").click()
    _shows(sheet, "/size=360,strength=90/glitch.gif")


def test_a_change_meanwhile_ends_the_waiting(sheet: Locator) -> None:
    _refuse(sheet.page, 503, "busy", **{"Retry-After": "600"})
    _slide(sheet, "Strength", 90)
    expect(sheet.get_by_role("button", name="Try now")).to_be_visible()
    _slide(sheet, "Strength", 80)
    _shows(sheet, "/size=360,strength=80/glitch.gif")
    expect(sheet.get_by_role("button", name="Try now")).to_have_count(0)


def test_a_server_that_does_not_answer_is_asked_again_when_told_to(sheet: Locator) -> None:
    sheet.page.route(ORDERS, lambda route: route.abort(), times=1)
    _slide(sheet, "Strength", 90)
    expect(sheet.get_by_role("status")).to_contain_text("Your connection may be down")
    sheet.get_by_role("button", name="Try again").click()
    _shows(sheet, "/size=360,strength=90/glitch.gif")


def _fail(page: Page, code: str, detail: str) -> None:
    """Let what is ordered next fail: no photo makes a real effect do so."""

    def rewrite(route: Route) -> None:
        answer = route.fetch()
        status = answer.json()
        for gif in status["gifs"]:
            if gif["options"] == "size=360,strength=90":
                problem = {"code": code, "title": "Not made", "detail": detail}
                gif.update(state="failed", url=None, bytes=None, problem=problem)
        route.fulfill(response=answer, json=status)

    page.route(ORDERS, rewrite, times=1)


def test_a_gif_that_got_stuck_says_why_and_is_made_again(page: Page, photo: bytes) -> None:
    page.route_web_socket(LIVE, lambda socket: socket.close())
    sheet = _opened(page, photo)
    _fail(page, "render_failed", "glitch took too long and was stopped.")
    _slide(sheet, "Strength", 90)
    expect(sheet.get_by_role("status")).to_contain_text("glitch took too long and was stopped.")
    _shows(sheet, "/size=360/glitch.gif")
    sheet.get_by_role("button", name="Try again").click()
    _shows(sheet, "/size=360,strength=90/glitch.gif")


def test_a_gif_that_does_not_fit_says_why_and_can_be_taken_back(page: Page, photo: bytes) -> None:
    page.route_web_socket(LIVE, lambda socket: socket.close())
    sheet = _opened(page, photo)
    _fail(page, "cannot_fit", "It takes at least 300 bytes.")
    _slide(sheet, "Strength", 90)
    expect(sheet.get_by_role("status")).to_contain_text("It takes at least 300 bytes.")
    sheet.get_by_role("button", name="Undo the change").click()
    expect(sheet.get_by_label("Strength", exact=True)).to_have_value("50")
    _shows(sheet, "/size=360/glitch.gif")


def test_a_gif_that_does_not_arrive_can_be_fetched_again(sheet: Locator) -> None:
    page = sheet.page
    page.route("**/size=360,strength=90/glitch.gif", lambda route: route.abort())
    _slide(sheet, "Strength", 90)
    expect(sheet.get_by_role("status")).to_contain_text("could not be loaded")
    page.unroute("**/size=360,strength=90/glitch.gif")
    sheet.get_by_role("button", name="Try again").click()
    _shows(sheet, "/size=360,strength=90/glitch.gif")


# ---- keyboard and focus ------------------------------------------------------------------------------------


def test_all_of_it_can_be_done_with_the_keyboard(page: Page, photo: bytes) -> None:
    opener = _made(page, photo, "shake")
    opener.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="shake")
    expect(sheet.get_by_role("heading", name="shake")).to_be_focused()
    strength = sheet.get_by_label("Strength", exact=True)
    for _ in range(6):
        page.keyboard.press("Tab")
        if strength.evaluate("slider => slider === document.activeElement"):
            break
    expect(strength).to_be_focused()
    page.keyboard.press("ArrowRight")
    _shows(sheet, "/size=360,strength=51/shake.gif")
    expect(strength).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(opener).to_be_focused()


def test_focus_goes_back_to_the_card_that_was_shown_last(sheet: Locator) -> None:
    page = sheet.page
    sheet.get_by_role("button", name="Next GIF").click()
    after = page.get_by_role("dialog", name=EFFECTS[EFFECTS.index("glitch") + 1])
    after.get_by_role("button", name="Close").click()
    expect(after).to_have_count(0)
    expect(card(page, EFFECTS[EFFECTS.index("glitch") + 1]).locator(".card-open")).to_be_focused()


def test_after_the_last_gif_comes_the_first(page: Page, photo: bytes) -> None:
    _opened(page, photo, EFFECTS[0]).get_by_role("button", name="Previous GIF").click()
    last = page.get_by_role("dialog", name=EFFECTS[-1])
    last.get_by_role("button", name="Next GIF").click()
    expect(page.get_by_role("dialog", name=EFFECTS[0])).to_be_visible()


def test_a_click_beside_the_sheet_closes_it(sheet: Locator) -> None:
    sheet.page.mouse.click(5, 450)
    expect(sheet).to_have_count(0)


def test_words_that_are_selected_to_beyond_the_sheet_leave_it_open(sheet: Locator) -> None:
    box = sheet.locator("#command").bounding_box()
    assert box is not None
    mouse = sheet.page.mouse
    mouse.move(box["x"] + 20, box["y"] + 10)
    mouse.down()
    mouse.move(5, 450, steps=5)
    mouse.up()
    expect(sheet).to_be_visible()


# ---- commands, links, files --------------------------------------------------------------------------------


@pytest.fixture
def reader(page: Page) -> Callable[[], str]:
    """Lets the page copy, and reads what it has copied."""
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
def test_both_commands_make_the_bytes_that_the_page_shows(
    page: Page, photo: bytes, reader: Callable[[], str], tmp_path: Path, name: str
) -> None:
    sheet = _opened(page, photo, name=name)
    _slide(sheet, "Strength", 90)
    _slide(sheet, "Seed", 7)
    _slide(sheet, "Size", 100)
    sheet.get_by_label("Yes", exact=True).check()
    _shows(sheet, "/calm=yes,seed=7,size=100,strength=90/glitch.gif")
    shown = _bytes_shown(sheet)
    for kind in ("gifmill", "curl"):
        sheet.get_by_label(kind, exact=True).check()
        sheet.get_by_role("button", name="Copy as command").click()
        expect(sheet.get_by_role("status")).to_have_text("Command copied")
        folder = tmp_path / kind
        folder.mkdir()
        (folder / name).write_bytes(photo)
        _run(reader(), folder)
        made = folder / (sheet.locator("#download").get_attribute("download") or "")
        assert made.read_bytes() == shown


def test_the_commands_of_a_place_make_its_file(
    page: Page, photo: bytes, reader: Callable[[], str], tmp_path: Path
) -> None:
    sheet = _opened(page, photo)
    sheet.get_by_label("Made for").select_option("twitch")
    _slide(sheet, "Size", 120)
    _shows(sheet, "/for=twitch,size=120/glitch.gif")
    for kind in ("gifmill", "curl"):
        sheet.get_by_label(kind, exact=True).check()
        sheet.get_by_role("button", name="Copy as command").click()
        expect(sheet.get_by_role("status")).to_have_text("Command copied")
        (tmp_path / "cat.jpg").write_bytes(photo)
        _run(reader(), tmp_path)
        assert (tmp_path / "cat-glitch.gif").read_bytes() == _bytes_shown(sheet)
        (tmp_path / "cat-glitch.gif").unlink()


def test_no_name_of_a_file_becomes_keys_that_are_pressed(page: Page, photo: bytes) -> None:
    sheet = _opened(page, photo, name="cat\x03\nreboot\n.jpg")
    expect(sheet.locator("#command")).to_have_text("gifmill make photo.jpg -e glitch --size 360")


def test_a_page_without_a_clipboard_copies_all_the_same(
    page: Page, photo: bytes, reader: Callable[[], str]
) -> None:
    page.add_init_script("delete Clipboard.prototype.writeText")
    page.reload()
    sheet = _opened(page, photo)
    sheet.get_by_role("button", name="Copy as command").click()
    expect(sheet.get_by_role("status")).to_have_text("Command copied")
    assert reader() == "gifmill make cat.jpg -e glitch --size 360"


def test_a_copied_link_opens_the_same_sheet_elsewhere(
    browser: Browser, server: Server, sheet: Locator, reader: Callable[[], str]
) -> None:
    _slide(sheet, "Strength", 90)
    _shows(sheet, "/size=360,strength=90/glitch.gif")
    sheet.get_by_role("button", name="Copy link").click()
    expect(sheet.get_by_role("status")).to_have_text("Link copied")
    with visiting(browser, server) as elsewhere:
        elsewhere.goto(reader())
        there = elsewhere.get_by_role("dialog", name="glitch")
        _shows(there, "/size=360,strength=90/glitch.gif")
        expect(there.get_by_label("Strength", exact=True)).to_have_value("90")
        there.press("Escape")
        expect(card(elsewhere, "glitch").locator(".card-open")).to_be_focused()


def test_back_closes_the_sheet_and_forward_opens_it(sheet: Locator) -> None:
    page = sheet.page
    _slide(sheet, "Strength", 90)
    _shows(sheet, "/size=360,strength=90/glitch.gif")
    page.go_back()
    expect(sheet).to_have_count(0)
    expect(card(page, "glitch").locator("img")).to_have_attribute("src", re.compile("/size=360,strength=90/"))
    page.go_forward()
    _shows(sheet, "/size=360,strength=90/glitch.gif")


def test_the_download_is_the_file_on_the_stage_named_as_on_its_card(sheet: Locator) -> None:
    with sheet.page.expect_download() as download:
        sheet.get_by_role("link", name="Download GIF").click()
    assert download.value.suggested_filename == "cat-glitch.gif"
    assert download.value.path().read_bytes() == _bytes_shown(sheet)


def test_the_photo_is_deleted_from_the_sheet_once_that_is_confirmed(sheet: Locator, server: Server) -> None:
    page, photo = sheet.page, f"/v1/photos/{photo_id(sheet.page)}"
    sheet.get_by_role("button", name="Delete", exact=True).click()
    expect(sheet.get_by_text("Delete the photo and all its GIFs?")).to_be_visible()
    assert server.client.get(photo).status_code == 200
    sheet.get_by_role("button", name="Delete now").click()
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_visible()
    expect(sheet).to_be_hidden()
    assert server.client.get(photo).status_code == 404


def test_a_photo_that_could_not_be_deleted_says_so_in_the_sheet(sheet: Locator, server: Server) -> None:
    page, photo = sheet.page, f"/v1/photos/{photo_id(sheet.page)}"
    problem = {"code": "store_failed", "title": "The store does not answer", "detail": "Try again later."}
    page.route(
        f"**{photo}",
        lambda route: route.fulfill(status=503, json=problem, content_type="application/problem+json"),
    )
    sheet.get_by_role("button", name="Delete", exact=True).click()
    sheet.get_by_role("button", name="Delete now").click()
    expect(sheet.get_by_text("Nothing was deleted.")).to_be_visible()
    page.unroute(f"**{photo}")
    sheet.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_visible()
    assert server.client.get(photo).status_code == 404


def test_there_is_no_share_button_where_there_is_nothing_to_share_with(page: Page, photo: bytes) -> None:
    page.add_init_script("delete Navigator.prototype.canShare")
    page.reload()
    expect(_opened(page, photo).get_by_role("button", name="Share")).to_have_count(0)


def test_what_is_shared_is_the_file(page: Page, photo: bytes) -> None:
    page.add_init_script(
        """Navigator.prototype.canShare = ({ files }) => files.length === 1;
        Navigator.prototype.share = async ({ files: [file] }) => {
            window.shared = [file.name, file.type, file.size];
        };"""
    )
    page.reload()
    sheet = _opened(page, photo)
    sheet.get_by_role("button", name="Share").click()
    page.wait_for_function("window.shared")
    assert page.evaluate("shared") == ["cat-glitch.gif", "image/gif", len(_bytes_shown(sheet))]


# ---- looks -------------------------------------------------------------------------------------------------


@pytest.fixture
def calm_page(browser: Browser, server: Server) -> Iterator[Page]:
    with visiting(browser, server, reduced_motion="reduce") as opened:
        yield opened


def test_with_reduced_motion_the_sheet_is_still_until_it_is_asked_to_play(
    calm_page: Page, photo: bytes
) -> None:
    _made(calm_page, photo, "glitch").click()
    sheet = calm_page.get_by_role("dialog", name="glitch")
    expect(sheet.locator("#preview-picture canvas")).to_be_visible()
    sheet.get_by_role("button", name="Play").click()
    _shows(sheet, "/size=360/glitch.gif")
    sheet.get_by_role("button", name="Pause").click()
    expect(sheet.locator("#preview-picture canvas")).to_be_visible()


def test_the_sheet_can_be_paused_by_itself(sheet: Locator) -> None:
    sheet.get_by_role("button", name="Pause").click()
    expect(sheet.locator("#preview-picture canvas")).to_be_visible()
    _slide(sheet, "Strength", 90)
    expect(sheet.get_by_role("status")).to_have_text("glitch is ready")
    expect(sheet.locator("#preview-picture canvas")).to_be_visible()


_AXE = files("axe_playwright_python") / "axe.min.js"


def _check(page: Page) -> None:
    page.evaluate(_AXE.read_text())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run().then((results) => results.violations)")
        assert found == [], json.dumps(found, indent=1)[:4000]


def test_axe_finds_nothing_in_the_sheet(sheet: Locator) -> None:
    _check(sheet.page)


def test_axe_finds_nothing_where_something_went_wrong(sheet: Locator) -> None:
    _refuse(sheet.page, 503, "busy", **{"Retry-After": "600"})
    sheet.get_by_label("Made for").select_option("slack-emoji")
    expect(sheet.get_by_role("button", name="Try now")).to_be_visible()
    _check(sheet.page)


@pytest.mark.parametrize("width", [320, 360, 768])
def test_the_sheet_never_scrolls_sideways(page: Page, photo: bytes, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    sheet = _opened(page, photo)
    sheet.get_by_label("curl", exact=True).check()
    body = sheet.locator(".dialog-body")
    assert body.evaluate("body => body.scrollWidth - body.clientWidth") == 0
    assert sheet.evaluate("sheet => sheet.scrollWidth") <= width
