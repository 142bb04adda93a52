"""Photos of this device: what local storage keeps, and the list on the start page."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.steps import card, choose_photo, device_photos, expect_accepted

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page
    from tests.servers import Server


def upload(page: Page, photo: bytes, name: str = "cat.jpg") -> None:
    """Upload a photo, and wait until this device keeps it with its picture."""
    choose_photo(page, photo, name)
    expect_accepted(page)
    expect(page).to_have_url(re.compile("#photo="))


def return_to_start(page: Page) -> None:
    page.get_by_role("link", name="gifmill, start").click()
    expect(page.get_by_role("heading", name="One photo in.")).to_be_visible()


def expect_own(page: Page) -> None:
    """Expect that the shown photo can be deleted."""
    expect(page.locator("#delete-photo")).not_to_have_attribute("hidden", "")


def tiles(page: Page) -> Locator:
    """Return the buttons of the list that open a photo."""
    return page.locator("#device-photo-list .photo-tile-open")


def test_a_first_visit_has_no_list_and_loads_none(browser: Browser, server: Server) -> None:
    with visiting(browser, server) as page:
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.reload(wait_until="networkidle")
        expect(page.get_by_role("heading", name="Your photos")).to_be_hidden()
        assert not [url for url in requests if "photo-strip" in url]


def test_the_start_lists_an_uploaded_photo_after_a_reload(page: Page, photo: bytes) -> None:
    upload(page, photo)
    page.goto("/?")
    expect(tiles(page)).to_have_accessible_name("cat.jpg: Deleted in 24 h")


def test_a_listed_photo_opens_with_its_gifs(page: Page, photo: bytes) -> None:
    upload(page, photo)
    address = page.url
    return_to_start(page)
    tiles(page).click()
    expect(page.locator("#photo-name")).to_have_text("cat.jpg")
    expect(card(page, "blur").locator("img")).to_be_visible()
    assert page.url == address


def test_the_owner_keeps_the_right_to_delete_in_a_new_tab(page: Page, photo: bytes) -> None:
    upload(page, photo)
    tab = page.context.new_page()
    tab.goto(page.url)
    expect_own(tab)


def test_the_picture_of_a_photo_is_at_most_4_kb(page: Page) -> None:
    page.get_by_role("button", name="A tabby cat").click()
    expect_accepted(page)
    [kept] = device_photos(page)
    assert kept["icon"].startswith("data:image/jpeg")
    assert len(kept["icon"]) <= 4_096


def test_storage_keeps_nothing_but_what_finds_the_photo_again(page: Page, photo: bytes) -> None:
    upload(page, photo)
    [kept] = device_photos(page)
    assert set(kept) == {"id", "view", "name", "expires", "options", "icon"}


def test_the_page_sets_no_cookie(page: Page, photo: bytes) -> None:
    upload(page, photo)
    assert page.context.cookies() == []


_ADD_EXPIRED = """expires => {
    const [kept] = JSON.parse(localStorage.photos);
    const expired = { ...kept, id: "a".repeat(26), view: "b".repeat(26), name: "expired.jpg", expires };
    localStorage.photos = JSON.stringify([expired, kept]);
}"""


def test_an_expired_photo_is_not_listed(page: Page, photo: bytes) -> None:
    upload(page, photo)
    page.evaluate(_ADD_EXPIRED, time.time() * 1000 - 1)
    page.goto("/?")
    expect(tiles(page)).to_have_accessible_name("cat.jpg: Deleted in 24 h")


def test_a_photo_deleted_elsewhere_is_dropped_when_it_is_opened(
    page: Page, photo: bytes, server: Server
) -> None:
    upload(page, photo)
    return_to_start(page)
    expect(tiles(page)).to_have_count(1)
    assert server.client.delete(f"/v1/photos/{device_photos(page)[0]['id']}").status_code == 204
    tiles(page).click()
    expect(page.get_by_role("heading", name="This photo is gone.")).to_be_visible()
    assert device_photos(page) == []


def test_forgetting_a_photo_leaves_it_on_the_server(page: Page, photo: bytes, server: Server) -> None:
    upload(page, photo)
    [kept] = device_photos(page)
    return_to_start(page)
    page.get_by_role("button", name="Remove cat.jpg").click()
    expect(page.locator("#photo-question-text")).to_contain_text("stays on the server until")
    page.get_by_role("button", name="Forget", exact=True).click()
    expect(tiles(page)).to_have_count(0)
    assert device_photos(page) == []
    assert server.client.get(f"/v1/photos/{kept['id']}").status_code == 200


def test_deleting_a_listed_photo_asks_first(page: Page, photo: bytes, server: Server) -> None:
    upload(page, photo)
    [kept] = device_photos(page)
    return_to_start(page)
    page.get_by_role("button", name="Remove cat.jpg").click()
    expect(page.locator("#photo-question-text")).to_be_focused()
    assert server.client.get(f"/v1/photos/{kept['id']}").status_code == 200
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Photo and GIFs deleted")).to_have_count(1)
    expect(tiles(page)).to_have_count(0)
    assert server.client.get(f"/v1/photos/{kept['id']}").status_code == 404


def test_escape_closes_the_question_and_returns_the_focus(page: Page, photo: bytes) -> None:
    upload(page, photo)
    return_to_start(page)
    remove = page.get_by_role("button", name="Remove cat.jpg")
    remove.click()
    page.keyboard.press("Escape")
    expect(remove).to_be_focused()
    expect(page.locator("#photo-question")).to_be_hidden()


def test_all_photos_can_be_forgotten_at_once(page: Page, photo: bytes) -> None:
    for name in ("a.jpg", "b.jpg"):
        upload(page, photo, name)
    return_to_start(page)
    expect(tiles(page)).to_have_count(2)
    page.get_by_role("button", name="Forget all").click()
    expect(page.locator("#photo-question-text")).to_contain_text("Forget two photos on this device?")
    page.locator("#photo-question").get_by_role("button", name="Forget all").click()
    expect(page.get_by_role("heading", name="Your photos")).to_be_hidden()
    expect(page.locator("#file")).to_be_focused()
    assert device_photos(page) == []


def test_another_tab_sees_a_new_photo_and_loses_a_forgotten_one(page: Page, photo: bytes) -> None:
    tab = page.context.new_page()
    tab.goto("/")
    upload(page, photo)
    expect(tiles(tab)).to_have_accessible_name("cat.jpg: Deleted in 24 h")
    tab.get_by_role("button", name="Remove cat.jpg").click()
    tab.get_by_role("button", name="Forget", exact=True).click()
    expect(tiles(tab)).to_have_count(0)
    return_to_start(page)
    expect(tiles(page)).to_have_count(0)


def test_a_reload_keeps_the_right_to_delete_without_storage(page_without_storage: Page, photo: bytes) -> None:
    upload(page_without_storage, photo)
    page_without_storage.reload()
    expect_own(page_without_storage)
    expect(page_without_storage.locator("#photo-name")).to_have_text("cat.jpg")


def test_the_list_works_without_storage_until_the_page_is_left(
    page_without_storage: Page, photo: bytes
) -> None:
    upload(page_without_storage, photo)
    return_to_start(page_without_storage)
    tiles(page_without_storage).click()
    expect_own(page_without_storage)


def test_the_history_holds_no_id_where_storage_works(page: Page, photo: bytes) -> None:
    upload(page, photo)
    assert page.evaluate("history.state") == {"name": "cat.jpg"}
