"""Links to one GIF: the opened GIF comes first, and a friend can look, save and share."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import visiting
from tests.browser.dialog_steps import expect_shown
from tests.browser.steps import card

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page, Route
    from tests.servers import Server

_EFFECTS = ("blur", "shake", "glitch")


@pytest.fixture
def status(server: Server, photo: bytes) -> Iterator[dict[str, str]]:
    """The status of a photo with finished GIFs of full size."""
    finished = server.finished(server.order(photo, effects=",".join(_EFFECTS))["id"])
    yield finished
    server.client.delete(f"/v1/photos/{finished['id']}")


@pytest.fixture
def friends_dialog(browser: Browser, server: Server, status: dict[str, str]) -> Iterator[Locator]:
    """The dialog of a friend who has opened a link to one GIF."""
    with visiting(browser, server) as page:
        page.goto(f"/#photo={status['view']}&open=glitch")
        dialog = page.get_by_role("dialog", name="glitch")
        expect_shown(dialog, "/default/glitch.gif")
        yield dialog


def test_the_opened_gif_is_fetched_before_those_of_cards(page: Page, status: dict[str, str]) -> None:
    held: list[Route] = []
    page.route("**/gifs/**", lambda route: held.append(route))
    page.goto(f"/#photo={status['id']}&open=glitch")
    dialog = page.get_by_role("dialog", name="glitch")
    expect(dialog.get_by_role("status")).to_have_text("Fetching")
    expect(card(page, "blur")).to_have_attribute("data-state", "ready")
    paths = {urlsplit(route.request.url).path for route in held}
    assert paths == {f"/gifs/{status['view']}/default/glitch.gif"}
    page.route("**/gifs/**", lambda route: route.continue_())
    for route in held:
        route.continue_()
    expect_shown(dialog, "/default/glitch.gif")
    still = card(page, "blur").locator(".card-picture canvas:not(.mosaic)")  # it rests behind the dialog
    expect(still).to_be_attached()


def test_the_opened_gif_is_shown_while_it_arrives(page: Page, status: dict[str, str]) -> None:
    held: list[Route] = []
    page.route("**/gifs/**", lambda route: held.append(route))
    page.goto(f"/#photo={status['id']}&open=glitch")
    picture = page.locator("#preview-picture img")
    expect(picture).to_have_attribute("src", f"/gifs/{status['view']}/default/glitch.gif")
    for route in held:
        route.abort()


def test_a_friends_dialog_has_no_controls_and_no_commands(friends_dialog: Locator) -> None:
    expect(friends_dialog.locator("#option-controls")).to_be_hidden()
    expect(friends_dialog.locator("#developers")).to_be_hidden()
    expect(friends_dialog.get_by_role("button", name="Delete")).to_have_count(0)


def test_a_friend_can_save_and_share(friends_dialog: Locator) -> None:
    expect(friends_dialog.get_by_role("link", name="Download GIF")).to_be_visible()
    expect(friends_dialog.get_by_role("button", name="Copy link")).to_be_visible()


def test_a_friend_can_make_own_gifs_from_the_dialog(friends_dialog: Locator) -> None:
    with friends_dialog.page.expect_file_chooser():
        friends_dialog.get_by_role("button", name="Make your own").click()


def test_a_friend_can_step_through_the_gifs(friends_dialog: Locator) -> None:
    page = friends_dialog.page
    friends_dialog.get_by_role("button", name="Previous GIF").click()
    expect_shown(page.get_by_role("dialog", name="shake"), "/default/shake.gif")


def test_a_friend_cannot_reset_a_gif_that_has_options(page: Page, finished_id: str) -> None:
    view = page.request.get(f"/v1/photos/{finished_id}").json()["view"]
    page.goto(f"/#photo={view}&open=spin")
    expect(page.locator("#preview-facts dd")).to_have_count(4)
    expect(page.get_by_role("dialog").get_by_role("button", name="Reset")).to_have_count(0)
