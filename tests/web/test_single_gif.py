"""Waits of `POST /v1/gifs` for its GIF, with an engine that a test controls."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from gifmill.effects import find_effect
from gifmill.errors import CannotFit, DamagedPhoto, GifmillError, RenderFailed, StoreFailed
from gifmill.orders import FailedKey, OrderKey, delete_photo, intake_photo, render_order
from gifmill.settings import Settings
from gifmill.store import open_store
from gifmill.web import RELEASE_UPLOAD, create_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

    from gifmill.orders import GifKey

SETTINGS = Settings(gif_wait_s=3600)
"""With the longest wait of an hour, only the event that a test causes can end a wait in time."""


class ControlledEngine:
    """An engine that accepts photos and renders a GIF when the test says so."""

    forms = None

    def __init__(self) -> None:
        self.store = open_store("memory://")
        self.orders: list[OrderKey] = []
        self.waiting = anyio.Event()
        self.done = anyio.Event()
        self.cancelled = False

    async def accept(self, view: str, orders: tuple[OrderKey, ...], chunks: AsyncIterator[bytes]) -> None:  # noqa: ARG002
        intake_photo(self.store, SETTINGS, orders, b"".join([chunk async for chunk in chunks]))
        self.orders += orders

    async def finished(self, gif: GifKey) -> None:  # noqa: ARG002
        self.waiting.set()
        try:
            await self.done.wait()
        except anyio.get_cancelled_exc_class():
            self.cancelled = True
            raise

    def gif_reference(self, gif: GifKey, request: Request) -> str:  # noqa: ARG002
        return f"reference-of/{gif.effect}"


class Call:
    """One request to an application of its own.

    Attributes:
        client_gone: whether the client has disconnected.
        released: whether the request has given its upload slot back.
        sent: the messages of the response.
    """

    def __init__(self, photo: bytes, prefer: str = "", settings: Settings = SETTINGS) -> None:
        self.engine = ControlledEngine()
        self.app = create_app(self.engine.store, self.engine, settings)  # type: ignore[arg-type]
        self.client_gone = anyio.Event()
        self.released = False
        self.sent: list[Any] = []
        self._body = [{"type": "http.request", "body": photo, "more_body": False}]
        self._scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/gifs",
            "query_string": b"effect=blur&size=16",
            "headers": [(b"prefer", prefer.encode())] if prefer else [],
            RELEASE_UPLOAD: self._release,
        }

    async def run(self) -> None:
        await self.app(self._scope, self._receive, self._send)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def document(self) -> Any:
        return json.loads(self.sent[1]["body"])

    def _release(self) -> None:
        self.released = True

    async def _receive(self) -> Any:
        if self._body:
            return self._body.pop()
        await self.client_gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.sent.append(message)


def answer(
    photo: bytes, meanwhile: Callable[[Call], None], prefer: str = "", settings: Settings = SETTINGS
) -> Call:
    """Send a photo, and do something while the request waits for its GIF."""

    async def run() -> Call:
        call = Call(photo, prefer, settings)
        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call.run)
                await call.engine.waiting.wait()
                meanwhile(call)
        return call

    return anyio.run(run)


def render(call: Call) -> None:
    """Render the ordered GIF."""
    render_order(call.engine.store, call.engine.orders[0], find_effect("blur"))


def fail(call: Call, problem: dict[str, str]) -> None:
    """Store a failure of the ordered GIF, and end the wait."""
    [gif] = call.engine.orders[0].gifs
    call.engine.store.put(str(FailedKey(gif)), json.dumps(problem).encode())
    call.engine.done.set()


def test_the_response_comes_once_the_gif_is_finished(photo: bytes) -> None:
    def finish(call: Call) -> None:
        assert not call.sent
        render(call)
        call.engine.done.set()

    call = answer(photo, finish)
    assert call.status == 303
    assert call.headers["location"] == "reference-of/blur"
    assert re.fullmatch(r'<photos/[a-z2-7]{26}>; rel="status"', call.headers["link"])
    assert call.document["gifs"][0]["state"] == "ready"


@pytest.mark.parametrize("prefer", ["", "wait=1", "wait=50", "respond-async, wait=1"])
def test_a_gif_that_is_not_finished_in_time_is_answered_with_its_status(photo: bytes, prefer: str) -> None:
    start = time.monotonic()
    call = answer(photo, lambda _: None, prefer, Settings(gif_wait_s=1))
    assert time.monotonic() - start >= 1
    assert call.status == 202
    assert call.engine.cancelled
    assert call.headers["location"] == f"photos/{call.document['id']}"
    assert call.document["gifs"][0]["state"] == "pending"


def test_a_gif_that_is_finished_unnoticed_is_found_at_the_end_of_the_wait(photo: bytes) -> None:
    assert answer(photo, render, "wait=1").status == 303


def test_without_a_wait_the_engine_is_not_asked(photo: bytes) -> None:
    async def run() -> Call:
        call = Call(photo, "wait=0")
        with anyio.fail_after(60):
            await call.run()
        return call

    call = anyio.run(run)
    assert (call.status, call.engine.waiting.is_set(), call.released) == (202, False, True)


def test_a_client_that_disconnects_ends_its_wait_and_gets_no_response(photo: bytes) -> None:
    def disconnect(call: Call) -> None:
        assert len(call.app.state.waits) == 1
        call.client_gone.set()

    call = answer(photo, disconnect)
    assert call.engine.cancelled
    assert call.sent == []
    assert len(call.app.state.waits) == 0


def test_a_wait_holds_no_upload_slot(photo: bytes) -> None:
    def disconnect(call: Call) -> None:
        assert call.released
        call.client_gone.set()

    answer(photo, disconnect)


def test_a_shutdown_ends_all_waits(photo: bytes) -> None:
    assert answer(photo, lambda call: call.app.state.waits.close()).status == 202


def test_after_a_shutdown_began_nothing_waits(photo: bytes) -> None:
    async def run() -> Call:
        call = Call(photo)
        call.app.state.waits.close()
        with anyio.fail_after(60):
            await call.run()
        return call

    call = anyio.run(run)
    assert (call.status, call.engine.cancelled) == (202, True)


@pytest.mark.parametrize(
    "error", [CannotFit("Too large."), RenderFailed.of_effect("blur"), DamagedPhoto("Broken.")]
)
def test_a_failed_gif_is_answered_with_the_status_of_its_failure(photo: bytes, error: GifmillError) -> None:
    call = answer(photo, lambda call: fail(call, error.problem()))
    assert call.status == 422
    assert call.headers["content-type"] == "application/problem+json"
    assert "location" not in call.headers
    assert 'rel="status"' in call.headers["link"]
    assert (call.document["code"], call.document["detail"]) == (error.code, error.message)


def test_a_failure_that_this_version_does_not_know_gives_500(photo: bytes) -> None:
    problem = {**CannotFit("Too large.").problem(), "code": "of_another_version"}
    call = answer(photo, lambda call: fail(call, problem))
    assert (call.status, call.document["code"]) == (500, "of_another_version")


def test_a_photo_that_is_deleted_during_the_wait_is_not_found(photo: bytes) -> None:
    def delete(call: Call) -> None:
        delete_photo(call.engine.store, call.engine.orders[0].view)
        call.engine.done.set()

    call = answer(photo, delete)
    assert (call.status, call.document["code"]) == (404, "not_found")


def test_a_failing_store_is_reported(photo: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def raise_error(*_: object) -> None:
        raise StoreFailed("The store does not respond.")

    def break_store(call: Call) -> None:
        monkeypatch.setattr(call.engine.store, "list", raise_error)
        call.engine.done.set()

    call = answer(photo, break_store)
    assert (call.status, call.document["code"]) == (503, "store_failed")
