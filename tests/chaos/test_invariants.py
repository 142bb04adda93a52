"""Violations that the checker of chaos runs finds."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.chaos.invariants import MAX_UPLOADS, InvariantChecker, Upload, incomplete
from tests.views import new_view

from gifmill import open_photo, render

UPLOAD = Upload(0, "cat", "blur")


@pytest.fixture
def checker() -> InvariantChecker:
    return InvariantChecker()


def document(view: str, upload: Upload = UPLOAD, state: str = "pending") -> dict[str, Any]:
    gifs = [{"effect": gif.effect, "options": str(gif.options), "state": state} for gif in upload.gifs(view)]
    return {"id": "id", "view": view, "gifs": gifs}


def accepted(checker: InvariantChecker, upload: Upload = UPLOAD, state: str = "ready") -> str:
    """Record an accepted photo with its final state; return its view."""
    view = new_view()
    checker.record_acceptance(upload, document(view, upload), time.monotonic())
    checker.record_status(document(view, upload, state), time.monotonic())
    return view


@pytest.fixture(scope="module")
def gif(photo: bytes) -> bytes:
    return render(open_photo(photo), "blur", size=16).data


def test_orders_of_different_uploads_have_different_names() -> None:
    every_size, every_duration = range(65), range(65, MAX_UPLOADS, 65)
    names = [
        frozenset(Upload(number, "cat", effects).orders("view"))
        for number in (*every_size, *every_duration)
        for effects in ("classic", "blur", "recursive", "blur,recursive")
    ]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("state", ["ready", "failed"])
def test_a_finished_photo_is_no_violation(checker: InvariantChecker, state: str) -> None:
    view = accepted(checker, state=state)
    checker.audit(UPLOAD.orders(view))
    assert checker.violations == []


def test_an_unfinished_photo_is_a_violation(checker: InvariantChecker) -> None:
    view = accepted(checker, state="pending")
    checker.audit(UPLOAD.orders(view))
    assert "never finished" in checker.violations[0]


def test_a_lost_photo_is_a_violation(checker: InvariantChecker) -> None:
    accepted(checker)
    checker.audit([])
    assert "not in the store" in checker.violations[0]


def test_a_lost_order_is_a_violation(checker: InvariantChecker) -> None:
    view = accepted(checker)
    checker.record_status({"view": view, "gifs": []}, time.monotonic())
    assert "was ready and is missing" in checker.violations[0]


def test_a_ready_gif_that_becomes_pending_is_a_violation(checker: InvariantChecker) -> None:
    view = accepted(checker)
    checker.record_status(document(view), time.monotonic())
    assert "was ready and is pending" in checker.violations[0]


def test_an_outdated_status_is_no_violation(checker: InvariantChecker) -> None:
    requested_at = time.monotonic()
    view = accepted(checker)
    checker.record_status(document(view), requested_at)
    assert checker.violations == []


def test_a_gif_whose_bytes_change_is_a_violation(checker: InvariantChecker, gif: bytes, photo: bytes) -> None:
    checker.record_gif("/gifs/a", gif)
    checker.record_gif("/gifs/a", gif)
    assert checker.violations == []
    checker.record_gif("/gifs/a", render(open_photo(photo), "blur", size=17).data)
    assert checker.violations == ["/gifs/a has other bytes than before"]


def test_a_truncated_gif_is_a_violation(checker: InvariantChecker, gif: bytes) -> None:
    for number, half in enumerate((b"", gif[:-1], gif[: len(gif) // 2] + b";", b"<html>;")):
        assert incomplete(half) is not None
        checker.record_gif(f"/gifs/{number}", half)
    assert incomplete(gif) is None
    assert len(checker.violations) == 4


def test_files_of_a_rejected_photo_are_a_violation(checker: InvariantChecker) -> None:
    view = new_view()
    checker.record_rejection("busy")
    checker.audit(UPLOAD.orders(view))
    assert "never accepted" in checker.violations[0]


def test_an_unanswered_upload_may_have_been_stored(checker: InvariantChecker) -> None:
    checker.unanswered.append(UPLOAD)
    checker.audit(UPLOAD.orders(new_view()))
    assert checker.violations == []
    checker.audit(Upload(1, "cat", "blur").orders(new_view()))
    assert len(checker.violations) == 1


def test_files_of_a_deleted_photo_are_a_violation(checker: InvariantChecker) -> None:
    view = accepted(checker)
    checker.record_deletion(view)
    checker.audit([])
    assert checker.violations == []
    checker.audit([f"gifs/{view}/default/blur.gif"])
    assert "was deleted and left" in checker.violations[0]


def test_an_accepted_faulty_photo_is_a_violation(checker: InvariantChecker) -> None:
    accepted(checker, Upload(0, "cat", "blur", fault="truncated"))
    assert "although it is truncated" in checker.violations[0]
