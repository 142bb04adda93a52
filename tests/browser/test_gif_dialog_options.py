"""Options in the GIF dialog: undo and reset, calm variants, limits of platforms, points on the photo."""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.dialog_steps import disclose_all, expect_shown, move_slider, open_dialog, record_orders
from tests.browser.page_modules import call

from gifmill.effects import EFFECTS, UserText
from gifmill.rendering.options import Options

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# ---- undo and reset ------------------------------------------------------------------------------------


def test_changes_are_undone_one_by_one(dialog: Locator) -> None:
    move_slider(dialog, "Strength", 90)
    expect_shown(dialog, "/strength=90/glitch.gif")
    move_slider(dialog, "Seed", 7)
    expect_shown(dialog, "/seed=7,strength=90/glitch.gif")
    dialog.get_by_role("button", name="Undo").click()
    expect_shown(dialog, "/strength=90/glitch.gif")
    dialog.get_by_role("button", name="Undo").click()
    expect_shown(dialog, "/default/glitch.gif")
    expect(dialog.get_by_label("Strength", exact=True)).to_have_value("50")
    expect(dialog.get_by_role("button", name="Undo")).to_have_count(0)


def test_reset_returns_to_the_defaults_and_can_be_undone(dialog: Locator) -> None:
    expect(dialog.get_by_role("button", name="Reset")).to_have_count(0)
    move_slider(dialog, "Strength", 90)
    expect_shown(dialog, "/strength=90/glitch.gif")
    dialog.get_by_role("button", name="Reset").click()
    expect_shown(dialog, "/default/glitch.gif")
    expect(dialog.get_by_role("button", name="Reset")).to_have_count(0)
    dialog.get_by_role("button", name="Undo").click()
    expect_shown(dialog, "/strength=90/glitch.gif")


def test_undo_before_the_order_returns_without_one(dialog: Locator) -> None:
    orders = record_orders(dialog.page)
    dialog.get_by_label("Strength", exact=True).evaluate(
        """slider => {
            slider.value = 90;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            document.querySelector("#undo").click();
        }"""
    )
    expect_shown(dialog, "/default/glitch.gif")
    expect(dialog.get_by_label("Strength", exact=True)).to_have_value("50")
    assert orders == []


# ---- calm ----------------------------------------------------------------------------------------------

_CHANGE = """async (_, { effect, values, changes }) => {
    const { loadRegistry } = await import("/registry.js");
    const { changeOption } = await import("/option-changes.js");
    const { formatOptions, withDefaults } = await import("/gif-options.js");
    await loadRegistry();
    let result = { values: withDefaults(effect, values), memory: {} };
    for (const [name, value] of changes) result = changeOption(effect, result, name, value);
    return formatOptions(effect, result.values);
}"""


def test_calm_calms_chosen_values_of_every_effect(page: Page) -> None:
    for effect in EFFECTS:
        params = {param.name: param for param in effect.params if param.name in effect.calm}
        chosen = {name: round(float(str(param.default)) * 1.5, 1) for name, param in params.items()}
        values = {
            name: format(value if name == "duration" else ceil(value), "g") for name, value in chosen.items()
        }
        text = call(page, _CHANGE, effect=effect.name, values=values, changes=[["calm", "yes"]])
        calm = Options.parse(text, [effect]).values(effect)
        for name, value in values.items():
            is_slower = float(str(calm[name])) > float(value)
            assert is_slower == (name == "duration"), (effect.name, name)
            assert str(calm[name]) != value, (effect.name, name)


@pytest.mark.parametrize(
    ("changes", "options"),
    [
        ([["calm", "yes"]], "calm=yes"),
        ([["strength", "81"], ["calm", "yes"]], "calm=yes,strength=32"),
        ([["strength", "81"], ["calm", "yes"], ["calm", "no"]], "strength=81"),
        ([["calm", "yes"], ["strength", "30"], ["calm", "no"]], "strength=75"),
        ([["seed", "7"], ["calm", "yes"]], "calm=yes,seed=7"),
        ([["duration", "10"], ["calm", "yes"]], "calm=yes,duration=10"),
    ],
)
def test_calm_scales_what_was_chosen(page: Page, changes: list[list[str]], options: str) -> None:
    assert call(page, _CHANGE, effect="glitch", values={}, changes=changes) == options


def test_calm_after_other_changes_makes_another_gif(dialog: Locator) -> None:
    move_slider(dialog, "Strength", 90)
    move_slider(dialog, "Duration", 1)
    expect_shown(dialog, "/duration=1,strength=90/glitch.gif")
    dialog.get_by_role("group", name="Calm").get_by_label("Yes").check()
    expect_shown(dialog, "/calm=yes,duration=2.1,strength=36/glitch.gif")
    expect(dialog.get_by_label("Strength", exact=True)).to_have_value("36")


# ---- platforms -----------------------------------------------------------------------------------------


def test_what_a_platform_forbids_is_disabled_and_says_why(dialog: Locator) -> None:
    webp, no_crop = dialog.get_by_role("radio", name="WebP"), dialog.get_by_role("radio", name="None")
    expect(webp).to_be_enabled()
    dialog.get_by_label("Use for").select_option("slack-emoji")
    expect_shown(dialog, "/for=slack-emoji/glitch.gif")
    for forbidden, rule in ((webp, "GIF only"), (no_crop, "Square only")):
        expect(forbidden).to_be_disabled()
        expect(dialog.get_by_text(f"For an emoji in Slack: {rule}.")).to_be_visible()
    expect(dialog.get_by_text("For an emoji in Slack: at most 128 px.")).to_be_visible()
    dialog.get_by_label("Use for").select_option("anywhere")
    expect(webp).to_be_enabled()
    expect(dialog.get_by_text("For an emoji in Slack:")).to_have_count(0)


def test_the_only_size_of_a_platform_cannot_be_changed(dialog: Locator) -> None:
    dialog.get_by_label("Use for").select_option("whatsapp-sticker")
    expect(dialog.get_by_label("Size", exact=True)).to_be_disabled()
    expect(dialog.get_by_text("For a sticker in WhatsApp: 512 px only.")).to_be_visible()


def test_an_emoji_is_also_shown_in_its_true_size(dialog: Locator) -> None:
    expect(dialog.get_by_text("True size")).to_be_hidden()
    dialog.get_by_label("Use for").select_option("slack-emoji")
    expect(dialog.get_by_text("True size")).to_be_visible()
    box = dialog.locator("#true-size img").bounding_box()
    assert box is not None
    side = dialog.locator("#true-size img").evaluate("image => image.naturalWidth")
    assert (box["width"], box["height"]) == (side, side)


# ---- points on the photo -------------------------------------------------------------------------------


def _pick_point(dialog: Locator) -> Locator:
    """Choose the point on the photo; return the handle."""
    dialog.get_by_role("button", name="Choose on the photo").click()
    handle = dialog.get_by_role("slider", name="Point")
    expect(handle).to_be_focused()
    return handle


def test_the_focus_is_set_with_a_tap_on_the_photo(page: Page, photo: bytes) -> None:
    dialog = open_dialog(page, photo, "zoom")
    handle = _pick_point(dialog)
    box = dialog.locator("#point-area").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] * 3 / 4)
    expect(handle).to_have_attribute("aria-valuetext", re.compile("^25% from the left, 75% from the top$"))
    expect(dialog.locator("#download")).to_have_attribute(
        "href", re.compile(r"/focus=0.25\d*,0.7[45]\d*/zoom.gif$")
    )
    dialog.get_by_role("button", name="Done").click()
    expect(handle).to_be_hidden()
    expect(dialog.get_by_label("Focus", exact=True)).to_have_value(re.compile("^0.25.*,0.7"))


def test_only_the_main_button_chooses_a_point(page: Page, photo: bytes) -> None:
    handle = _pick_point(open_dialog(page, photo, "zoom"))
    page.locator("#point-area").click(button="right", position={"x": 5, "y": 5})
    expect(handle).to_have_attribute("aria-valuetext", "Detected subject")


def test_a_pointer_pressed_elsewhere_chooses_no_point(page: Page, photo: bytes) -> None:
    dialog = open_dialog(page, photo, "zoom")
    handle = _pick_point(dialog)
    dialog.locator("#dialog-caption").hover()
    page.mouse.down()
    dialog.locator("#point-area").hover()
    page.mouse.up()
    expect(handle).to_have_attribute("aria-valuetext", "Detected subject")


def test_the_focus_is_moved_with_arrow_keys(page: Page, photo: bytes) -> None:
    dialog = open_dialog(page, photo, "zoom")
    handle = _pick_point(dialog)
    expect(handle).to_have_attribute("aria-valuetext", "Detected subject")
    handle.press("ArrowLeft")
    handle.press("Shift+ArrowDown")
    expect(handle).to_have_attribute("aria-valuetext", "48% from the left, 60% from the top")
    expect(dialog.locator("#download")).to_have_attribute("href", re.compile("/focus=0.48,0.6/zoom.gif$"))
    handle.press("Escape")
    expect(handle).to_be_hidden()
    expect(dialog).to_be_visible()


def test_the_frame_of_a_square_crop_follows_the_point(page: Page, photo: bytes) -> None:
    dialog = open_dialog(page, photo, "shake")
    expect(dialog.get_by_label("Focus", exact=True)).to_be_hidden()  # nothing to centre
    dialog.get_by_role("radio", name="Square").check()
    handle = _pick_point(dialog)
    for _ in range(3):
        handle.press("Shift+ArrowRight")
    frame, area = dialog.locator("#crop-frame").bounding_box(), dialog.locator("#point-area").bounding_box()
    assert frame is not None
    assert area is not None
    assert frame["width"] == pytest.approx(frame["height"], abs=1)
    assert frame["height"] == pytest.approx(area["height"], abs=1)
    assert frame["x"] + frame["width"] == pytest.approx(area["x"] + area["width"], abs=1)
    expect_href = re.compile("/crop=square,focus=0.8,0.5/shake.gif$")
    expect(dialog.locator("#download")).to_have_attribute("href", expect_href)


# ---- captions, background, frame rate, loops -----------------------------------------------------------


def test_a_caption_has_a_place_and_a_style(dialog: Locator) -> None:
    place = dialog.get_by_role("group", name="Caption place")
    expect(place).to_be_hidden()
    dialog.get_by_label("Caption", exact=True).fill("hi")
    place.get_by_label("Top").check()
    encoded = UserText("hi").encoded
    expect_shown(dialog, f"/caption={encoded},caption_place=top/glitch.gif")


def test_a_caption_that_is_too_long_is_not_ordered_and_says_so(dialog: Locator) -> None:
    orders = record_orders(dialog.page)
    field = dialog.get_by_label("Caption", exact=True)
    field.fill("a" * 500)
    expect(dialog.get_by_text("Too long. Shorten the text.")).to_be_visible()
    field.fill("a" * 50)
    expect(dialog.get_by_text("Too long. Shorten the text.")).to_be_hidden()
    expect_shown(dialog, f"/caption={UserText('a' * 50).encoded}/glitch.gif")
    assert [order["caption"] for order in orders] == ["a" * 50]


def test_a_background_has_a_colour(page: Page, photo: bytes) -> None:
    dialog = open_dialog(page, photo, "spin")
    dialog.get_by_label("Background", exact=True).select_option(label="A colour")
    expect_shown(dialog, "/background=ffffff/spin.gif")
    dialog.get_by_label("A colour", exact=True).fill("#ff8800")
    expect_shown(dialog, "/background=ff8800/spin.gif")


def test_the_frame_rate_and_the_repeats_can_be_chosen(dialog: Locator) -> None:
    expect(dialog.locator(".value").filter(has_text="automatic")).to_be_visible()
    move_slider(dialog, "Frame rate", 10)
    dialog.get_by_label("Repeats").select_option(label="twice")
    expect_shown(dialog, "/fps=10,loop=2/glitch.gif")


def test_a_frame_rate_replaces_a_number_of_frames(page: Page) -> None:
    text = call(page, _CHANGE, effect="glitch", values={"frames": "9"}, changes=[["fps", "10"]])
    assert text == "fps=10"


def test_the_controls_of_a_german_visitor_have_meanings(page: Page, photo: bytes) -> None:
    page.goto("/?lang=de")
    dialog = open_dialog(page, photo, "spin")
    disclose_all(dialog)
    expect(dialog.get_by_text("In welche Richtung")).to_be_visible()
