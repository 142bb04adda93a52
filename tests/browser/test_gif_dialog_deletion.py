"""Deletion of a photo from the dialog of one of its GIFs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.dialog_steps import expect_shown, move_slider, reject_next_order
from tests.browser.steps import own_id

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Route
    from tests.servers import Server


def test_the_dialog_deletes_the_photo_after_a_confirmation(dialog: Locator, server: Server) -> None:
    page, photo = dialog.page, f"/v1/photos/{own_id(dialog.page)}"
    dialog.get_by_role("button", name="Delete photo and GIFs").click()
    expect(dialog.get_by_text("Delete the photo and all its GIFs?")).to_be_visible()
    assert server.client.get(photo).status_code == 200
    dialog.get_by_role("button", name="Delete now").click()
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_visible()
    expect(dialog).to_be_hidden()
    expect(page.locator("#file")).to_be_focused()
    assert server.client.get(photo).status_code == 404


def test_a_failed_deletion_is_shown_in_the_dialog(dialog: Locator, server: Server) -> None:
    page, photo = dialog.page, f"/v1/photos/{own_id(dialog.page)}"
    problem = {"code": "store_failed", "title": "The store does not answer", "detail": "Try again later."}
    page.route(
        f"**{photo}",
        lambda route: route.fulfill(status=503, json=problem, content_type="application/problem+json"),
    )
    dialog.get_by_role("button", name="Delete photo and GIFs").click()
    dialog.get_by_role("button", name="Delete now").click()
    expect(dialog.get_by_text("Nothing was deleted.")).to_be_visible()
    page.unroute(f"**{photo}")
    dialog.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Photo and GIFs deleted.")).to_be_visible()
    assert server.client.get(photo).status_code == 404


def test_the_photo_can_be_kept_after_a_failed_deletion(dialog: Locator) -> None:
    held = _hold_deletion(dialog)
    held[0].fulfill(status=503, json={"code": "store_failed", "title": "The store does not answer"})
    expect(dialog.get_by_text("Nothing was deleted.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Undo")).to_be_hidden()
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog.get_by_text("Nothing was deleted.")).to_be_hidden()


def _ask(dialog: Locator) -> Locator:
    """Ask to delete the photo; return the question."""
    dialog.get_by_role("button", name="Delete photo and GIFs").click()
    question = dialog.get_by_role("group", name="Delete the photo and all its GIFs?")
    expect(question.get_by_role("button", name="Keep")).to_be_focused()
    return question


def test_the_photo_can_be_kept(dialog: Locator) -> None:
    question = _ask(dialog)
    question.get_by_role("button", name="Keep").click()
    expect(question).to_be_hidden()
    expect(dialog.get_by_role("button", name="Delete photo and GIFs")).to_be_focused()


def test_the_question_is_the_name_of_its_group_but_no_status(dialog: Locator) -> None:
    expect(_ask(dialog).get_by_role("status")).to_be_empty()


def test_escape_keeps_the_photo_and_the_dialog(dialog: Locator) -> None:
    question = _ask(dialog)
    question.press("Escape")
    expect(question).to_be_hidden()
    expect(dialog).to_be_visible()


def test_the_question_hides_undo(dialog: Locator) -> None:
    move_slider(dialog, "Strength", 90)
    expect_shown(dialog, "/strength=90/glitch.gif")
    expect(dialog.get_by_role("button", name="Undo")).to_be_visible()
    _ask(dialog)
    expect(dialog.get_by_role("button", name="Undo")).to_be_hidden()


def test_a_change_waits_for_a_busy_server_behind_the_question(dialog: Locator) -> None:
    reject_next_order(dialog.page, 503, "busy", **{"Retry-After": "2"})
    move_slider(dialog, "Strength", 90)
    expect(dialog.get_by_role("button", name="Try now")).to_be_visible()
    _ask(dialog)
    expect_shown(dialog, "/strength=90/glitch.gif")


def _hold_deletion(dialog: Locator) -> list[Route]:
    """Start to delete the photo; return the requests, which are not answered."""
    held: list[Route] = []
    dialog.page.route(f"**/v1/photos/{own_id(dialog.page)}", lambda route: held.append(route))
    with dialog.page.expect_request(lambda request: request.method == "DELETE"):
        _ask(dialog).get_by_role("button", name="Delete now").click()
    return held


def test_a_running_deletion_is_shown(dialog: Locator) -> None:
    held = _hold_deletion(dialog)
    expect(dialog.get_by_role("status")).to_have_text("Deleting the photo")
    expect(dialog.get_by_role("heading", name="glitch")).to_be_focused()
    held[0].continue_()
    expect(dialog).to_be_hidden()


def test_a_photo_is_deleted_only_once(dialog: Locator) -> None:
    held = _hold_deletion(dialog)
    dialog.get_by_role("button", name="Delete photo and GIFs").click()
    expect(dialog.get_by_role("button", name="Delete now")).to_have_count(0)
    held[0].continue_()
    expect(dialog.page.get_by_text("Photo and GIFs deleted.")).to_be_visible()
    assert [route.request.method for route in held] == ["DELETE"]


def test_a_deletion_that_fails_after_the_dialog_has_closed_shows_an_alert(dialog: Locator) -> None:
    held = _hold_deletion(dialog)
    dialog.press("Escape")
    expect(dialog).to_be_hidden()
    held[0].fulfill(status=503, json={"code": "store_failed", "title": "The store does not answer"})
    expect(dialog.page.get_by_role("alert")).to_contain_text("Nothing was deleted.")
