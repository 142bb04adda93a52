"""The GIF dialog: preview, controls, keyboard, focus, motion and accessibility."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.dialog_steps import (
    download_bytes,
    expect_shown,
    move_slider,
    open_dialog,
    order_one_gif,
    reject_next_order,
)
from tests.browser.steps import EFFECTS, ORDERS_URL, card, own_id, photo_id, rewrite_gifs
from tests.card_files import PREVIEW, PREVIEW_OPTIONS

from gifmill.rendering.catalogue import describe_effects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page, Route
    from tests.servers import Server


_WITHOUT_CONTROL = {"frames", "max_bytes"}
"""Common options that only the address of a GIF has: `fps` and the platforms do for people what these do."""


def test_every_effect_has_a_control_for_each_of_its_options(page: Page, photo: bytes) -> None:
    order_one_gif(page, photo, EFFECTS[0]).click()
    registry = describe_effects()
    common = {option["name"] for option in registry["options"]} - _WITHOUT_CONTROL
    params = {effect["name"]: effect["params"] for effect in registry["effects"]}
    for effect in EFFECTS:
        dialog = page.get_by_role("dialog", name=effect)
        expect(dialog).to_be_visible()
        named = dialog.locator("#option-controls [name]").evaluate_all(
            "inputs => inputs.map(({ name }) => name)"
        )
        assert set(named) == common | {param["name"] for param in params[effect]}
        dialog.get_by_role("button", name="Next GIF").click()


def test_a_point_as_focus_is_shown_and_kept(page: Page, photo: bytes) -> None:
    order_one_gif(page, photo, "zoom")
    view, own = photo_id(page), own_id(page)
    page.evaluate(
        """async (id) => {
            const body = JSON.stringify({ effect: "zoom", focus: [0.25, 0.75] });
            const headers = { "Content-Type": "application/json" };
            await fetch(`/v1/photos/${id}/gifs`, { method: "POST", body, headers });
        }""",
        own,
    )
    page.goto(f"/?lang=en#photo={view}&zoom=focus%3D0.25%2C0.75&open=zoom")
    dialog = page.get_by_role("dialog", name="zoom")
    expect(dialog.locator("select[name=focus]")).to_have_value("0.25,0.75")


def test_a_sliders_value_has_its_unit(dialog: Locator) -> None:
    duration = dialog.get_by_label("Duration", exact=True)
    expect(duration).to_have_attribute("aria-valuetext", "2.4 seconds")
    duration.press("ArrowRight")
    expect(duration).to_have_attribute("aria-valuetext", "2.5 seconds")
    expect(dialog.locator(".value").filter(has_text="2.5 s")).to_be_visible()


def test_file_size_pixels_frames_and_length_are_shown(dialog: Locator) -> None:
    facts = dialog.locator("#preview-facts")
    size = len(download_bytes(dialog)) / 1000
    expect(facts).to_contain_text(f"{max(1, round(size))} KB")
    expect(facts).to_contain_text("120 \xd7 80")
    frames = dialog.locator("#preview-frames line")
    expect(facts).to_contain_text(f"Frames{frames.count() - 1}")
    expect(facts).to_contain_text("2.4 s")


def test_reductions_are_shown_and_their_numbers_on_demand(page: Page, photo: bytes) -> None:
    note = {"calmed": False, "given_up": ["96 colours instead of 256"]}
    rewrite_gifs(page, {"glitch": {"note": note}})
    dialog = open_dialog(page, photo)
    dialog.get_by_text("Made to fit: fewer colours.").click()
    expect(dialog.get_by_text("96 colours instead of 256")).to_be_visible()


def test_a_pending_gif_can_be_shown_but_not_downloaded(dialog: Locator) -> None:
    page = dialog.page
    dialog.get_by_role("button", name="Next GIF").click()
    waiting = page.get_by_role("dialog", name=EFFECTS[EFFECTS.index("glitch") + 1])
    expect(waiting.get_by_role("status")).to_have_text("Making your GIF")
    expect(waiting.get_by_role("link")).to_have_count(0)
    waiting.get_by_role("button", name="Previous GIF").click()
    expect_shown(dialog, "/default/glitch.gif")


def test_the_photo_is_shown_until_there_is_a_gif(dialog: Locator) -> None:
    dialog.page.route(ORDERS_URL, lambda _: None)
    dialog.get_by_role("button", name="Next GIF").click()
    expect(dialog.page.get_by_role("dialog").locator("#preview-picture canvas.mosaic")).to_be_visible()


def _tab_to(control: Locator) -> None:
    """Press Tab until a control has the focus."""
    for _ in range(20):
        control.page.keyboard.press("Tab")
        if control.evaluate("control => control === document.activeElement"):
            break
    expect(control).to_be_focused()


def test_the_dialog_works_with_the_keyboard(page: Page, photo: bytes) -> None:
    opener = order_one_gif(page, photo, "shake")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="shake")
    expect(dialog.get_by_role("heading", name="shake")).to_be_focused()
    strength = dialog.get_by_label("Strength", exact=True)
    _tab_to(dialog.locator("#more > summary"))
    page.keyboard.press("Enter")
    _tab_to(strength)
    page.keyboard.press("ArrowRight")
    expect_shown(dialog, "/strength=51/shake.gif")
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
    open_dialog(page, photo, EFFECTS[0]).get_by_role("button", name="Previous GIF").click()
    last = page.get_by_role("dialog", name=EFFECTS[-1])
    last.get_by_role("button", name="Next GIF").click()
    expect(page.get_by_role("dialog", name=EFFECTS[0])).to_be_visible()


def test_a_click_on_the_backdrop_closes_the_dialog(dialog: Locator) -> None:
    dialog.page.mouse.click(5, 450)
    expect(dialog).to_have_count(0)


def test_arrow_keys_go_on_from_a_button_that_waits_for_the_gif(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Copy link").focus()
    for by in (1, 2):
        dialog.page.keyboard.press("ArrowRight")
        following = EFFECTS[EFFECTS.index("glitch") + by]
        expect(dialog.page.get_by_role("dialog", name=following)).to_be_visible()


@pytest.mark.parametrize(("key", "by"), [("ArrowRight", 1), ("ArrowLeft", -1)])
def test_arrow_keys_show_the_next_and_the_previous_gif(dialog: Locator, key: str, by: int) -> None:
    dialog.get_by_role("heading", name="glitch").focus()
    dialog.press(key)
    expect(dialog.page.get_by_role("dialog", name=EFFECTS[EFFECTS.index("glitch") + by])).to_be_visible()


def test_arrow_keys_move_a_slider_that_has_the_focus(dialog: Locator) -> None:
    strength = dialog.get_by_label("Strength", exact=True)
    strength.press("ArrowRight")
    expect(strength).to_have_value("51")
    expect(dialog).to_be_visible()


def test_the_name_and_the_position_of_the_next_gif_are_announced(dialog: Locator) -> None:
    following = EFFECTS[EFFECTS.index("glitch") + 1]
    page = dialog.page
    announced = page.evaluate_handle(
        """() => {
            const texts = [];
            const status = document.querySelector("#dialog-position[aria-live]");
            new MutationObserver(() => texts.push(status.textContent)).observe(status, { childList: true });
            return texts;
        }"""
    )
    dialog.get_by_role("button", name="Next GIF").click()
    expect(page.get_by_role("dialog", name=following)).to_be_visible()
    position = EFFECTS.index(following) + 1
    page.wait_for_function(
        "([texts, text]) => texts.includes(text)",
        arg=[announced, f"{following}, {position} of {len(EFFECTS)}"],
    )


def test_an_opened_dialog_announces_no_position(dialog: Locator) -> None:
    position = EFFECTS.index("glitch") + 1
    expect(dialog.locator("#dialog-position")).to_have_text(f"{position} of {len(EFFECTS)}")


def test_a_change_does_not_move_the_focus_into_the_dialog(dialog: Locator) -> None:
    dialog.page.evaluate("document.activeElement.blur()")  # Safari does not focus what is clicked
    move_slider(dialog, "Strength", 90)
    expect_shown(dialog, "/strength=90/glitch.gif")
    assert dialog.page.evaluate("document.activeElement === document.body")


def test_closing_the_dialog_aborts_no_download_of_a_card(dialog: Locator, server: Server) -> None:
    page, url = dialog.page, f"**/{PREVIEW}/{EFFECTS[0]}.webp"
    small = {**PREVIEW_OPTIONS, "effect": EFFECTS[0]}
    aborted: list[str] = []
    page.on("requestfailed", lambda request: aborted.append(request.url))
    page.route(url, lambda _: None)
    with page.expect_request(url):
        server.client.post(f"/v1/photos/{own_id(page)}/gifs", json=small).raise_for_status()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(card(page, "glitch").locator(".card-open")).to_be_focused()
    assert aborted == []


def _swipe(dialog: Locator, dx: int, dy: int = 0) -> None:
    """Move a finger over the picture."""
    dialog.locator("#preview-picture").evaluate(
        """(picture, [dx, dy]) => {
            const send = (type, x, y) => picture.dispatchEvent(new PointerEvent(type,
                { pointerType: "touch", pointerId: 5, clientX: x, clientY: y, bubbles: true }));
            send("pointerdown", 200, 200);
            send("pointermove", 200 + dx / 2, 200 + dy / 2);
            send("pointerup", 200 + dx, 200 + dy);
        }""",
        [dx, dy],
    )


@pytest.mark.parametrize(("dx", "by"), [(-90, 1), (90, -1)])
def test_a_swipe_shows_the_next_or_the_previous_gif(dialog: Locator, dx: int, by: int) -> None:
    _swipe(dialog, dx)
    expect(dialog.page.get_by_role("dialog", name=EFFECTS[EFFECTS.index("glitch") + by])).to_be_visible()


def test_a_swipe_is_mirrored_where_text_runs_from_right_to_left(dialog: Locator) -> None:
    dialog.page.evaluate("document.documentElement.dir = 'rtl'")
    _swipe(dialog, 90)
    expect(dialog.page.get_by_role("dialog", name=EFFECTS[EFFECTS.index("glitch") + 1])).to_be_visible()


def test_a_movement_up_or_down_is_no_swipe(dialog: Locator) -> None:
    _swipe(dialog, 60, 80)
    expect(dialog).to_be_visible()


def test_the_meaning_of_each_control_is_visible(dialog: Locator) -> None:
    meanings = dialog.locator(".control:visible [id$=-meaning]")
    expect(meanings).to_have_count(dialog.locator(".control:visible").count())
    expect(meanings.filter(has_text="Strength of the effect")).to_be_visible()


def test_more_controls_and_commands_are_shown_on_demand(page: Page, photo: bytes) -> None:
    order_one_gif(page, photo, "glitch").click()
    dialog = page.get_by_role("dialog", name="glitch")
    expect_shown(dialog, "/default/glitch.gif")
    strength, command = dialog.get_by_label("Strength", exact=True), dialog.locator("#command")
    expect(dialog.get_by_label("Size", exact=True)).to_be_visible()
    expect(strength).to_be_hidden()
    expect(command).to_be_hidden()
    dialog.locator("summary").filter(has_text="More").click()
    expect(strength).to_be_visible()
    dialog.locator("summary").filter(has_text="For developers").click()
    expect(command).to_be_visible()


def test_a_text_selection_that_ends_on_the_backdrop_keeps_the_dialog_open(dialog: Locator) -> None:
    box = dialog.locator("#command").bounding_box()
    assert box is not None
    mouse = dialog.page.mouse
    mouse.move(box["x"] + 20, box["y"] + 10)
    mouse.down()
    mouse.move(5, 450, steps=5)
    mouse.up()
    expect(dialog).to_be_visible()


@pytest.fixture
def calm_page(browser: Browser, server: Server) -> Iterator[Page]:
    """The start page with reduced motion."""
    with visiting(browser, server, reduced_motion="reduce") as opened:
        yield opened


def test_reduced_motion_pauses_the_dialog_until_play(calm_page: Page, photo: bytes) -> None:
    order_one_gif(calm_page, photo, "glitch").click()
    dialog = calm_page.get_by_role("dialog", name="glitch")
    expect(dialog.locator("#preview-picture canvas")).to_be_visible()
    dialog.get_by_role("button", name="Play").click()
    expect_shown(dialog, "/default/glitch.gif")
    dialog.get_by_role("button", name="Pause").click()
    expect(dialog.locator("#preview-picture canvas")).to_be_visible()


def test_a_paused_wall_opens_a_card_paused_before_its_gif_arrives(page: Page, photo: bytes) -> None:
    opener = order_one_gif(page, photo, "glitch")
    page.get_by_role("button", name="Pause all").click()
    held: list[Route] = []
    page.route("**/default/glitch.gif", lambda route: held.append(route))
    opener.click()
    dialog = page.get_by_role("dialog", name="glitch")
    expect(dialog.locator("#preview-picture canvas:not(.mosaic)")).to_be_visible()
    dialog.get_by_role("button", name="Play").click()
    expect(dialog.locator("#preview-picture img")).to_be_visible()
    dialog.get_by_role("button", name="Pause").click()
    expect(dialog.locator("#preview-picture canvas")).to_be_visible()


def test_the_dialog_can_be_paused_alone(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Pause").click()
    expect(dialog.locator("#preview-picture canvas")).to_be_visible()
    move_slider(dialog, "Strength", 90)
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
    reject_next_order(dialog.page, 503, "busy", **{"Retry-After": "600"})
    dialog.get_by_label("Use for").select_option("slack-emoji")
    expect(dialog.get_by_role("button", name="Try now")).to_be_visible()
    _expect_no_violations(dialog.page)


@pytest.mark.parametrize("width", [320, 360, 768])
def test_the_dialog_never_overflows(page: Page, photo: bytes, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    dialog = open_dialog(page, photo)
    dialog.get_by_label("curl", exact=True).check()
    body = dialog.locator(".dialog-body")
    assert body.evaluate("body => body.scrollWidth - body.clientWidth") == 0
    assert dialog.evaluate("dialog => dialog.scrollWidth") <= width
