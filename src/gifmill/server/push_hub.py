"""Publish and subscribe by photo id: changes for open WebSockets."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

    from gifmill.orders import Document

_BACKLOG = 64
"""Maximum messages that wait for a slow subscriber; beyond it the stream ends and the client polls."""


class PushHub:
    """Subscribers by photo id. Used from one event loop only."""

    def __init__(self) -> None:
        self._subscribers: defaultdict[str, set[MemoryObjectSendStream[Document]]] = defaultdict(set)

    def __len__(self) -> int:
        return sum(map(len, self._subscribers.values()))

    @contextmanager
    def subscribe(self, photo_id: str) -> Iterator[MemoryObjectReceiveStream[Document]]:
        """Subscribe to messages about one photo. The stream ends if the subscriber is too slow."""
        sender, receiver = anyio.create_memory_object_stream["Document"](_BACKLOG)
        self._subscribers[photo_id].add(sender)
        try:
            with receiver:
                yield receiver
        finally:
            sender.close()
            self._subscribers[photo_id].discard(sender)
            if not self._subscribers[photo_id]:
                del self._subscribers[photo_id]

    def publish(self, photo_id: str, message: Document) -> None:
        """Send a message to all subscribers of a photo. Never waits."""
        for sender in tuple(self._subscribers.get(photo_id, ())):
            try:
                sender.send_nowait(message)
            except anyio.WouldBlock:
                sender.close()
                self._subscribers[photo_id].discard(sender)
