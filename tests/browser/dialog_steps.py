"""Steps in the GIF dialog: opening it, changing options, and expectations about its preview."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect
from tests.browser.steps import EFFECTS, ORDERS_URL, PHOTOS_URL, card, choose_photo

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request, Route


def open_dialog(page: Page, photo: bytes, effect: str = "glitch", name: str = "cat.jpg") -> Locator:
    """Order and open one GIF of a photo; show all controls and the commands."""
    order_one_gif(page, photo, effect, name).click()
    dialog = page.get_by_role("dialog", name=effect)
    expect_shown(dialog, f"/default/{effect}.gif")
    disclose_all(dialog)
    return dialog


def disclose_all(dialog: Locator) -> None:
    """Open "More" and "For developers"."""
    for summary in dialog.locator("details:not([open]).disclosure > summary").all()[::-1]:
        summary.click()


def order_one_gif(page: Page, photo: bytes, effect: str, name: str = "cat.jpg") -> Locator:
    """Order one GIF; return the button of its card."""
    order_only(page, effect)
    choose_photo(page, photo, name)
    expect(card(page, effect).locator(".card-picture :is(img, canvas:not(.mosaic))")).to_be_visible()
    return card(page, effect).locator(".card-open")


def order_only(page: Page, *effects: str) -> None:
    """Order only these GIFs of the next photo.

    To the page all are pending, so it orders none itself; one that is ready already arrives like any other.
    """

    def order(route: Route) -> None:
        response = route.fetch(
            url=re.sub(r"effects=[^&]*", f"effects={','.join(effects)}", route.request.url)
        )
        status = response.json()
        pending = {**status["gifs"][0], "state": "pending", "url": None, "bytes": None, "note": None}
        status["gifs"] = [{**pending, "effect": effect} for effect in EFFECTS]
        route.fulfill(response=response, json=status)

    page.route(PHOTOS_URL, order)


def expect_shown(dialog: Locator, address: str) -> None:
    """Expect that the preview and the download link have this address."""
    expect(dialog.locator("#download")).to_have_attribute("href", re.compile(f"{re.escape(address)}$"))
    expect(dialog.locator("#preview-picture img")).to_have_attribute(
        "src", re.compile(f"{re.escape(address)}$")
    )


def download_bytes(dialog: Locator) -> bytes:
    """Return the file behind the download link."""
    return dialog.page.request.get(dialog.locator("#download").get_attribute("href") or "").body()


def move_slider(dialog: Locator, name: str, *values: int) -> None:
    """Move a slider from value to value within one frame."""
    dialog.get_by_label(name, exact=True).evaluate(
        """(slider, values) => values.forEach((value) => {
            slider.value = value;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        })""",
        list(values),
    )


def record_orders(page: Page) -> list[dict[str, Any]]:
    """Collect the orders that the page sends from now on."""
    orders: list[dict[str, Any]] = []

    def record(request: Request) -> None:
        if ORDERS_URL.search(request.url):
            orders.append(order_in(request))

    page.on("request", record)
    return orders


def order_in(request: Request) -> dict[str, Any]:
    """Return the order that a request sends."""
    order: dict[str, Any] = json.loads(request.post_data or "")
    return order


def reject_next_order(page: Page, status: int, code: str, detail: str = "", **headers: str) -> None:
    """Answer the next order with an error."""
    problem = {"status": status, "code": code, "title": "No", "detail": detail}
    page.route(ORDERS_URL, lambda route: route.fulfill(status=status, json=problem, headers=headers), times=1)
