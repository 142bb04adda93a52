"""Logs and metrics of the API's handler. Its responses are tested by tests/http_contract."""

from __future__ import annotations

import asyncio
import io
import json
import re
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest
from tests.aws.sqs_records import InvocationContext

from bench.lambda_cold_start import rest_event
from gifmill.aws import api, telemetry
from gifmill.orders.keys import new_photo_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.store.store import Store


@pytest.fixture
def call(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that sends a request of API Gateway to the handler."""
    monkeypatch.setenv("PHOTO_BUCKET_URL", "https://photos.example")
    api._app.cache_clear()

    def send(method: str, path: str, body: bytes = b"", **query: str) -> dict[str, Any]:
        return api.handler(rest_event(method, path, body, **query), InvocationContext())  # type: ignore[arg-type]

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
    assert (logged["photo"], logged["request"]) == (photo_id[:6], InvocationContext.aws_request_id)


def test_photos_are_counted_by_outcome(call: Any, photo: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("POST", "/v1/photos", photo, effects="blur")["statusCode"] == 202
    [line] = metric_lines(capsys.readouterr().out)
    assert (line["gifmill_photos_total"], line["outcome"]) == ([1.0], "accepted")
    assert call("POST", "/v1/photos", b"%PDF")["statusCode"] == 415
    lines = metric_lines(capsys.readouterr().out)
    [refused] = [line for line in lines if "gifmill_photos_total" in line]
    assert (refused["gifmill_photos_total"], refused["outcome"]) == ([1.0], "refused")


def test_photo_ids_in_errors_are_shortened_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", log)
    photo_id = new_photo_id()
    try:
        raise ValueError(f"gifs/{photo_id}/default/blur.gif")
    except ValueError:
        telemetry.logger.exception("message failed")
    assert photo_id[:6] in log.getvalue()
    assert not re.search(r"[a-z2-7]{26}", log.getvalue())
