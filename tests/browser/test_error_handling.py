"""Error handling: busy and failing servers, failed GIFs, lost sockets, by rewriting a server's responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Error, expect
from tests.browser.dialog_steps import record_orders
from tests.browser.steps import (
    EFFECTS,
    ORDERS_URL,
    PHOTOS_URL,
    STATUS_URL,
    WEBSOCKET_URL,
    accept_silently,
    answer_pending,
    card,
    choose_photo,
    expect_accepted,
    expect_count,
    expect_gifs,
    pass_cards,
    rewrite_gifs,
    show_photo,
)
from tests.card_files import PREVIEW_OPTIONS
from tests.servers import serving

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route, WebSocketRoute
    from tests.servers import Server


def test_a_damaged_photo_shows_the_servers_reason(page: Page, photo: bytes) -> None:
    with page.expect_response(PHOTOS_URL) as response:
        choose_photo(page, photo[:200])
    assert 400 <= response.value.status < 500
    expect(page.get_by_role("alert")).to_contain_text(response.value.json()["detail"])
    with page.expect_file_chooser():
        page.get_by_role("alert").get_by_role("button", name="Choose a photo").click()


def test_an_unsupported_file_leaves_the_previous_gifs(page: Page, finished_id: str) -> None:
    show_photo(page, finished_id)
    choose_photo(page, b"%PDF-1.7 an invoice", "invoice.pdf", "application/pdf")
    expect(page.get_by_role("alert")).to_contain_text("invoice.pdf")
    expect_gifs(page)


def test_the_reason_of_a_rejection_does_not_wait_for_the_photo_before_it(page: Page, photo: bytes) -> None:
    choose_photo(page, photo, "first.jpg")
    expect_accepted(page)
    page.route(STATUS_URL, lambda _: None)
    choose_photo(page, photo[:200], "damaged.jpg")
    expect(page.get_by_role("alert")).to_contain_text("damaged.jpg cannot be used.")
    expect(page.locator("#photo-name")).to_have_text("first.jpg")


def test_a_file_over_the_limit_is_not_uploaded(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("#file").evaluate(
        """input => {
            const files = new DataTransfer();
            const parts = [new Uint8Array([255, 216, 255]), new Uint8Array(25_000_000)];
            files.items.add(new File(parts, "poster.jpg", { type: "image/jpeg" }));
            input.files = files.files;
            input.dispatchEvent(new Event("change"));
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("It is 25.1 MB; the limit is 25 MB.")
    assert sent == []


def _answer_busy_once(page: Page, seconds: int) -> None:
    """Answer the next upload with 503 and a Retry-After."""
    headers = {"Retry-After": str(seconds)}
    page.route(
        PHOTOS_URL, lambda route: route.fulfill(status=503, headers=headers, json={"code": "busy"}), times=1
    )


def test_an_upload_to_a_busy_server_is_retried_automatically(page: Page, photo: bytes) -> None:
    _answer_busy_once(page, 1)
    choose_photo(page, photo)
    expect(page.get_by_text("The server is busy.", exact=True)).to_be_visible()
    expect_accepted(page)
    expect(page.get_by_text("The server is busy.", exact=True)).to_have_count(0)


def test_waiting_for_a_busy_server_can_be_skipped(page: Page, photo: bytes) -> None:
    _answer_busy_once(page, 600)
    choose_photo(page, photo)
    expect(page.get_by_text("Trying again in 600 s.")).to_be_visible()
    page.get_by_role("button", name="Try now").click()
    expect_accepted(page)


def test_waiting_for_a_busy_server_can_be_cancelled(page: Page, photo: bytes) -> None:
    choose_photo(page, photo, "first.jpg")
    expect_gifs(page)
    _answer_busy_once(page, 600)
    choose_photo(page, photo, "second.jpg")
    expect(page.get_by_text("Trying again in 600 s.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#photo-name")).to_have_text("first.jpg")
    expect_gifs(page)


def test_an_upload_that_timed_out_can_be_retried(page: Page, photo: bytes) -> None:
    slow = {"status": 408, "code": "too_slow", "title": "The upload took too long", "detail": "Too slow."}
    page.route(PHOTOS_URL, lambda route: route.fulfill(status=408, json=slow), times=1)
    choose_photo(page, photo)
    expect(page.get_by_role("alert")).to_contain_text("Too slow. Your photo is still here.")
    page.get_by_role("button", name="Try again").click()
    expect_accepted(page)


def test_a_response_of_another_server_counts_as_no_response(page: Page, photo: bytes) -> None:
    login = "<title>Log in to this network</title>"
    page.route(PHOTOS_URL, lambda route: route.fulfill(body=login, content_type="text/html"), times=1)
    choose_photo(page, photo)
    expect(page.get_by_role("alert")).to_contain_text("The server does not respond.")
    page.get_by_role("button", name="Try again").click()
    expect_accepted(page)


def test_a_sample_that_fails_to_load_can_be_retried(page: Page) -> None:
    page.route("**/samples/rocket.jpg", lambda route: route.abort(), times=1)
    page.get_by_role("button", name="A rocket taking off").click()
    page.get_by_role("alert").get_by_role("button", name="Try again").click()
    expect_accepted(page)


def test_a_failed_upload_can_be_retried(page: Page, photo: bytes) -> None:
    page.route(PHOTOS_URL, lambda route: route.abort(), times=1)
    choose_photo(page, photo)
    expect(page.get_by_role("alert")).to_contain_text("The server does not respond.")
    page.get_by_role("button", name="Try again").click()
    expect_accepted(page)


def test_a_failed_gif_shows_the_reason_and_can_be_retried(page: Page, photo: bytes) -> None:
    """The status is rewritten, as no photo makes a real effect fail."""
    reason = "cyclic took too long and was stopped."

    problem = {"title": "Not made", "detail": reason}
    failed = {"state": "failed", "url": None, "bytes": None, "problem": problem}
    rewrite_gifs(page, {"cyclic": failed})
    choose_photo(page, photo)
    pass_cards(page)
    expect_count(page, f"{len(EFFECTS) - 1} of {len(EFFECTS)} ready, 1 failed")
    expect(card(page, "cyclic")).to_contain_text(reason)

    for address in (PHOTOS_URL, STATUS_URL, ORDERS_URL):
        page.unroute(address)
    card(page, "cyclic").get_by_role("button", name="Try again").click()
    expect_gifs(page)
    expect(card(page, "cyclic")).not_to_contain_text(reason)


def test_a_gif_that_fails_to_load_can_be_retried(page: Page, photo: bytes, server: Server) -> None:
    page.route("**/blur.webp", lambda route: route.abort(), times=1)
    photo_id = server.finished(server.order(photo, effects="all", **PREVIEW_OPTIONS)["id"])["id"]
    page.goto(f"/#photo={photo_id}")
    orders = record_orders(page)
    expect(card(page, "blur")).to_contain_text("could not be loaded")
    card(page, "blur").get_by_role("button", name="Try again").click()
    expect_gifs(page)
    assert orders == []


def test_gifs_arrive_by_push_without_polling(page: Page, photo: bytes) -> None:
    page.route(STATUS_URL, lambda route: route.abort())
    choose_photo(page, photo)
    expect_gifs(page)


def test_gifs_arrive_by_polling_when_the_socket_cannot_open(page: Page, photo: bytes) -> None:
    page.route_web_socket(WEBSOCKET_URL, lambda socket: socket.close())
    choose_photo(page, photo)
    expect_gifs(page)


def test_polling_continues_while_the_socket_keeps_closing(page: Page, photo: bytes) -> None:
    polls = 0
    withheld = True

    def stay_pending(route: Route) -> None:
        nonlocal polls
        polls += bool(STATUS_URL.search(route.request.url))
        if withheld:
            answer_pending(route)
        else:
            route.continue_()

    page.route_web_socket(WEBSOCKET_URL, lambda socket: socket.close())
    for address in (PHOTOS_URL, STATUS_URL, ORDERS_URL):  # the first response may contain a finished GIF
        page.route(address, stay_pending)
    page.clock.install()
    page.reload()
    choose_photo(page, photo)
    expect_count(page, f"0 of {len(EFFECTS)} ready")
    for _ in range(60):
        page.clock.run_for(1_000)
        if polls >= 6:
            break
    assert polls >= 6
    withheld = False
    expect_gifs(page)


def test_gifs_arrive_by_polling_when_the_socket_is_silent(page: Page, photo: bytes) -> None:
    page.route_web_socket(WEBSOCKET_URL, accept_silently)
    choose_photo(page, photo)
    expect_gifs(page)


def test_a_closed_socket_reconnects(page: Page, photo: bytes) -> None:
    sockets: list[WebSocketRoute] = []

    def close_the_first(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        if len(sockets) == 1:
            socket.close()
        else:
            socket.connect_to_server()

    page.route_web_socket(WEBSOCKET_URL, close_the_first)
    page.route(STATUS_URL, lambda route: route.abort())
    for address in (PHOTOS_URL, ORDERS_URL):  # the GIFs arrive by the socket only
        page.route(address, answer_pending)
    choose_photo(page, photo)
    expect_gifs(page)
    assert len(sockets) == 2


def test_a_killed_server_is_reported_while_gifs_are_made(
    browser: Browser, tmp_path: Path, photo: bytes
) -> None:
    def answer_pending_or_fail(route: Route) -> None:
        try:
            answer_pending(route)
        except Error:
            route.abort()

    with serving(tmp_path, workers=1) as server:
        page = browser.new_page(base_url=server.address, service_workers="block")
        page.route_web_socket(WEBSOCKET_URL, accept_silently)
        for address in (PHOTOS_URL, STATUS_URL, ORDERS_URL):
            page.route(address, answer_pending_or_fail)
        page.goto("/")
        choose_photo(page, photo)
        expect_count(page, f"0 of {len(EFFECTS)} ready")
        server.kill()
        expect_count(page, "The server does not answer. The page keeps trying.")
        page.close()


def test_a_style_sheet_is_loaded_once_and_again_after_a_failure(page: Page) -> None:
    page.route("**/photo-lists.css", lambda route: route.abort(), times=1)
    links = page.evaluate("""async () => {
        const { loadStyles } = await import("/load-styles.js");
        const failed = await loadStyles("photo-lists.css").then(() => false, () => true);
        await Promise.all([loadStyles("photo-lists.css"), loadStyles("photo-lists.css")]);
        return [failed, document.querySelectorAll('link[href="photo-lists.css"]').length];
    }""")
    assert links == [True, 1]
