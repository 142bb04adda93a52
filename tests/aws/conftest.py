"""Fixtures of the Lambda functions with stores in memory; AWS itself is tested in the emulator."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gifmill.aws.buckets import bucket_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gifmill.store.store import Store


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the handlers use as the two buckets."""
    monkeypatch.setenv("PHOTO_STORE", "memory://")
    monkeypatch.setenv("GIF_STORE", "memory://")
    bucket_store.cache_clear()
    yield bucket_store()
    bucket_store.cache_clear()


@pytest.fixture
def early_retries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of messages whose early retry was requested; SQS itself is tested in the emulator."""
    from gifmill.aws import s3_events

    ids: list[str] = []
    monkeypatch.setattr(
        s3_events, "_retry_soon", lambda failed: ids.extend(each["messageId"] for each in failed)
    )
    return ids


@pytest.fixture
def render_blur(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """The handler of the function that renders blur."""
    from gifmill.aws import render

    monkeypatch.setenv("EFFECT", "blur")
    return render.handler


@pytest.fixture(autouse=True)
def _dead_letter_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    """Queues whose dead letters the function can get, and what they are for."""
    queues = {f"arn:{name}": name for name in ("blur", "recursive", "cyclic", "intake")}
    monkeypatch.setenv("QUEUES", json.dumps(queues))


@pytest.fixture
def message() -> Callable[..., dict[str, Any]]:
    """Builds SQS records of S3 events, as SNS (raw delivery) sends them."""

    def build(*keys: str, name: str = "m1", source: str = "") -> dict[str, Any]:
        records = [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": key}}} for key in keys]
        return {
            "messageId": name,
            "body": json.dumps({"Records": records}),
            "attributes": {"DeadLetterQueueSourceArn": source},
        }

    return build


class InvocationContext:
    """The context of an invocation that has this much time left."""

    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def __init__(self, left_ms: int = 20_000) -> None:
        self.left_ms = left_ms

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms
