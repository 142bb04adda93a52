from __future__ import annotations

import anyio
import pytest

from gifmill.server.push_hub import PushHub


def test_a_subscriber_receives_messages_of_its_photo_only() -> None:
    async def listen() -> None:
        hub = PushHub()
        with hub.subscribe("mine") as messages:
            hub.publish("other", {"n": 1})
            hub.publish("mine", {"n": 2})
            assert messages.receive_nowait() == {"n": 2}
            with pytest.raises(anyio.WouldBlock):
                messages.receive_nowait()

    anyio.run(listen)


def test_all_subscribers_of_a_photo_receive_a_message() -> None:
    async def listen() -> None:
        hub = PushHub()
        with hub.subscribe("mine") as first, hub.subscribe("mine") as second:
            hub.publish("mine", {"n": 1})
            assert first.receive_nowait() == second.receive_nowait() == {"n": 1}

    anyio.run(listen)


def test_the_number_of_subscribers_drops_when_one_leaves() -> None:
    async def listen() -> None:
        hub = PushHub()
        with hub.subscribe("mine"):
            assert len(hub) == 1
        assert len(hub) == 0
        hub.publish("mine", {"n": 1})

    anyio.run(listen)


def test_the_stream_of_a_slow_subscriber_ends_after_its_backlog() -> None:
    async def listen() -> None:
        hub = PushHub()
        with hub.subscribe("mine") as messages:
            for n in range(1000):
                hub.publish("mine", {"n": n})
            received = [message["n"] async for message in messages]
        assert 0 < len(received) < 1000
        assert received == list(range(len(received)))

    anyio.run(listen)
