"""A storm proves something only if its book sees what it is there to see."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.chaos.ledger import MOST_ERRANDS, Errand, Ledger, incomplete

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


def test_no_two_errands_have_the_same_names() -> None:
    every_size, every_duration = range(65), range(65, MOST_ERRANDS, 65)
    names = [
        frozenset(Errand(number, "cat", effects).orders("id"))
        for number in (*every_size, *every_duration)
        for effects in ("classic", "blur", "recursive", "blur,recursive")
    ]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("state", ["ready", "failed"])
def test_a_photo_that_was_finished_is_no_violation(ledger: Ledger, state: str) -> None:
    photo_id = accepted(ledger, state=state)
    ledger.audit(ERRAND.orders(photo_id))
    assert ledger.violations == []


def test_a_photo_that_is_never_finished_is_seen(ledger: Ledger) -> None:
    photo_id = accepted(ledger, state="pending")
    ledger.audit(ERRAND.orders(photo_id))
    assert "never finished" in ledger.violations[0]


def test_an_accepted_photo_that_is_lost_is_seen(ledger: Ledger) -> None:
    accepted(ledger)
    ledger.audit([])
    assert "not in the store" in ledger.violations[0]


def test_an_accepted_order_that_vanishes_is_seen(ledger: Ledger) -> None:
    photo_id = accepted(ledger)
    ledger.look({"id": photo_id, "gifs": []}, time.monotonic())
    assert "was ready and is missing" in ledger.violations[0]


def test_a_gif_that_is_taken_back_is_seen(ledger: Ledger) -> None:
    photo_id = accepted(ledger)
    ledger.look(document(photo_id), time.monotonic())
    assert "was ready and is pending" in ledger.violations[0]


def test_old_news_are_no_violation(ledger: Ledger) -> None:
    asked = time.monotonic()
    photo_id = accepted(ledger)
    ledger.look(document(photo_id), asked)
    assert ledger.violations == []


def test_a_gif_with_other_bytes_than_before_is_seen(ledger: Ledger, gif: bytes, photo: bytes) -> None:
    ledger.read("/gifs/a", gif)
    ledger.read("/gifs/a", gif)
    assert ledger.violations == []
    ledger.read("/gifs/a", render(open_photo(photo), "blur", size=17).data)
    assert ledger.violations == ["/gifs/a has other bytes than before"]


def test_half_a_gif_is_seen(ledger: Ledger, gif: bytes) -> None:
    for number, half in enumerate((b"", gif[:-1], gif[: len(gif) // 2] + b";", b"<html>;")):
        assert incomplete(half) is not None
        ledger.read(f"/gifs/{number}", half)
    assert incomplete(gif) is None
    assert len(ledger.violations) == 4


def test_what_a_refused_photo_left_is_seen(ledger: Ledger) -> None:
    photo_id = new_photo_id()
    ledger.refuse("busy")
    ledger.audit(ERRAND.orders(photo_id))
    assert "never accepted" in ledger.violations[0]


def test_what_nobody_answered_may_have_been_kept(ledger: Ledger) -> None:
    ledger.unanswered.append(ERRAND)
    ledger.audit(ERRAND.orders(new_photo_id()))
    assert ledger.violations == []
    ledger.audit(Errand(1, "cat", "blur").orders(new_photo_id()))
    assert len(ledger.violations) == 1


def test_what_is_left_of_a_deleted_photo_is_seen(ledger: Ledger) -> None:
    photo_id = accepted(ledger)
    ledger.delete(photo_id)
    ledger.audit([])
    assert ledger.violations == []
    ledger.audit([f"gifs/{photo_id}/default/blur.gif"])
    assert "was deleted and left" in ledger.violations[0]


def test_a_broken_photo_that_is_accepted_is_seen(ledger: Ledger) -> None:
    accepted(ledger, Errand(0, "cat", "blur", fault="truncated"))
    assert "although it is truncated" in ledger.violations[0]
