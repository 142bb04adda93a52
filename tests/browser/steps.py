"""Shared steps of browser tests: actions of visitors and expectations about the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from gifmill.effects import PACKS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from playwright.sync_api import Locator, Page, Route, WebSocketRoute

_FIRST = ("bounce", "pat", "shake")
EFFECTS = tuple(dict.fromkeys((*_FIRST, *PACKS["emoji"], *PACKS["classic"], *PACKS["all"])))
"""The effects in the order of the wall: those that move at once first. Source: gif-options.js."""

SAMPLES = Path(__file__).parents[2] / "src/gifmill/page/samples"

PHOTOS_URL = re.compile(r"/v1/photos\?")
STATUS_URL = re.compile(r"/v1/photos/[a-z2-7]{26}$")
ORDERS_URL = re.compile(r"/v1/photos/[a-z2-7]{26}/gifs$")
WEBSOCKET_URL = re.compile(r"/v1/live\?")

ALL_READY = re.compile(r"^All \w+ ready$")
"""The progress once all GIFs are ready, with their number."""


def accept_silently(socket: WebSocketRoute) -> None:
    """Accept a WebSocket and never send a message."""


def answer_changed(route: Route, change: Callable[[dict[str, Any]], None]) -> None:
    """Answer with the server's status, after a change of each of its GIFs."""
    response = route.fetch()
    status = response.json()
    for gif in status["gifs"]:
        change(gif)
    route.fulfill(response=response, json=status)


def answer_pending(route: Route) -> None:
    """Answer with the status as if no GIF were ready."""
    answer_changed(route, lambda gif: gif.update(state="pending", url=None, bytes=None))


def rewrite_gifs(page: Page, changes: Mapping[str, Mapping[str, object]]) -> None:
    """Change some GIFs in the status on its way to the page, and disable push."""

    def rewrite(route: Route) -> None:
        answer_changed(route, lambda gif: gif.update(changes.get(gif["effect"], {})))

    page.route_web_socket(WEBSOCKET_URL, lambda socket: socket.close())
    for address in (PHOTOS_URL, STATUS_URL, ORDERS_URL):  # the first response may contain a finished GIF
        page.route(address, rewrite)


def add_notes(page: Page) -> None:
    """Add notes to two GIFs in the status, as no GIF of the test photo flashes or exceeds its limit."""
    given_up = ["96 colours instead of 256", "12 frames instead of 24"]
    durations = {"requested_ms": 1000, "duration_ms": 1340}
    calmed = {"calmed": True, "given_up": [], **durations, "frames": 24, "softened": 6}
    notes = {"blur": calmed, "recursive": {"calmed": False, "given_up": given_up}}
    rewrite_gifs(page, {effect: {"note": notes.get(effect)} for effect in EFFECTS})


def choose_photo(page: Page, content: bytes, name: str = "cat.jpg", mime: str = "image/jpeg") -> None:
    """Choose a file in the file picker."""
    page.set_input_files("#file", {"name": name, "mimeType": mime, "buffer": content})


def load_gifs_view(page: Page) -> None:
    """Load the modules of photos, as the page does when a visitor is about to choose one."""
    page.locator("#file").dispatch_event("pointerenter")
    page.evaluate(
        """async () => {
            await import("/gifs-view.js");
            const sheets = () => [...document.styleSheets].map(({ href }) => href ?? "");
            const isStyled = () => sheets().some((href) => href.endsWith("/gifs-view.css"));
            while (!isStyled()) await new Promise((resolve) => setTimeout(resolve, 20));
        }"""
    )


def card(page: Page, effect: str) -> Locator:
    """Return the card of an effect."""
    return page.locator(f'.card[data-effect="{effect}"]')


def expect_count(page: Page, text: str | re.Pattern[str]) -> None:
    """Expect the text of the progress, visible and announced."""
    expect(page.locator("#progress-text")).to_have_text(text)
    expect(page.get_by_role("status").filter(has_text=text)).to_have_count(1)


def pass_cards(page: Page) -> None:
    """Scroll through the cards: a GIF is ordered and fetched when its card comes near the viewport."""
    expect(page.locator(".card")).to_have_count(len(EFFECTS))
    page.locator(".card").evaluate_all(
        """async (cards) => {
            const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
            for (const card of cards) {
                card.scrollIntoView({ behavior: "instant", block: "center" });
                await painted();
            }
        }"""
    )


def scroll_through_cards(page: Page, effects: Sequence[str] = EFFECTS) -> None:
    """Scroll to cards of finished GIFs and wait for each GIF: a card that is left before gives it up."""
    for effect in effects:
        card(page, effect).evaluate("card => card.scrollIntoView({ behavior: 'instant', block: 'center' })")
        expect(card(page, effect).locator(".card-picture > :not(.mosaic)")).to_be_visible()


def expect_all_ready(page: Page) -> None:
    """Scroll through the cards, and expect that the GIF of each gets ready."""
    pass_cards(page)
    expect_count(page, ALL_READY)


def expect_gifs(page: Page) -> None:
    """Expect a decoded GIF of each effect, and a button to save or share it."""
    expect_all_ready(page)
    scroll_through_cards(page)
    pictures = page.locator(".card-picture img")
    expect(pictures).to_have_count(len(EFFECTS))
    for picture in pictures.all():
        expect(picture).to_have_js_property("complete", value=True)
    widths = pictures.evaluate_all("pictures => pictures.map(({ naturalWidth }) => naturalWidth)")
    assert min(widths) > 0
    expect(page.locator(".card-send:visible")).to_have_count(len(EFFECTS))


def delete_photo(page: Page) -> None:
    """Delete the shown photo, in the menu of a phone or beside the wall."""
    menu = page.locator("#photo-menu-button")
    if menu.is_visible():
        menu.click()
    page.locator("#delete-photo").click()
    page.locator("#delete-now").click()


def expect_accepted(page: Page) -> None:
    """Expect that the server has accepted the photo."""
    expect(page.locator("#progress-text")).to_have_text(re.compile(r"\d ready"))


def show_photo(page: Page, finished_id: str) -> None:
    """Open the address of a photo whose GIFs are ready."""
    page.goto(f"/#photo={finished_id}")
    expect_gifs(page)


def photo_id(page: Page) -> str:
    """Return the view of the photo in the page's URL: it reads, but neither orders nor deletes."""
    expect(page).to_have_url(re.compile("#photo="))
    return re.split("[=&]", page.url)[1]


def own_id(page: Page) -> str:
    """Return the id of the shown photo, which was uploaded from this page."""
    view = photo_id(page)
    [own] = (photo for photo in device_photos(page) if photo["view"] == view)
    return str(own["id"])


def device_photos(page: Page) -> list[dict[str, Any]]:
    """Return the photos that the page keeps in the browser."""
    kept: list[dict[str, Any]] = page.evaluate("JSON.parse(localStorage.getItem('photos') ?? '[]')")
    return kept
