"""The address of a photo: a friend sees finished GIFs, and the owner keeps the right to change and delete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.steps import (
    ORDERS_URL,
    SAMPLES,
    card,
    choose_photo,
    device_photos,
    expect_accepted,
)
from tests.card_files import PREVIEW_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from tests.servers import Server

_EFFECTS = ("spin", "blur")


@pytest.fixture(scope="module")
def shared(server: Server) -> Iterator[dict[str, str]]:
    """The status of a photo with finished GIFs of two effects, each in two sizes."""
    chelsea = (SAMPLES / "chelsea.jpg").read_bytes()
    status = server.order(chelsea, effects=",".join(_EFFECTS), **PREVIEW_OPTIONS)
    for effect in _EFFECTS:
        server.client.post(f"/v1/photos/{status['id']}/gifs", json={"effect": effect}).raise_for_status()
    finished = server.finished(status["id"])
    yield finished
    server.client.delete(f"/v1/photos/{finished['id']}")


@pytest.fixture
def friend(browser: Browser, server: Server, shared: dict[str, str]) -> Iterator[Page]:
    """The page of a friend who has opened the link."""
    with visiting(browser, server) as page:
        page.goto(f"/#photo={shared['view']}")
        expect(page.locator("#progress-text")).to_have_text("A photo shared with you")
        yield page


def test_a_friend_sees_the_finished_gifs_only(friend: Page) -> None:
    expect(friend.locator(".card-title")).to_have_text(_EFFECTS)
    for effect in _EFFECTS:
        expect(card(friend, effect).locator(".card-picture img")).to_be_visible()


def test_a_friend_orders_nothing(friend: Page) -> None:
    orders: list[str] = []
    friend.on("request", lambda request: orders.append(request.url) if request.method != "GET" else None)
    card(friend, "spin").locator(".card-open").click()
    expect(friend.locator("#preview-picture img")).to_be_visible()
    assert orders == []


def test_a_friend_reads_that_a_gif_is_a_small_version(
    browser: Browser, server: Server, finished_id: str
) -> None:
    view = server.status(finished_id)["view"]
    with visiting(browser, server) as page:
        page.goto(f"/#photo={view}&open=spin")
        expect(page.get_by_text("A small version, as the owner has not opened this GIF.")).to_be_visible()


def test_a_friends_dialog_shows_the_largest_gif(friend: Page, shared: dict[str, str]) -> None:
    card(friend, "spin").locator(".card-open").click()
    expect(friend.locator("#preview-picture img")).to_have_attribute(
        "src", re.compile(f"/gifs/{shared['view']}/default/spin.gif$")
    )


def test_a_friend_cannot_delete(friend: Page) -> None:
    expect(friend.locator("#delete-photo")).to_have_attribute("hidden", "")


def test_a_friend_can_make_own_gifs(friend: Page) -> None:
    with friend.expect_file_chooser():
        friend.get_by_role("button", name="Make your own").click()


def test_a_friend_keeps_nothing_of_the_photo(friend: Page) -> None:
    expect(card(friend, "blur").locator("img")).to_be_visible()
    assert device_photos(friend) == []
    assert friend.evaluate("history.state?.id ?? null") is None


def test_a_gif_that_gets_ready_reaches_the_friend(browser: Browser, server: Server, photo: bytes) -> None:
    status = server.finished(server.order(photo, effects="blur")["id"])
    with visiting(browser, server) as page:
        page.goto(f"/#photo={status['view']}")
        expect(page.locator(".card-title")).to_have_text(["blur"])
        server.client.post(f"/v1/photos/{status['id']}/gifs", json={"effect": "flip"}).raise_for_status()
        expect(page.locator(".card-title")).to_have_text(["flip", "blur"])
    server.client.delete(f"/v1/photos/{status['id']}")


def test_a_new_gif_leaves_the_friends_focus_on_its_card(
    browser: Browser, server: Server, photo: bytes
) -> None:
    status = server.finished(server.order(photo, effects="blur")["id"])
    with visiting(browser, server) as page:
        page.goto(f"/#photo={status['view']}")
        card(page, "blur").locator(".card-open").focus()
        server.client.post(f"/v1/photos/{status['id']}/gifs", json={"effect": "flip"}).raise_for_status()
        expect(page.locator(".card-title")).to_have_text(["flip", "blur"])
        expect(card(page, "blur").locator(".card-open")).to_be_focused()
    server.client.delete(f"/v1/photos/{status['id']}")


def test_a_gif_that_a_friend_could_not_load_keeps_its_card(
    browser: Browser, server: Server, shared: dict[str, str]
) -> None:
    with visiting(browser, server) as page:
        page.route("**/blur.webp", lambda route: route.abort(), times=1)
        page.goto(f"/#photo={shared['view']}")
        expect(card(page, "blur")).to_contain_text("could not be loaded")
        card(page, "blur").get_by_role("button", name="Try again").click()
        expect(card(page, "blur").locator(".card-picture img")).to_be_visible()
        expect(card(page, "blur")).not_to_contain_text("could not be loaded")


def test_the_address_of_a_photo_holds_no_id(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect_accepted(page)
    expect(page).to_have_url(re.compile("#photo="))
    [kept] = device_photos(page)
    assert kept["id"] != kept["view"]
    assert f"#photo={kept['view']}" in page.url
    assert kept["id"] not in page.url


def test_the_owner_can_order_after_a_reload(page: Page, photo: bytes) -> None:
    choose_photo(page, photo)
    expect_accepted(page)
    expect(page).to_have_url(re.compile("#photo="))
    page.reload()
    expect_accepted(page)
    with page.expect_request(ORDERS_URL) as order:
        card(page, "blur").locator(".card-open").click()
    assert device_photos(page)[0]["id"] in order.value.url


def test_an_old_link_with_an_id_becomes_one_with_the_view(page: Page, shared: dict[str, str]) -> None:
    page.goto(f"/#photo={shared['id']}&open=spin")
    expect(page).to_have_url(re.compile(f"#photo={shared['view']}&open=spin$"))
    assert device_photos(page)[0]["id"] == shared["id"]
    page.evaluate("localStorage.clear()")  # other tests share the photo: this one must not delete it


def test_a_friend_returns_to_the_own_photos(browser: Browser, server: Server, photo: bytes) -> None:
    with visiting(browser, server) as page:
        other = server.finished(server.order(photo, effects="blur")["id"])
        choose_photo(page, photo, "mine.jpg")
        expect_accepted(page)
        page.goto(f"/#photo={other['view']}")
        expect(page.locator("#progress-text")).to_have_text("A photo shared with you")
        page.go_back()
        expect(page.locator("#photo-name")).to_have_text("mine.jpg")
        expect(page.locator("#delete-photo")).not_to_have_attribute("hidden", "")
    server.client.delete(f"/v1/photos/{other['id']}")


def test_the_downloads_of_cards_end_when_a_gif_is_opened(
    browser: Browser, server: Server, shared: dict[str, str]
) -> None:
    with visiting(browser, server) as page:
        page.route("**/blur.webp", lambda _: None)  # it never arrives
        with page.expect_request("**/blur.webp"):
            page.goto(f"/#photo={shared['view']}")
        expect(card(page, "spin").locator(".card-picture img")).to_be_visible()
        with page.expect_event("requestfailed", lambda request: request.url.endswith("/blur.webp")):
            card(page, "spin").locator(".card-open").click()
