"""Uploads with a form to a server with a small direct limit, as on AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.steps import EFFECTS, choose_photo, device_photos, expect_accepted, expect_gifs
from tests.card_files import PREVIEW
from tests.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import FilePayload, Page, Route
    from tests.servers import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    environ = {"GIFMILL_MAX_DIRECT_BYTES": "1000"}
    with serving(tmp_path_factory.mktemp("data"), environ=environ) as running:
        yield running


def test_a_photo_over_the_direct_limit_is_uploaded_with_a_form(page: Page, photo: bytes) -> None:
    with page.expect_request("**/v1/uploads?*") as request:
        choose_photo(page, photo)
    order = request.value.post_data_json or {}
    assert order.keys() == {"size", "type", "effects"}
    assert (order["size"], order["type"]) == (len(photo), "image/jpeg")
    assert set(order["effects"].split(",")) <= set(EFFECTS)
    expect_gifs(page)


def test_an_unreadable_upload_is_rejected_and_the_start_is_shown(page: Page) -> None:
    choose_photo(page, b"\xff\xd8\xff" + bytes(2000), name="invoice.jpg")
    expect(page.get_by_role("alert")).to_contain_text("invoice.jpg cannot be used.")
    expect(page.locator("#start-view")).to_be_visible()


def test_a_rejection_reported_by_the_status_returns_to_the_start(page: Page, photo: bytes) -> None:
    problem = {
        "code": "not_a_photo",
        "title": "Not a photo",
        "detail": "This is not a photo that we can read.",
    }
    gif = {"options": PREVIEW, "state": "failed", "url": None, "bytes": None, "problem": problem}
    gifs = [{**gif, "effect": effect} for effect in EFFECTS]

    def fail_all_gifs(status: object) -> dict[str, object]:
        assert isinstance(status, dict)
        return {**status, "photo": None, "gifs": gifs}

    page.route("**/v1/photos/*", lambda route: route.fulfill(json=fail_all_gifs(route.fetch().json())))
    choose_photo(page, photo, name="invoice.jpg")
    expect(page.get_by_role("alert")).to_contain_text("This is not a photo that we can read.")
    expect(page.locator("#start-view")).to_be_visible()
    assert "#photo" not in page.url


def test_an_expired_upload_form_is_replaced(page: Page, photo: bytes) -> None:
    forms = iter([{"signature": "old"}, {}])

    def rewrite_form(route: Route) -> None:
        document = route.fetch().json()
        document["fields"] |= next(forms)
        route.fulfill(status=201, json=document)

    page.route("**/v1/uploads?*", rewrite_form)
    choose_photo(page, photo)
    expect_accepted(page)


def test_a_rejection_of_a_queued_photo_is_shown_in_the_strip(page: Page, photo: bytes) -> None:
    damaged = b"\xff\xd8\xff" + bytes(2000)
    files: list[FilePayload] = [
        {"name": "cat.jpg", "mimeType": "image/jpeg", "buffer": photo},
        {"name": "invoice.jpg", "mimeType": "image/jpeg", "buffer": damaged},
    ]
    page.set_input_files("#file", files)
    strip = page.locator("#photo-strip")
    expect(strip.get_by_role("button", name="invoice.jpg: failed")).to_be_visible()
    assert [kept["name"] for kept in device_photos(page)] == ["cat.jpg"]
    strip.get_by_role("button", name="invoice.jpg: failed").click()
    expect(page.get_by_role("alert")).to_contain_text("invoice.jpg cannot be used.")


def test_the_status_after_an_upload_with_a_form_is_requested_with_the_view(page: Page, photo: bytes) -> None:
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url) if request.method == "GET" else None)
    choose_photo(page, photo)
    expect_accepted(page)
    [kept] = device_photos(page)
    assert [url for url in urls if url.endswith(f"/v1/photos/{kept['view']}")]
    assert not [url for url in urls if kept["id"] in url]
