"""Fixtures for Lambda functions with a store in memory; AWS itself is tested in the emulator."""

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
    """The handlers' store in memory, in place of the two buckets."""
    monkeypatch.setenv("PHOTO_STORE", "memory://")
    monkeypatch.setenv("GIF_STORE", "memory://")
    bucket_store.cache_clear()
    yield bucket_store()
    bucket_store.cache_clear()


@pytest.fixture
def early_retries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of messages whose early retry was requested; SQS itself is tested in the emulator."""
    from gifmill.aws import event_batches

    ids: list[str] = []
    monkeypatch.setattr(
        event_batches, "_retry_soon", lambda failed: ids.extend(each["messageId"] for each in failed)
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
    """Set the effect, or intake, that the queue of each ARN belongs to."""
    queues = {f"arn:{name}": name for name in ("blur", "recursive", "cyclic", "intake")}
    monkeypatch.setenv("QUEUES", json.dumps(queues))
