"""Every visible state of the page but those of the dialog, as a function that reaches it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from playwright.sync_api import expect
from tests.browser.steps import (
    EFFECTS,
    ORDERS_URL,
    PHOTOS_URL,
    STATUS_URL,
    WEBSOCKET_URL,
    accept_silently,
    add_notes,
    choose_photo,
    delete_photo,
    expect_accepted,
    expect_all_ready,
    expect_count,
    expect_gifs,
    load_gifs_view,
    pass_cards,
    scroll_through_cards,
)
from tests.card_files import PREVIEW

from gifmill import open_photo, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import FilePayload, Page, Route

LONG_NAME = "a_photo_with_quite_a_long_name_and_no_blank_in_it_20261123_235959.jpg"


class Sample(NamedTuple):
    """A photo file, and the id of a photo whose GIFs are ready."""

    photo: bytes
    finished_id: str


_PENDING: dict[str, Any] = {
    "options": PREVIEW,
    "state": "pending",
    "url": None,
    "bytes": None,
    "note": None,
    "problem": None,
}
_RENDER_FAILED = {
    "code": "render_failed",
    "title": "This GIF could not be made",
    "detail": "The effect glitch took more than 60 s and was stopped. Try again, or try another size.",
}


def _accept_without_updates(page: Page, gifs: list[dict[str, Any]]) -> None:
    """Accept the photo with the given GIFs, and send no updates."""
    status = {
        "id": "a" * 26,
        "expires": (datetime.now(UTC) + timedelta(hours=24)).isoformat(),
        "photo": {"width": 120, "height": 80},
        "gifs": gifs,
    }
    page.route_web_socket(WEBSOCKET_URL, accept_silently)
    for address in (PHOTOS_URL, STATUS_URL):
        page.route(address, lambda route: route.fulfill(status=202, json=status))


def choose_photos(page: Page, *files: tuple[str, bytes]) -> None:
    """Choose several files, each a name and its content."""
    payloads: list[FilePayload] = [{"name": name, "mimeType": "", "buffer": data} for name, data in files]
    page.set_input_files("#file", payloads)


def show_first_gif(page: Page, sample: Sample) -> None:
    """Choose a photo, and wait for its first GIF."""
    choose_photo(page, sample.photo)
    expect_accepted(page)
    expect(page.locator(".card-picture > :not(.mosaic)").first).to_be_visible()


def start(page: Page, sample: Sample) -> None:  # noqa: ARG001
    expect(page.locator("#start-disc .wheel-slot img")).to_have_count(15)


def dragging(page: Page, sample: Sample) -> None:
    """Drag a file over the page; dragover fires repeatedly, as it does for a visitor."""
    start(page, sample)
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
    page.route(PHOTOS_URL, lambda _: None)  # the upload never ends
    choose_photo(page, sample.photo)
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page.locator(".card canvas.mosaic")).to_have_count(len(EFFECTS))


def none_ready(page: Page, sample: Sample) -> None:
    _accept_without_updates(page, [{"effect": effect, **_PENDING} for effect in EFFECTS])
    choose_photo(page, sample.photo)
    expect_count(page, f"0 of {len(EFFECTS)} ready")


def half_ready(page: Page, sample: Sample) -> None:
    """Reach the state in which every other GIF is ready, and one has failed."""
    gif = render(open_photo(sample.photo), "blur").data
    entries = []
    ready = [effect for effect in EFFECTS[::2] if effect != "glitch"]
    for effect in EFFECTS:
        entry = {"effect": effect, **_PENDING}
        if effect in ready:
            url = f"/gifs/{'a' * 26}/{PREVIEW}/{effect}.gif"
            entry |= {"state": "ready", "url": url, "bytes": len(gif)}
        elif effect == "glitch":
            entry |= {"state": "failed", "problem": _RENDER_FAILED}
        entries.append(entry)
    page.route("**/gifs/**", lambda route: route.fulfill(body=gif, content_type="image/gif"))
    _accept_without_updates(page, entries)
    choose_photo(page, sample.photo)
    scroll_through_cards(page, ready)
    expect(page.locator('.card[data-state="failed"]')).to_have_count(1)


def all_ready(page: Page, sample: Sample) -> None:
    choose_photo(page, sample.photo)
    expect_gifs(page)


def with_notes(page: Page, sample: Sample) -> None:
    """Order GIFs for a platform; some have notes about differences from the request."""
    page.locator("#platform").select_option("slack-emoji")
    add_notes(page)
    choose_photo(page, sample.photo)
    expect_all_ready(page)
    expect(page.get_by_text("Made to fit")).to_be_visible()


def photo_rejected(page: Page, sample: Sample) -> None:  # noqa: ARG001
    choose_photo(page, b"%PDF-1.7", "an invoice with quite a long name, received by mail_2026-11-23.pdf")
    expect(page.get_by_role("alert")).to_be_visible()


def server_busy(page: Page, sample: Sample) -> None:
    page.route(PHOTOS_URL, lambda route: route.fulfill(status=429, headers={"Retry-After": "99"}, json={}))
    choose_photo(page, sample.photo, LONG_NAME)
    expect(page.get_by_role("button", name="Try now")).to_be_visible()


def files_rejected(page: Page, sample: Sample) -> None:
    """Choose a photo together with other files."""
    show_first_gif(page, sample)
    names = (LONG_NAME.replace("jpg", "pdf"), "holiday.mp4", "cat.jpg", "notes.pdf")
    starts = {"pdf": b"%PDF-1.7", "mp4": b"\0\0\0\x18ftypmp42", "jpg": sample.photo}
    choose_photos(page, *((name, starts[name[-3:]]) for name in names))
    expect(page.get_by_role("alert")).to_contain_text("3 files are not photos.")


def photo_gone(page: Page, sample: Sample) -> None:  # noqa: ARG001
    page.goto("/#photo=" + "a" * 26)
    expect(page.get_by_role("heading", name="This photo is gone.")).to_be_visible()


def photo_menu(page: Page, sample: Sample) -> None:
    """Open the menu of a photo on a phone, and the question before a deletion."""
    page.set_viewport_size({"width": 390, "height": 844})
    choose_photo(page, sample.photo)
    expect(page.locator('.card[data-state="ready"]').first).to_be_visible()
    page.locator("#photo-menu-button").click()
    page.locator("#delete-photo").click()
    expect(page.get_by_text("Delete the photo and all its GIFs?")).to_be_visible()


def photo_deleted(page: Page, sample: Sample) -> None:
    show_first_gif(page, sample)
    delete_photo(page)
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_visible()


def strip(page: Page, sample: Sample) -> None:
    """Choose several photos: one is ready, one is refused, one is uploading, and one waits."""
    uploads: list[Route] = []

    def answer(route: Route) -> None:
        uploads.append(route)  # the third never ends
        if len(uploads) == 1:
            route.continue_()
        elif len(uploads) == 2:
            problem = {"code": "damaged_photo", "title": "No", "detail": "It cannot be read."}
            route.fulfill(status=422, json=problem)

    page.route(PHOTOS_URL, answer)
    names = ("cat.jpg", "refused.jpg", LONG_NAME, "queued.jpg")
    choose_photos(page, *((name, sample.photo) for name in names))
    expect(page.locator('.photo-tile[data-state="failed"]')).to_have_count(1)
    expect(page.locator('.photo-tile[data-state="uploading"]')).to_have_count(1)
    expect(page.locator(".photo-tile img:visible")).to_have_count(len(names))
    expect(page.locator('.card[data-state="ready"]').first).to_be_visible()


def photos_of_device(page: Page, sample: Sample) -> None:
    """Return to the start page with photos that this device keeps."""
    choose_photos(page, ("cat.jpg", sample.photo), (LONG_NAME, sample.photo))
    expect(page.locator('.photo-tile[data-state="ready"]')).to_have_count(2)
    page.get_by_role("link", name="gifmill, start").click()
    expect(page.get_by_role("button", name="Forget all")).to_be_visible()


def removal_question(page: Page, sample: Sample) -> None:
    photos_of_device(page, sample)
    page.locator("#device-photo-list .photo-tile-remove").last.click()
    expect(page.locator("#photo-question-text")).to_be_focused()


def friends_page(page: Page, sample: Sample) -> None:
    """Open the link to somebody else's photo."""
    view = page.request.get(f"/v1/photos/{sample.finished_id}").json()["view"]
    page.goto(f"/#photo={view}")
    expect_count(page, "A photo shared with you")
    scroll_through_cards(page, EFFECTS[:4])


def loading(page: Page, sample: Sample) -> None:
    """Open the link to a photo, whose modules never arrive."""
    page.route("**/gifs-view.js", lambda _: None)
    page.goto("about:blank")
    page.goto(f"/#photo={sample.finished_id}")
    expect(page.locator("#loading-view")).to_be_visible()


def saving_all(page: Page, sample: Sample) -> None:
    """Save all GIFs, whose orders never end."""
    show_first_gif(page, sample)
    page.route(ORDERS_URL, lambda _: None)
    page.evaluate("delete window.showSaveFilePicker")  # a dialog of the system
    page.get_by_role("button", name="Save all").click()
    expect(page.locator("#save-all")).to_contain_text("cancel")


def stalled(page: Page, sample: Sample) -> None:
    _accept_without_updates(page, [{"effect": effect, **_PENDING} for effect in EFFECTS])
    page.route_web_socket(WEBSOCKET_URL, lambda socket: socket.close())  # polling starts at once
    page.route(STATUS_URL, lambda route: route.abort())
    choose_photo(page, sample.photo)
    expect_count(page, "The server does not answer. The page keeps trying.")


def offline(page: Page, sample: Sample) -> None:
    load_gifs_view(page)
    page.context.set_offline(True)
    choose_photo(page, sample.photo)
    expect_count(page, "You are offline. The page continues when you are back online.")


def german(page: Page, sample: Sample) -> None:
    page.goto("/?lang=de")
    choose_photo(page, sample.photo)
    pass_cards(page)
    expect_count(page, re.compile(r"^Alle \w+ fertig$"))


STATES: tuple[Callable[[Page, Sample], None], ...] = (
    *(start, dragging, uploading, none_ready, half_ready, all_ready),
    *(with_notes, photo_rejected, server_busy, photo_gone),
    *(photo_menu, photo_deleted, offline, stalled, german),
    *(strip, removal_question, friends_page, loading, saving_all, files_rejected),
)
