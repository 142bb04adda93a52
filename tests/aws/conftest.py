"""The functions' handlers over stores in memory; what lies between them is the emulator's part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gifmill.aws.buckets import buckets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gifmill.store.store import Store


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """What the handlers take for the two buckets."""
    monkeypatch.setenv("PHOTO_STORE", "memory://")
    monkeypatch.setenv("GIF_STORE", "memory://")
    buckets.cache_clear()
    yield buckets()
    buckets.cache_clear()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of messages that were asked to come again soon: SQS itself is the emulator's part."""
    from gifmill.aws import s3_events

    ids: list[str] = []
    monkeypatch.setattr(
        s3_events, "_retry_soon", lambda failed: ids.extend(each["messageId"] for each in failed)
    )
    return ids


@pytest.fixture
def message() -> Callable[..., dict[str, Any]]:
    """An SQS record about objects, as S3 and SNS (raw delivery) make it."""

    def made(*keys: str, name: str = "m1", source: str = "") -> dict[str, Any]:
        records = [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": key}}} for key in keys]
        return {
            "messageId": name,
            "body": json.dumps({"Records": records}),
            "attributes": {"DeadLetterQueueSourceArn": source},
        }

    return made


class Call:
    """A call that has this much time left."""

    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def __init__(self, left_ms: int = 20_000) -> None:
        self.left_ms = left_ms

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms
