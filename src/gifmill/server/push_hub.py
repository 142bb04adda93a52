"""Who waits for which photo, and how they hear of a change at once."""

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
"""Messages that a slow listener may lag behind. One more, and it is cut off: it asks for the status again."""


class PushHub:
    """Listeners by photo id. Used from one event loop only."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[MemoryObjectSendStream[Document]]] = defaultdict(set)

    def __len__(self) -> int:
        return sum(map(len, self._listeners.values()))

    @contextmanager
    def listen(self, photo_id: str) -> Iterator[MemoryObjectReceiveStream[Document]]:
        """All messages about one photo from now on. The stream ends where the listener is too slow."""
        sender, receiver = anyio.create_memory_object_stream["Document"](_BACKLOG)
        self._listeners[photo_id].add(sender)
        try:
            with receiver:
                yield receiver
        finally:
            sender.close()
            self._listeners[photo_id].discard(sender)
            if not self._listeners[photo_id]:
                del self._listeners[photo_id]

    def publish(self, photo_id: str, message: Document) -> None:
        """Tell everyone who listens to this photo. Never waits."""
        for sender in tuple(self._listeners.get(photo_id, ())):
            try:
                sender.send_nowait(message)
            except anyio.WouldBlock:
                sender.close()
                self._listeners[photo_id].discard(sender)
