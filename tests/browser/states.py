"""Every visible state of the page, as a function that reaches it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect
from tests.browser.steps import (
    EFFECTS,
    LIVE,
    PHOTOS,
    STATUS,
    accept_silently,
    add_notes,
    card,
    choose,
    expect_count,
    expect_gifs,
)

from gifmill import open_photo, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

LONG_NAME = "a_photo_with_quite_a_long_name_and_no_blank_in_it_20261123_235959.jpg"

_PENDING: dict[str, Any] = {
    "options": "size=360",
    "state": "pending",
    "url": None,
    "bytes": None,
    "note": None,
    "problem": None,
}
_STUCK = {
    "code": "render_failed",
    "title": "This GIF could not be made",
    "detail": "The effect glitch took more than 60 s and was stopped. Try again, or try another size.",
}


def _hold(page: Page, gifs: list[dict[str, Any]]) -> None:
    """Accept the photo with the given GIFs, and send no updates."""
    status = {
        "id": "a" * 26,
        "expires": (datetime.now(UTC) + timedelta(hours=24)).isoformat(),
        "photo": {"width": 120, "height": 80},
        "gifs": gifs,
    }
    page.route_web_socket(LIVE, accept_silently)
    for address in (PHOTOS, STATUS):
        page.route(address, lambda route: route.fulfill(status=202, json=status))


def empty(page: Page, photo: bytes) -> None:  # noqa: ARG001
    expect(page.locator("#start-disc .wheel-slot canvas")).to_have_count(15)


def dragging(page: Page, photo: bytes) -> None:
    """Drag a file over the page; dragover fires repeatedly, as it does for a visitor."""
    empty(page, photo)
    page.evaluate(
        """() => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(["..."], "cat.jpg", { type: "image/jpeg" }));
            const over = () => document.body.dispatchEvent(
                new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }));
            over();
            setInterval(over, 100);
        }"""
    )
    expect(page.get_by_role("button", name="Drop it")).to_be_visible()


def uploading(page: Page, photo: bytes) -> None:
    page.route(PHOTOS, lambda _: None)  # the upload never ends
    choose(page, photo)
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page.locator(".card canvas.mosaic")).to_have_count(len(EFFECTS))


def waiting(page: Page, photo: bytes) -> None:
    _hold(page, [{"effect": effect, **_PENDING} for effect in EFFECTS])
    choose(page, photo)
    expect_count(page, "0 of 15 ready")


def half_done(page: Page, photo: bytes) -> None:
    """Every other GIF is ready, and one has failed."""
    gif = render(open_photo(photo), "blur").data
    entries = []
    for index, effect in enumerate(EFFECTS):
        entry = {"effect": effect, **_PENDING}
        if index % 2 == 0:
            url = f"/gifs/{'a' * 26}/size=360/{effect}.gif"
            entry |= {"state": "ready", "url": url, "bytes": len(gif)}
        elif effect == "glitch":
            entry |= {"state": "failed", "problem": _STUCK}
        entries.append(entry)
    page.route("**/gifs/**", lambda route: route.fulfill(body=gif, content_type="image/gif"))
    _hold(page, entries)
    choose(page, photo)
    expect(page.locator('.card[data-state="ready"] .card-picture img')).to_have_count(8)


def done(page: Page, photo: bytes) -> None:
    choose(page, photo)
    expect_gifs(page)


def noted(page: Page, photo: bytes) -> None:
    """GIFs for a platform, with notes on how some differ from the request."""
    page.get_by_label("Made for").select_option("slack-emoji")
    add_notes(page)
    choose(page, photo)
    expect_count(page, "All fifteen ready")
    expect(page.get_by_text("Reduced to fit")).to_be_visible()


def opened(page: Page, photo: bytes) -> None:
    done(page, photo)
    card(page, "glitch").locator(".card-open").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator("#preview-picture img")).to_be_visible()


def refused(page: Page, photo: bytes) -> None:  # noqa: ARG001
    choose(page, b"%PDF-1.7", "an invoice with quite a long name, as they come by mail_2026-11-23.pdf")
    expect(page.get_by_role("alert")).to_be_visible()


def busy(page: Page, photo: bytes) -> None:
    page.route(PHOTOS, lambda route: route.fulfill(status=429, headers={"Retry-After": "99"}, json={}))
    choose(page, photo, LONG_NAME)
    expect(page.get_by_role("button", name="Try now")).to_be_visible()


def gone(page: Page, photo: bytes) -> None:  # noqa: ARG001
    page.goto("/#photo=" + "a" * 26)
    expect(page.get_by_role("heading", name="This photo is gone.")).to_be_visible()


def deleted(page: Page, photo: bytes) -> None:
    done(page, photo)
    page.get_by_role("button", name="Delete now").click()
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_visible()


def asked(page: Page, photo: bytes) -> None:
    """Ask for confirmation to delete the photo, in the dialog."""
    opened(page, photo)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("Delete the photo and all its GIFs?")).to_be_visible()


def offline(page: Page, photo: bytes) -> None:
    page.context.set_offline(True)
    choose(page, photo)
    expect_count(page, "You are offline. The page continues when you are back online.")


def german(page: Page, photo: bytes) -> None:
    page.goto("/?lang=de")
    choose(page, photo)
    expect_count(page, "Alle fünfzehn fertig")


STATES: tuple[Callable[[Page, bytes], None], ...] = (
    *(empty, dragging, uploading, waiting, half_done, done),
    *(noted, opened, asked, refused, busy, gone),
    *(deleted, offline, german),
)
