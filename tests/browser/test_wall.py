"""The wall of cards: GIFs are ordered when their cards come near the viewport."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from tests.browser.dialog_steps import order_in, record_orders, reject_next_order
from tests.browser.steps import (
    ALL_READY,
    EFFECTS,
    ORDERS_URL,
    PHOTOS_URL,
    card,
    choose_photo,
    expect_all_ready,
    expect_count,
    expect_gifs,
    pass_cards,
    photo_id,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Route, ViewportSize
    from tests.servers import Server

PHONE: ViewportSize = {"width": 360, "height": 740}
REST = re.compile(rf"^\d+ of {len(EFFECTS)} ready, scroll for more$")


@pytest.fixture
def first(page: Page, photo: bytes) -> list[str]:
    """The effects that a phone ordered without scrolling. Their GIFs are ready."""
    page.set_viewport_size(PHONE)
    choose_photo(page, photo)
    expect(page.locator("#progress-text")).to_have_text(REST)
    ready = page.locator('.card[data-state="ready"]')
    effects: list[str] = ready.evaluate_all("cards => cards.map(({ dataset }) => dataset.effect)")
    return effects


def ordered_effects(request: Request) -> list[str]:
    return parse_qs(urlsplit(request.url).query)["effects"][0].split(",")


def effects_on_server(server: Server, page: Page) -> set[str]:
    return {gif["effect"] for gif in server.status(photo_id(page))["gifs"]}


def test_the_upload_orders_the_gifs_on_the_screen(page: Page, photo: bytes) -> None:
    page.set_viewport_size(PHONE)
    with page.expect_request(PHOTOS_URL) as request:
        choose_photo(page, photo)
    effects = ordered_effects(request.value)
    assert tuple(effects) == EFFECTS[: len(effects)]
    expect(card(page, effects[-1])).to_be_in_viewport()
    expect(card(page, EFFECTS[len(effects)])).not_to_be_in_viewport()


def test_a_small_screen_orders_at_least_one_gif(page: Page, photo: bytes) -> None:
    page.set_viewport_size({"width": 320, "height": 100})
    with page.expect_request(PHOTOS_URL) as request:
        choose_photo(page, photo)
    assert ordered_effects(request.value) == [EFFECTS[0]]


def test_the_gifs_just_below_the_screen_are_ordered_too(page: Page, first: list[str], server: Server) -> None:
    assert tuple(first) == EFFECTS[: len(first)]
    assert len(first) < len(EFFECTS)
    assert effects_on_server(server, page) == set(first)


def test_each_further_gif_is_ordered_once_when_it_is_scrolled_to(page: Page, first: list[str]) -> None:
    orders = record_orders(page)
    expect_gifs(page)
    page.reload()
    expect_gifs(page)
    assert sorted(order["effect"] for order in orders) == sorted(set(EFFECTS) - set(first))
    assert {(order["format"], order["size"]) for order in orders} == {("webp", "240")}


def test_the_focus_brings_a_card_near_and_orders_its_gif(page: Page, first: list[str]) -> None:
    effect = EFFECTS[len(first)]
    card(page, effect).locator(".card-open").focus()
    expect(card(page, effect)).to_have_attribute("data-state", "ready")


def test_a_click_that_needs_no_scrolling_orders_a_gif(page: Page, first: list[str]) -> None:  # noqa: ARG001
    """A screen reader can press a button that is not on the screen."""
    last = card(page, EFFECTS[-1])
    expect(last.get_by_role("button", name=f"{EFFECTS[-1]} not made yet")).to_be_enabled()
    last.locator(".card-open").evaluate("button => button.click()")
    expect(last).to_have_attribute("data-state", "ready")


def test_a_reload_orders_nothing_until_it_is_scrolled_to(
    page: Page, first: list[str], server: Server
) -> None:
    page.reload()
    expect(page.locator("#progress-text")).to_have_text(REST)
    expect(page.locator(".card")).to_have_count(len(EFFECTS))
    assert effects_on_server(server, page) == set(first)
    expect_gifs(page)


def test_back_to_a_photo_shows_what_was_ordered_and_continues(
    page: Page, first: list[str], photo: bytes
) -> None:
    choose_photo(page, photo, "second.jpg")
    expect(page.locator("#photo-name")).to_have_text("second.jpg")
    expect(page.locator("#progress-text")).to_have_text(REST)
    page.go_back()
    expect(page.locator("#photo-name")).to_have_text("cat.jpg")
    expect(card(page, first[-1])).to_have_attribute("data-state", "ready")
    expect_gifs(page)


def test_the_focus_of_a_card_goes_to_the_title_of_the_next_photo(
    page: Page, first: list[str], photo: bytes
) -> None:
    card(page, first[0]).locator(".card-open").focus()
    choose_photo(page, photo, "second.jpg")
    expect(page.locator("#photo-name")).to_have_text("second.jpg")
    expect(page.locator("#gifs-title")).to_be_focused()


def test_a_link_to_a_gif_that_is_not_ordered_yet_orders_it(page: Page, first: list[str]) -> None:  # noqa: ARG001
    page.goto(f"/#photo={photo_id(page)}&open={EFFECTS[-1]}")
    page.reload()
    expect(page.get_by_role("dialog", name=EFFECTS[-1]).locator("#preview-picture img")).to_be_visible()


def test_the_next_gif_in_the_dialog_is_ordered(page: Page, first: list[str]) -> None:
    card(page, first[-1]).locator(".card-open").click()
    page.get_by_role("button", name="Next GIF").click()
    following = page.get_by_role("dialog", name=EFFECTS[len(first)])
    expect(following.locator("#preview-picture img")).to_be_visible()


def test_gifs_ordered_in_one_tab_appear_in_another(page: Page, first: list[str]) -> None:
    other = page.context.new_page()
    other.set_viewport_size(PHONE)
    other.goto(page.url)
    expect(other.locator("#progress-text")).to_have_text(REST)
    orders = record_orders(other)
    expect_all_ready(page)
    expect(other.locator("#progress-text")).to_have_text(ALL_READY)
    expect_gifs(other)
    assert len(first) < len(EFFECTS)
    assert orders == []


def test_a_card_that_is_left_and_comes_back_while_its_gif_loads_shows_it(
    page: Page, finished_id: str
) -> None:
    held: list[Route] = []

    def is_first(request: Request, kind: str) -> bool:
        return request.resource_type == kind and f"/{EFFECTS[0]}." in request.url

    page.route(
        f"**/{EFFECTS[0]}.webp",
        lambda route: held.append(route) if is_first(route.request, "image") else route.continue_(),
    )
    page.set_viewport_size(PHONE)
    with page.expect_request(lambda request: is_first(request, "image")):
        page.goto(f"/#photo={finished_id}")
    pass_cards(page)
    with page.expect_request(lambda request: is_first(request, "fetch")):
        card(page, EFFECTS[0]).scroll_into_view_if_needed()
    page.route(
        f"**/{EFFECTS[0]}.webp", lambda route: route.continue_()
    )  # its picture may be requested only now
    for route in held:
        route.continue_()
    expect(card(page, EFFECTS[0]).locator(".card-picture img")).to_be_visible()


def test_a_busy_server_delays_the_orders_of_the_wall(page: Page, first: list[str]) -> None:
    reject_next_order(page, 429, "too_many_requests", **{"Retry-After": "1"})
    pass_cards(page)
    expect(page.get_by_text(f"{EFFECTS[len(first)]} is waiting its turn.")).to_be_visible()
    expect(page.locator("#progress-text")).to_have_text(ALL_READY)
    expect(page.get_by_text("is waiting its turn.")).to_have_count(0)


def test_a_replaced_banner_does_not_stop_the_orders_of_the_wall(page: Page, first: list[str]) -> None:
    reject_next_order(page, 429, "too_many_requests", **{"Retry-After": "3"})
    pass_cards(page)
    expect(page.get_by_text(f"{EFFECTS[len(first)]} is waiting its turn.")).to_be_visible()
    choose_photo(page, b"%PDF-1.7 an invoice", "invoice.pdf", "application/pdf")
    expect(page.get_by_role("alert")).to_contain_text("invoice.pdf")
    expect(page.locator("#progress-text")).to_have_text(ALL_READY)


def test_an_order_that_the_server_could_not_take_is_repeated(page: Page, first: list[str]) -> None:
    reject_next_order(page, 500, "internal", "The server has failed.")
    pass_cards(page)
    expect(page.get_by_text(f"{EFFECTS[len(first)]} could not be made.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Try now").click()
    expect(page.locator("#progress-text")).to_have_text(ALL_READY)


def test_an_order_that_always_fails_does_not_stop_the_others(page: Page, first: list[str]) -> None:
    failing = EFFECTS[len(first)]
    problem = {"status": 500, "code": "internal", "title": "No", "detail": "The server has failed."}

    def answer(route: Route) -> None:
        if order_in(route.request)["effect"] == failing:
            route.fulfill(status=500, json=problem)
        else:
            route.continue_()

    page.clock.install()
    page.reload()
    expect(page.locator("#progress-text")).to_have_text(REST)
    page.route(ORDERS_URL, answer)
    pass_cards(page)
    for _ in range(2):
        expect(page.get_by_text(f"{failing} could not be made.", exact=True)).to_be_visible()
        page.clock.run_for(11_000)
    expect_count(page, f"{len(EFFECTS) - 1} of {len(EFFECTS)} ready, 1 failed")
    expect(card(page, failing).get_by_role("button", name="Try again")).to_be_visible()


def test_a_rejected_order_shows_the_reason_on_its_card_and_the_others_continue(
    page: Page, first: list[str]
) -> None:
    reject_next_order(page, 409, "too_many_orders", "This photo has 100 orders, the maximum.")
    pass_cards(page)
    rest = f"{len(EFFECTS) - 1} of {len(EFFECTS)} ready, 1 failed"
    expect(page.locator("#progress-text")).to_have_text(rest)
    rejected = card(page, EFFECTS[len(first)])
    expect(rejected).to_contain_text("This photo has 100 orders, the maximum.")
    rejected.get_by_role("button", name="Try again").click()
    expect_gifs(page)


def test_a_lost_connection_delays_the_orders_until_it_is_back(page: Page, first: list[str]) -> None:
    page.context.set_offline(True)
    pass_cards(page)
    expect(card(page, EFFECTS[len(first)])).to_contain_text("waiting")
    page.context.set_offline(False)
    expect_gifs(page)


def test_an_order_of_a_photo_that_was_deleted_shows_that_it_is_gone(page: Page, first: list[str]) -> None:
    """The push of the deletion is late."""
    reject_next_order(page, 404, "not_found")
    card(page, EFFECTS[len(first)]).scroll_into_view_if_needed()
    expect(page.get_by_role("heading", name="This photo is gone.")).to_be_visible()
