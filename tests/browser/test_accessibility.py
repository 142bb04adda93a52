"""Accessibility and layout of each state, from 320 to 3840 px, in light and dark; motion; touch targets."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.dialog_states import DIALOG_STATES, dialog_open
from tests.browser.states import STATES, Sample, photos_of_device, removal_question, strip
from tests.browser.steps import (
    ALL_READY,
    EFFECTS,
    expect_count,
    expect_gifs,
    scroll_through_cards,
    show_photo,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page
    from tests.servers import Server

_AXE = files("axe_playwright_python") / "axe.min.js"
_SIZES = {320: 640, 360: 740, 768: 1024, 1440: 900, 3840: 2160}

_SCHEMES: dict[int, tuple[Literal["light", "dark"], ...]] = {
    360: ("light", "dark"),
    768: ("light",),
    1440: ("dark",),
}
"""Colour schemes that axe checks at each width. Not every combination is needed: axe checks elements and
colours, and each layout has all of them."""

_OVERFLOWING = """() => [document.documentElement]
  .concat(...document.querySelectorAll("dialog[open], dialog[open] *"))
  .filter((element) => !["visible", "clip"].includes(getComputedStyle(element).overflowX)
    || !element.parentElement)
  .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
  .map((element) => element.id || element.className || element.tagName)"""
"""Return the names of elements that scroll horizontally: the page, and parts of an open dialog."""


def overflowing(page: Page) -> list[str]:
    """Return the elements that scroll horizontally, except commands, which may, and invisible texts."""
    found: list[str] = page.evaluate(_OVERFLOWING)
    return [name for name in found if name not in ("command", "CODE", "visually-hidden")]


@pytest.mark.parametrize("reach", [*STATES, *DIALOG_STATES], ids=lambda reach: reach.__name__)
def test_axe_passes_and_nothing_overflows_in_each_state(
    page: Page, sample: Sample, reach: Callable[[Page, Sample], None]
) -> None:
    """Check light and dark schemes, each layout, and text from right to left."""
    reach(page, sample)
    page.evaluate(_AXE.read_text())
    for width, height in _SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert overflowing(page) == [], width
        for scheme in _SCHEMES.get(width, ()):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("axe.run().then((results) => results.violations)")
            assert found == [], f"{width} px, {scheme}: {json.dumps(found, indent=1)[:4000]}"
    page.evaluate("document.documentElement.dir = 'rtl'")
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": _SIZES[width]})
        assert overflowing(page) == [], f"{width}, from right to left"


def test_a_phone_shows_the_photo_button_without_scrolling(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    button = page.get_by_role("button", name="Choose a photo").bounding_box()
    assert button is not None
    assert button["y"] + button["height"] < 740


def test_touch_targets_are_large_enough(page: Page, sample: Sample) -> None:
    """Links in running text are exempt. Source: WCAG 2.2, success criterion 2.5.8 (24 px)."""
    page.set_viewport_size({"width": 360, "height": 740})
    dialog_open(page, sample)
    small = page.locator("button:visible, select:visible, input:visible, .button:visible").evaluate_all(
        """elements => elements
            .filter((element) => element.type !== "radio")
            .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
            .filter(([, { width, height }]) => width < 24 || height < 24)"""
    )
    assert small == []


def test_all_buttons_are_44_px_high_for_a_finger(browser: Browser, server: Server, sample: Sample) -> None:
    """Source: WCAG 2.2, success criterion 2.5.5."""
    with visiting(browser, server, has_touch=True, is_mobile=True) as page:
        removal_question(page, sample)
        heights = page.locator(".button:visible").evaluate_all(
            "buttons => buttons.map((button) => button.getBoundingClientRect().height)"
        )
    assert min(heights) >= 44


def under(page: Page, x: float, y: float) -> str:
    """Return the class of the button at a point of the viewport."""
    script = "([x, y]) => document.elementFromPoint(x, y).closest('button')?.className"
    name: str = page.evaluate(script, [x, y])
    return name


def test_the_button_that_removes_a_photo_is_44_px_wide_for_a_finger(page: Page, sample: Sample) -> None:
    """Source: WCAG 2.2, success criterion 2.5.5."""
    photos_of_device(page, sample)
    remove = page.locator(".photo-tile-remove").last.bounding_box()
    assert remove is not None
    assert (remove["width"], remove["height"]) == (44, 44)
    middle = (remove["x"] + 22, remove["y"] + 22)
    for across, down in ((0, 0), (-20, 0), (0, -20), (0, 20), (20, 0)):
        assert under(page, middle[0] + across, middle[1] + down) == "photo-tile-remove"


def test_the_centre_of_a_photo_in_the_strip_opens_it(page: Page, sample: Sample) -> None:
    strip(page, sample)
    for picture in page.locator("#photo-strip .photo-tile-picture").all():
        box = picture.bounding_box()
        assert box is not None
        shown = under(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        assert shown == "photo-tile-open"


def test_dark_mode_has_other_colours(page: Page) -> None:
    def colours() -> list[str]:
        script = "body => [getComputedStyle(body).backgroundColor, getComputedStyle(body).color]"
        found: list[str] = page.locator("body").evaluate(script)
        return found

    light = colours()
    page.emulate_media(color_scheme="dark")
    dark = colours()
    assert all(before != after for before, after in zip(light, dark, strict=True))


def test_reduced_motion_pauses_everything_until_play(page: Page, finished_id: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    assert page.locator("#start-disc .wheel-rotor").evaluate("turn => turn.getAnimations().length") == 0
    page.goto(f"/#photo={finished_id}")
    expect_count(page, ALL_READY)
    scroll_through_cards(page)
    expect(page.locator(".card-picture canvas:not(.mosaic)")).to_have_count(len(EFFECTS))
    page.get_by_role("button", name="Play all").click()
    expect_gifs(page)


def test_paused_gifs_show_their_middle_frame(page: Page, finished_id: str) -> None:
    show_photo(page, finished_id)
    page.get_by_role("button", name="Pause all").click()
    stills = page.locator(".card-picture canvas")
    expect(stills).to_have_count(len(EFFECTS))
    pixels = stills.evaluate_all("stills => stills.map((still) => still.toDataURL())")
    assert len(set(pixels)) == len(EFFECTS)  # the first frames of recursive and cyclic are both the photo
