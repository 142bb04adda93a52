"""Every visible state of the page, as a function that reaches it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

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
    show,
)

from gifmill import open_photo, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

LONG_NAME = "a_photo_with_quite_a_long_name_and_no_blank_in_it_20261123_235959.jpg"


class Sample(NamedTuple):
    """A photo to choose, and the id of one whose GIFs are ready."""

    photo: bytes
    finished: str


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


def empty(page: Page, sample: Sample) -> None:  # noqa: ARG001
    expect(page.locator("#start-disc .wheel-slot canvas")).to_have_count(15)


def dragging(page: Page, sample: Sample) -> None:
    """Drag a file over the page; dragover fires repeatedly, as it does for a visitor."""
    empty(page, sample)
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


def uploading(page: Page, sample: Sample) -> None:
    page.route(PHOTOS, lambda _: None)  # the upload never ends
    choose(page, sample.photo)
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page.locator(".card canvas.mosaic")).to_have_count(len(EFFECTS))


def waiting(page: Page, sample: Sample) -> None:
    _hold(page, [{"effect": effect, **_PENDING} for effect in EFFECTS])
    choose(page, sample.photo)
    expect_count(page, "0 of 15 ready")


def half_done(page: Page, sample: Sample) -> None:
    """Every other GIF is ready, and one has failed."""
    gif = render(open_photo(sample.photo), "blur").data
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
    choose(page, sample.photo)
    expect(page.locator('.card[data-state="ready"] .card-picture img')).to_have_count(8)


def done(page: Page, sample: Sample) -> None:
    choose(page, sample.photo)
    expect_gifs(page)


def noted(page: Page, sample: Sample) -> None:
    """GIFs for a platform, with notes on how some differ from the request."""
    page.get_by_label("Made for").select_option("slack-emoji")
    add_notes(page)
    choose(page, sample.photo)
    expect_count(page, "All fifteen ready")
    expect(page.get_by_text("Reduced to fit")).to_be_visible()


def opened(page: Page, sample: Sample) -> None:
    show(page, sample.finished)
    card(page, "glitch").locator(".card-open").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator("#preview-picture img")).to_be_visible()


def refused(page: Page, sample: Sample) -> None:  # noqa: ARG001
    choose(page, b"%PDF-1.7", "an invoice with quite a long name, as they come by mail_2026-11-23.pdf")
    expect(page.get_by_role("alert")).to_be_visible()


def busy(page: Page, sample: Sample) -> None:
    page.route(PHOTOS, lambda route: route.fulfill(status=429, headers={"Retry-After": "99"}, json={}))
    choose(page, sample.photo, LONG_NAME)
    expect(page.get_by_role("button", name="Try now")).to_be_visible()


def gone(page: Page, sample: Sample) -> None:  # noqa: ARG001
    page.goto("/#photo=" + "a" * 26)
    expect(page.get_by_role("heading", name="This photo is gone.")).to_be_visible()


def deleted(page: Page, sample: Sample) -> None:
    done(page, sample)
    page.get_by_role("button", name="Delete now").click()
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_visible()


def asked(page: Page, sample: Sample) -> None:
    """Ask for confirmation to delete the photo, in the dialog."""
    opened(page, sample)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("Delete the photo and all its GIFs?")).to_be_visible()


def offline(page: Page, sample: Sample) -> None:
    page.context.set_offline(True)
    choose(page, sample.photo)
    expect_count(page, "You are offline. The page continues when you are back online.")


def german(page: Page, sample: Sample) -> None:
    page.goto("/?lang=de")
    choose(page, sample.photo)
    expect_count(page, "Alle fünfzehn fertig")


STATES: tuple[Callable[[Page, Sample], None], ...] = (
    *(empty, dragging, uploading, waiting, half_done, done),
    *(noted, opened, asked, refused, busy, gone),
    *(deleted, offline, german),
)
