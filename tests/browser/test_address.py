"""The address of a photo: options of all GIFs, invalid parts, changes while it loads, requests without id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.dialog_steps import expect_shown, record_orders
from tests.browser.steps import (
    EFFECTS,
    SAMPLES,
    STATUS_URL,
    card,
    choose_photo,
    delete_photo,
    device_photos,
    expect_accepted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route
    from tests.servers import Server


@pytest.fixture
def status(server: Server, photo: bytes) -> Iterator[dict[str, Any]]:
    """The status of a photo with two finished GIFs of blur: the larger one has the default options."""
    made = server.order(photo, effects="blur")
    server.client.post(
        f"/v1/photos/{made['id']}/gifs", json={"effect": "blur", "size": 120}
    ).raise_for_status()
    finished = server.finished(made["id"])
    yield finished
    server.client.delete(f"/v1/photos/{finished['id']}")


def upload_with_size(page: Page) -> None:
    """Upload a photo and change the size of all its GIFs to 120 px, beside the wall."""
    choose_photo(page, (SAMPLES / "chelsea.jpg").read_bytes())
    expect_accepted(page)
    page.locator("#all-size").select_option("120")


def test_the_address_holds_the_options_of_all_gifs(page: Page) -> None:
    upload_with_size(page)
    expect(page).to_have_url(re.compile("&all=size%3D120$"))


def test_a_friend_sees_the_gifs_with_the_options_of_all(page: Page, status: dict[str, Any]) -> None:
    page.goto(f"/#photo={status['view']}&all=size%3D120&open=blur")
    expect_shown(page.get_by_role("dialog", name="blur"), "/size=120/blur.gif")


def test_a_friend_sees_the_default_gifs_without_options_of_all(page: Page, status: dict[str, Any]) -> None:
    page.goto(f"/#photo={status['view']}&open=blur")
    expect_shown(page.get_by_role("dialog", name="blur"), "/default/blur.gif")


def test_a_reload_without_storage_keeps_the_options_of_all(page_without_storage: Page) -> None:
    page = page_without_storage
    upload_with_size(page)
    expect(page).to_have_url(re.compile("&all=size"))
    page.reload()
    expect(page.locator("#all-size")).to_have_value("120")


def test_a_reload_without_storage_orders_no_gifs_with_other_options(page_without_storage: Page) -> None:
    page = page_without_storage
    upload_with_size(page)
    expect(page).to_have_url(re.compile("&all=size"))
    held: list[Route] = []
    page.route(STATUS_URL, lambda route: held.append(route))
    page.reload()
    expect(page.locator(".card")).to_have_count(len(EFFECTS))
    wanted = "import('/state.js').then(({ getState }) => getState().photos.flatMap(({ wanted }) => wanted))"
    page.wait_for_function(f"async () => (await {wanted}).length")
    orders = record_orders(page)
    held[0].continue_()
    expect(page.locator("#all-size")).to_have_value("120")
    assert not [key for key in page.evaluate(wanted) if not key.startswith("size=120/")]
    assert not [order for order in orders if order.get("size") != "120"]


def test_opening_a_gif_keeps_the_options_of_all_in_the_address(page: Page) -> None:
    upload_with_size(page)
    card(page, "blur").locator(".card-picture img").wait_for()
    card(page, "blur").locator(".card-open").click()
    expect(page).to_have_url(re.compile("&all=size%3D120&open=blur$"))


@pytest.mark.parametrize("truncated", ["caption", "size", "caption=a", "size=", "size=99999", "nothing=1"])
def test_options_of_a_truncated_link_are_dropped(page: Page, status: dict[str, Any], truncated: str) -> None:
    page.goto(f"/#photo={status['view']}&open=blur&blur={truncated}")
    expect_shown(page.get_by_role("dialog", name="blur"), "/default/blur.gif")
    expect(page).to_have_url(re.compile(f"#photo={status['view']}&open=blur$"))


def test_options_of_an_unknown_effect_are_dropped(page: Page, status: dict[str, Any]) -> None:
    page.goto(f"/#photo={status['view']}&blu=size%3D120")
    expect(page).to_have_url(re.compile(f"#photo={status['view']}$"))


def test_truncated_options_of_all_are_dropped(page: Page, status: dict[str, Any]) -> None:
    page.goto(f"/#photo={status['view']}&all=size&open=blur")
    expect_shown(page.get_by_role("dialog", name="blur"), "/default/blur.gif")


def test_a_photo_whose_address_changes_while_it_loads_is_followed_once(
    page: Page, status: dict[str, Any]
) -> None:
    sockets: list[str] = []
    held: list[Route] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.route(STATUS_URL, lambda route: route.continue_() if held else held.append(route))
    with page.expect_request(STATUS_URL):
        page.goto(f"/#photo={status['view']}&all=size%3D120")
    aborted = page.expect_event("requestfailed", lambda request: bool(STATUS_URL.search(request.url)))
    with aborted, page.expect_websocket():
        page.evaluate("location.hash += '&open=blur'")
    expect_shown(page.get_by_role("dialog", name="blur"), "/size=120/blur.gif")
    assert len(sockets) == 1


def test_updates_are_requested_with_the_view(page: Page, photo: bytes) -> None:
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url) if request.method == "GET" else None)
    page.on("websocket", lambda socket: urls.append(socket.url))
    with page.expect_websocket():
        choose_photo(page, photo)
    expect_accepted(page)
    expect(page).to_have_url(re.compile("#photo="))
    with page.expect_websocket():
        page.reload()
    expect_accepted(page)
    [kept] = device_photos(page)
    assert [url for url in urls if kept["view"] in url]
    assert not [url for url in urls if kept["id"] in url]


def test_a_photo_in_the_address_shows_no_start(page: Page, status: dict[str, Any]) -> None:
    held: list[Route] = []
    samples: list[str] = []
    page.on("request", lambda request: samples.append(request.url) if "-effects" in request.url else None)
    page.route("**/gifs-view.js", lambda route: held.append(route))
    page.goto("about:blank")
    with page.expect_request("**/gifs-view.js"):
        page.goto(f"/#photo={status['view']}")
    expect(page.get_by_role("heading", name="Loading the GIFs")).to_be_visible()
    expect(page.locator("#start-view")).to_be_hidden()
    assert samples == []
    held[0].continue_()
    expect(page.locator("#progress-text")).to_have_text("A photo shared with you")
    expect(page.locator("#loading-view")).to_be_hidden()


def test_the_start_is_reached_while_the_modules_of_photos_do_not_load(
    page: Page, status: dict[str, Any]
) -> None:
    page.route("**/gifs-view.js", lambda route: route.abort())
    page.goto("about:blank")
    page.goto(f"/#photo={status['view']}")
    expect(page.get_by_role("alert")).to_contain_text("The server does not respond.")
    page.get_by_role("link", name="gifmill, start").click()
    expect(page.locator("#start-view")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_title_is_that_of_the_start_after_a_deletion(page: Page, photo: bytes) -> None:
    title = page.title()
    choose_photo(page, photo)
    expect_accepted(page)
    expect(page).not_to_have_title(title)
    delete_photo(page)
    expect(page).to_have_title(title)


def test_a_change_of_language_without_storage_keeps_the_right_to_delete(
    page_without_storage: Page, photo: bytes
) -> None:
    page = page_without_storage
    choose_photo(page, photo)
    expect_accepted(page)
    page.get_by_role("link", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#delete-photo")).not_to_have_attribute("hidden", "")
    expect(page.locator("#photo-name")).to_have_text("cat.jpg")


def test_the_options_of_all_gifs_are_those_of_the_shown_photo(page: Page, photo: bytes) -> None:
    upload_with_size(page)
    choose_photo(page, photo, "other.jpg")
    expect_accepted(page)
    expect(page.locator("#photo-name")).to_have_text("other.jpg")
    expect(page.locator("#all-size")).to_have_value("")


def test_the_question_before_a_deletion_ends_with_another_photo(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect_accepted(page)
    page.locator("#delete-photo").click()
    expect(page.locator("#keep-photo")).to_be_focused()
    choose_photo(page, photo, "other.jpg")
    expect_accepted(page)
    expect(page.locator("#delete-question")).to_be_hidden()
