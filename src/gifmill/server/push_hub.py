"""Publish and subscribe by view of a photo: changes for open WebSockets."""

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
    """Subscribers by view. Used from one event loop only."""

    def __init__(self) -> None:
        self._subscribers: defaultdict[str, set[MemoryObjectSendStream[Document]]] = defaultdict(set)

    def __len__(self) -> int:
        return sum(map(len, self._subscribers.values()))

    @contextmanager
    def subscribe(self, view: str) -> Iterator[MemoryObjectReceiveStream[Document]]:
        """Subscribe to messages about one photo. The stream ends if the subscriber is too slow."""
        sender, receiver = anyio.create_memory_object_stream["Document"](_BACKLOG)
        self._subscribers[view].add(sender)
        try:
            with receiver:
                yield receiver
        finally:
            sender.close()
            self._subscribers[view].discard(sender)
            if not self._subscribers[view]:
                del self._subscribers[view]

    def publish(self, view: str, message: Document) -> None:
        """Send a message to all subscribers of a photo. Never waits."""
        for sender in tuple(self._subscribers.get(view, ())):
            try:
                sender.send_nowait(message)
            except anyio.WouldBlock:
                sender.close()
                self._subscribers[view].discard(sender)
