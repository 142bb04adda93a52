from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.steps import (
    CLASSIC,
    LIVE,
    PHOTOS,
    add_notes,
    choose,
    expect_count,
    expect_three_gifs,
    never_answer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


def _start(page: Page, photo: bytes) -> None:  # noqa: ARG001
    expect(page.locator("#start-wheel .window canvas")).to_have_count(15)


def _working(page: Page, photo: bytes) -> None:
    pending = {"options": "default", "state": "pending", "url": None, "bytes": None, "problem": None}
    status = {
        "id": "a" * 26,
        "expires": (datetime.now(UTC) + timedelta(hours=24)).isoformat(),
        "photo": {"width": 120, "height": 80},
        "gifs": [{"effect": effect, **pending} for effect in CLASSIC],
    }
    page.route_web_socket(LIVE, never_answer)
    page.route(PHOTOS, lambda route: route.fulfill(status=202, json=status))
    choose(page, photo)
    expect_count(page, "0 of 3 ready")


def _done(page: Page, photo: bytes) -> None:
    choose(page, photo)
    expect_three_gifs(page)


def _noted(page: Page, photo: bytes) -> None:
    page.get_by_label("Fit for").select_option("slack-emoji")
    add_notes(page)
    choose(page, photo)
    expect_count(page, "All three ready")
    expect(page.get_by_text("Made to fit")).to_be_visible()


def _refused(page: Page, photo: bytes) -> None:  # noqa: ARG001
    choose(page, b"%PDF-1.7", "an invoice with quite a long name, as they come by mail_2026-11-23.pdf")
    expect(page.get_by_role("alert")).to_be_visible()


def _busy(page: Page, photo: bytes) -> None:
    page.route(PHOTOS, lambda route: route.fulfill(status=429, headers={"Retry-After": "99"}, json={}))
    choose(page, photo, "a_photo_with_quite_a_long_name_and_no_blank_in_it_20261123_235959.jpg")
    expect(page.get_by_role("button", name="Try now")).to_be_visible()


def _gone(page: Page, photo: bytes) -> None:  # noqa: ARG001
    page.goto("/#photo=" + "a" * 26)
    expect(page.get_by_role("heading", name="This photo is gone.")).to_be_visible()


_AXE = files("axe_playwright_python") / "axe.min.js"
_STATES = [_start, _working, _done, _noted, _refused, _busy, _gone]
_each_state = pytest.mark.parametrize("reach", _STATES, ids=lambda reach: reach.__name__[1:])


@_each_state
def test_axe_finds_nothing(page: Page, photo: bytes, reach: Callable[[Page, bytes], None]) -> None:
    reach(page, photo)
    page.evaluate(_AXE.read_text())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run().then((results) => results.violations)")
        assert found == [], json.dumps(found, indent=1)[:4000]


@_each_state
def test_a_phone_never_scrolls_sideways(
    page: Page, photo: bytes, reach: Callable[[Page, bytes], None]
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    reach(page, photo)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_dark_mode_has_colours_of_its_own(page: Page) -> None:
    def colours() -> list[str]:
        script = "body => [getComputedStyle(body).backgroundColor, getComputedStyle(body).color]"
        found: list[str] = page.locator("body").evaluate(script)
        return found

    light = colours()
    page.emulate_media(color_scheme="dark")
    dark = colours()
    assert all(before != after for before, after in zip(light, dark, strict=True))


def test_with_reduced_motion_nothing_moves_until_it_is_asked_to(page: Page, photo: bytes) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    assert page.locator("#start-wheel .turn").evaluate("turn => turn.getAnimations().length") == 0
    choose(page, photo)
    expect_count(page, "All three ready")
    expect(page.locator(".card-picture canvas:not(.mosaic)")).to_have_count(3)
    page.get_by_role("button", name="Play all").click()
    expect_three_gifs(page)


def test_paused_gifs_show_a_frame_of_their_middle(page: Page, photo: bytes) -> None:
    choose(page, photo)
    expect_three_gifs(page)
    page.get_by_role("button", name="Pause all").click()
    stills = page.locator(".card-picture canvas")
    expect(stills).to_have_count(3)
    pixels = stills.evaluate_all("stills => stills.map((still) => still.toDataURL())")
    assert len(set(pixels)) == 3  # the first frames of recursive and cyclic are both the photo
