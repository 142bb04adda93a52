"""Logs and metrics of the API's handler. Its responses are tested by tests/http_contract."""

from __future__ import annotations

import asyncio
import io
import json
import re
import time
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from tests.aws.sqs_records import InvocationContext
from tests.views import new_view

from bench.lambda_cold_start import rest_event
from gifmill.aws import api, telemetry
from gifmill.effects import find_effect
from gifmill.errors import RenderFailed, StoreFailed
from gifmill.orders import pipeline
from gifmill.orders.capabilities import derive_view, new_photo_id
from gifmill.orders.keys import OrderKey, parse_key
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gifmill.store.store import Store


@pytest.fixture
def call(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that sends a request of API Gateway to the handler."""
    monkeypatch.setenv("PHOTO_BUCKET_URL", "https://photos.example")
    api._app.cache_clear()

    def send(
        method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, **query: str
    ) -> dict[str, Any]:
        event = rest_event(method, path, body, **query)
        event["headers"] |= headers or {}
        event["multiValueHeaders"] |= {name: [value] for name, value in (headers or {}).items()}
        return api.handler(event, InvocationContext())  # type: ignore[arg-type]

    assert list(store.list("")) == []
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)  # as in Lambda's process
    yield send
    asyncio.set_event_loop(None)
    loop.close()
    api._app.cache_clear()


def header(answer: dict[str, Any], name: str) -> str:
    """Return the value of a header."""
    single = answer.get("headers", {})
    several = {key: values[0] for key, values in answer.get("multiValueHeaders", {}).items()}
    return str({key.lower(): value for key, value in (single | several).items()}[name])


def metric_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if "_aws" in line]


def test_the_request_id_is_that_of_the_invocation(call: Any) -> None:
    answer = call("GET", "/v1/effects")
    assert answer["statusCode"] == 200
    assert header(answer, "x-request-id") == InvocationContext.aws_request_id


def test_a_problem_document_has_the_invocation_id(call: Any) -> None:
    answer = call("GET", f"/v1/photos/{new_photo_id()}")
    assert answer["isBase64Encoded"]
    problem = json.loads(b64decode(answer["body"]))
    assert (problem["code"], problem["instance"]) == (
        "not_found",
        f"urn:uuid:{InvocationContext.aws_request_id}",
    )


def test_a_rejected_request_is_counted_and_logged_with_its_code(
    call: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", log)
    photo_id = new_photo_id()
    call("GET", f"/v1/photos/{photo_id}")
    [line] = metric_lines(capsys.readouterr().out)
    assert line["gifmill_refusals_total"] == [1.0]
    [logged] = [json.loads(text) for text in log.getvalue().splitlines()]
    assert (logged["code"], logged["route"]) == ("not_found", "/v1/photos/{photo_id}")
    assert (logged["photo"], logged["request"]) == (
        derive_view(photo_id)[:6],
        InvocationContext.aws_request_id,
    )


def test_a_photo_from_before_views_can_be_ordered_from_and_deleted(
    call: Any, store: Store, photo: bytes
) -> None:
    photo_id = new_photo_id()
    pipeline.intake_photo(store, Settings(), pipeline.new_orders(photo_id, "blur", {}), photo)
    body = json.dumps({"effect": "cyclic"}).encode()
    assert call("POST", f"/v1/photos/{photo_id}/gifs", body)["statusCode"] == 202
    assert {stored.key for stored in store.list("photos/")} == {
        f"photos/{photo_id}/default/{effect}.png" for effect in ("blur", "cyclic")
    }
    assert call("DELETE", f"/v1/photos/{photo_id}")["statusCode"] == 204
    assert list(store.list("photos/")) == []


def test_photos_are_counted_by_outcome(call: Any, photo: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("POST", "/v1/photos", photo, effects="blur")["statusCode"] == 202
    [line] = metric_lines(capsys.readouterr().out)
    assert (line["gifmill_photos_total"], line["outcome"]) == ([1.0], "accepted")
    assert call("POST", "/v1/photos", b"%PDF")["statusCode"] == 415
    lines = metric_lines(capsys.readouterr().out)
    [refused] = [line for line in lines if "gifmill_photos_total" in line]
    assert (refused["gifmill_photos_total"], refused["outcome"]) == ([1.0], "refused")


@pytest.fixture
def rendered_at_the_third_poll(monkeypatch: pytest.MonkeyPatch, store: Store) -> list[float]:
    """Render each GIF when the API polls for the third time; the pauses between polls, which are skipped."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            [stored] = store.list("photos/")
            order = parse_key(stored.key)
            assert isinstance(order, OrderKey)
            pipeline.render_order(store, order, find_effect(order.audience))

    monkeypatch.setattr(anyio, "sleep", sleep)
    return pauses


@pytest.mark.parametrize(
    ("path", "headers", "base"),
    [
        ("/v1/gifs", {}, "gifs/"),
        ("/v1/gifs", {"X-Amz-Cf-Id": "x"}, "/gifs/"),
        ("/programs/v1/gifs", {}, "../../v1/gifs/"),
    ],
    ids=["gateway", "distribution", "programs"],
)
def test_a_gif_that_is_waited_for_has_the_url_with_the_largest_size_limit(
    call: Any,
    photo: bytes,
    rendered_at_the_third_poll: list[float],
    path: str,
    headers: dict[str, str],
    base: str,
) -> None:
    answer = call("POST", path, photo, headers, effect="blur", size="16")
    assert answer["statusCode"] == 303
    assert rendered_at_the_third_poll == pytest.approx([0.1, 0.15])
    assert re.fullmatch(rf"{re.escape(base)}[a-z2-7]{{26}}/size=16/blur\.gif", header(answer, "location"))
    link = header(answer, "link")
    assert re.fullmatch(r'<photos/[a-z2-7]{26}>; rel="status"', link)


def test_pauses_between_polls_for_a_gif_grow_up_to_a_second(
    store: Store, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    [order] = pipeline.new_orders(new_view(), "blur", {"size": 16})
    pipeline.intake_photo(store, Settings(), (order,), photo)
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 20:
            pipeline.record_failure(store, order, find_effect("blur"), RenderFailed("It failed."))

    monkeypatch.setattr(anyio, "sleep", sleep)
    engine = api.LambdaEngine(store, Settings(), None)  # type: ignore[arg-type]
    [gif] = order.gifs
    anyio.run(engine.finished, gif)
    assert pauses[0] < pauses[1] < pauses[-2] == pauses[-1] == 1


def test_a_failing_bucket_does_not_end_a_wait_for_a_gif(
    store: Store, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    [order] = pipeline.new_orders(new_view(), "blur", {"size": 16})
    pipeline.intake_photo(store, Settings(), (order,), photo)
    pipeline.render_order(store, order, find_effect("blur"))
    original = store.head
    failures = [StoreFailed("The bucket does not respond.")] * 2

    def fail_twice(name: str) -> object:
        if failures:
            raise failures.pop()
        return original(name)

    monkeypatch.setattr(store, "head", fail_twice)
    engine = api.LambdaEngine(store, Settings(), None)  # type: ignore[arg-type]
    [gif] = order.gifs
    anyio.run(engine.finished, gif)
    assert not failures


def test_the_wait_of_a_function_ends_in_time(call: Any, photo: bytes) -> None:
    start = time.monotonic()
    answer = call("POST", "/v1/gifs", photo, {"Prefer": "wait=1"}, effect="blur", size="16")
    assert time.monotonic() - start >= 1
    assert (answer["statusCode"], header(answer, "preference-applied")) == (202, "wait=1")
    assert re.fullmatch(r"photos/[a-z2-7]{26}", header(answer, "location"))


def test_views_in_errors_are_shortened_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", log)
    view = new_view()
    try:
        raise ValueError(f"gifs/{view}/default/blur.gif")
    except ValueError:
        telemetry.logger.exception("message failed")
    assert view[:6] in log.getvalue()
    assert not re.search(r"[a-z2-7]{26}", log.getvalue())


def test_captions_are_never_logged(
    call: Any, photo: bytes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", log)
    assert call("POST", "/v1/photos", photo, effects="blur", caption="Zanzibar")["statusCode"] == 202
    assert call("POST", "/v1/photos", photo, effects="blur", caption="Zanzibar\a")["statusCode"] == 400
    for name in ("caption=ljqw46tjmjqxe", "caption=Zanzibar"):
        call("GET", f"/v1/gifs/{new_view()}/{name}/blur.gif")
        try:
            raise ValueError(f"gifs/{new_view()}/{name},size=64/blur.gif")
        except ValueError:
            telemetry.logger.exception("message failed")
    written = log.getvalue() + capsys.readouterr().out
    assert "message failed" in written
    assert "anzibar" not in written
    assert "ljqw46" not in written
