from __future__ import annotations

import anyio
import pytest

from gifmill.server.push_hub import PushHub


def test_a_listener_hears_what_is_said_about_its_photo_only() -> None:
    async def listen() -> None:
        hub = PushHub()
        with hub.subscribe("mine") as messages:
            hub.publish("other", {"n": 1})
            hub.publish("mine", {"n": 2})
            assert messages.receive_nowait() == {"n": 2}
            with pytest.raises(anyio.WouldBlock):
                messages.receive_nowait()

    anyio.run(listen)


def test_every_listener_of_a_photo_hears_it() -> None:
    async def listen() -> None:
        hub = PushHub()
        with hub.subscribe("mine") as first, hub.subscribe("mine") as second:
            hub.publish("mine", {"n": 1})
            assert first.receive_nowait() == second.receive_nowait() == {"n": 1}

    anyio.run(listen)


def test_whoever_has_gone_is_counted_no_more() -> None:
    async def listen() -> None:
        hub = PushHub()
        with hub.subscribe("mine"):
            assert len(hub) == 1
        assert len(hub) == 0
        hub.publish("mine", {"n": 1})

    anyio.run(listen)


def test_a_listener_that_lags_too_far_behind_is_cut_off_after_what_it_has() -> None:
    async def listen() -> None:
        hub = PushHub()
        with hub.subscribe("mine") as messages:
            for n in range(1000):
                hub.publish("mine", {"n": n})
            heard = [message["n"] async for message in messages]
        assert 0 < len(heard) < 1000
        assert heard == list(range(len(heard)))

    anyio.run(listen)
