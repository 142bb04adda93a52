from __future__ import annotations

import pytest

from bench.page_network import ReceivedBytes


class Protocol:
    """A session of Chromium's protocol, of which a test sends the events."""

    def __init__(self) -> None:
        self.handlers: dict[str, object] = {}

    def on(self, event: str, handler: object) -> None:
        self.handlers[event] = handler

    def send(self, method: str) -> None:
        assert method == "Network.enable"


@pytest.fixture
def protocol() -> Protocol:
    return Protocol()


@pytest.fixture
def received(protocol: Protocol) -> ReceivedBytes:
    received = ReceivedBytes()
    received.follow(protocol)  # type: ignore[arg-type]
    return received


def load(protocol: Protocol, path: str, *parts: int, total: int | None = None) -> None:
    """Load a path: in parts, then to the end if its total is given."""
    request = {"requestId": path, "request": {"url": f"http://127.0.0.1:8000{path}?v=1"}}
    protocol.handlers["Network.requestWillBeSent"](request)  # type: ignore[operator]
    for size in parts:
        part = {"requestId": path, "encodedDataLength": size}
        protocol.handlers["Network.dataReceived"](part)  # type: ignore[operator]
    if total is not None:
        whole = {"requestId": path, "encodedDataLength": total}
        protocol.handlers["Network.loadingFinished"](whole)  # type: ignore[operator]


def test_a_finished_response_counts_with_its_headers(protocol: Protocol, received: ReceivedBytes) -> None:
    load(protocol, "/main.js", 400, 500, total=1_000)
    assert received.total() == 1_000


def test_a_cancelled_response_counts_with_what_arrived(protocol: Protocol, received: ReceivedBytes) -> None:
    load(protocol, "/gifs/id/default/spin.gif", 400, 500)
    assert received.of_gifs() == 900


def test_a_gif_from_the_cache_counts_nothing(protocol: Protocol, received: ReceivedBytes) -> None:
    load(protocol, "/gifs/id/default/spin.gif", 0, total=0)
    assert received.of_gifs() == 0


def test_only_gifs_and_webp_of_photos_count_as_gifs(protocol: Protocol, received: ReceivedBytes) -> None:
    load(protocol, "/gifs/id/default/spin.gif", total=1)
    load(protocol, "/v1/gifs/id/format=webp/spin.webp", total=20)
    load(protocol, "/gifs/id/default/spin.mp4", total=300)
    load(protocol, "/favicon.gif", total=4_000)
    assert received.of_gifs() == 21


def test_sample_photos_are_counted_apart(protocol: Protocol, received: ReceivedBytes) -> None:
    load(protocol, "/samples/coffee.jpg", total=10)
    load(protocol, "/main.js", total=1)
    assert (received.of_samples(), received.total()) == (10, 11)
