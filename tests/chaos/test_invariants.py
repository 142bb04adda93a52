"""A storm proves something only if its book sees what it is there to see."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.chaos.invariants import MOST_ERRANDS, Errand, Ledger, incomplete

from gifmill import open_photo, render
from gifmill.orders.keys import new_photo_id

ERRAND = Errand(0, "cat", "blur")


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def document(photo_id: str, errand: Errand = ERRAND, state: str = "pending") -> dict[str, Any]:
    gifs = [
        {"effect": gif.effect, "options": str(gif.options), "state": state} for gif in errand.gifs(photo_id)
    ]
    return {"id": photo_id, "gifs": gifs}


def accepted(ledger: Ledger, errand: Errand = ERRAND, state: str = "ready") -> str:
    """A photo that was accepted, and what has become of it."""
    photo_id = new_photo_id()
    ledger.accept(errand, document(photo_id, errand), time.monotonic())
    ledger.look(document(photo_id, errand, state), time.monotonic())
    return photo_id


@pytest.fixture(scope="module")
def gif(photo: bytes) -> bytes:
    return render(open_photo(photo), "blur", size=16).data


def test_orders_of_different_uploads_have_different_names() -> None:
    every_size, every_duration = range(65), range(65, MOST_ERRANDS, 65)
    names = [
        frozenset(Errand(number, "cat", effects).orders("id"))
        for number in (*every_size, *every_duration)
        for effects in ("classic", "blur", "recursive", "blur,recursive")
    ]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("state", ["ready", "failed"])
def test_a_finished_photo_is_no_violation(ledger: Ledger, state: str) -> None:
    photo_id = accepted(ledger, state=state)
    ledger.audit(ERRAND.orders(photo_id))
    assert ledger.violations == []


def test_an_unfinished_photo_is_a_violation(ledger: Ledger) -> None:
    photo_id = accepted(ledger, state="pending")
    ledger.audit(ERRAND.orders(photo_id))
    assert "never finished" in ledger.violations[0]


def test_a_lost_photo_is_a_violation(ledger: Ledger) -> None:
    accepted(ledger)
    ledger.audit([])
    assert "not in the store" in ledger.violations[0]


def test_a_lost_order_is_a_violation(ledger: Ledger) -> None:
    photo_id = accepted(ledger)
    ledger.look({"id": photo_id, "gifs": []}, time.monotonic())
    assert "was ready and is missing" in ledger.violations[0]


def test_a_ready_gif_that_becomes_pending_is_a_violation(ledger: Ledger) -> None:
    photo_id = accepted(ledger)
    ledger.look(document(photo_id), time.monotonic())
    assert "was ready and is pending" in ledger.violations[0]


def test_an_outdated_status_is_no_violation(ledger: Ledger) -> None:
    asked = time.monotonic()
    photo_id = accepted(ledger)
    ledger.look(document(photo_id), asked)
    assert ledger.violations == []


def test_a_gif_whose_bytes_change_is_a_violation(ledger: Ledger, gif: bytes, photo: bytes) -> None:
    ledger.read("/gifs/a", gif)
    ledger.read("/gifs/a", gif)
    assert ledger.violations == []
    ledger.read("/gifs/a", render(open_photo(photo), "blur", size=17).data)
    assert ledger.violations == ["/gifs/a has other bytes than before"]


def test_a_truncated_gif_is_a_violation(ledger: Ledger, gif: bytes) -> None:
    for number, half in enumerate((b"", gif[:-1], gif[: len(gif) // 2] + b";", b"<html>;")):
        assert incomplete(half) is not None
        ledger.read(f"/gifs/{number}", half)
    assert incomplete(gif) is None
    assert len(ledger.violations) == 4


def test_files_of_a_rejected_photo_are_a_violation(ledger: Ledger) -> None:
    photo_id = new_photo_id()
    ledger.refuse("busy")
    ledger.audit(ERRAND.orders(photo_id))
    assert "never accepted" in ledger.violations[0]


def test_an_unanswered_upload_may_have_been_stored(ledger: Ledger) -> None:
    ledger.unanswered.append(ERRAND)
    ledger.audit(ERRAND.orders(new_photo_id()))
    assert ledger.violations == []
    ledger.audit(Errand(1, "cat", "blur").orders(new_photo_id()))
    assert len(ledger.violations) == 1


def test_files_of_a_deleted_photo_are_a_violation(ledger: Ledger) -> None:
    photo_id = accepted(ledger)
    ledger.delete(photo_id)
    ledger.audit([])
    assert ledger.violations == []
    ledger.audit([f"gifs/{photo_id}/default/blur.gif"])
    assert "was deleted and left" in ledger.violations[0]


def test_an_accepted_faulty_photo_is_a_violation(ledger: Ledger) -> None:
    accepted(ledger, Errand(0, "cat", "blur", fault="truncated"))
    assert "although it is truncated" in ledger.violations[0]
