"""Network conditions of a visit, and the bytes that it receives."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import CDPSession

_GIF = re.compile(r"/gifs/[^?]+\.(gif|webp)$")


class Network(NamedTuple):
    """A connection.

    Attributes:
        down_bit_s, up_bit_s: bits per second to and from the visitor.
        latency_ms: round-trip time.
    """

    down_bit_s: float
    up_bit_s: float
    latency_ms: float


MOBILE_4G = Network(9_000_000, 9_000_000, 170)
MOBILE_3G = Network(1_600_000, 768_000, 300)
"""The profiles "4G" and "3G" of WebPageTest."""


def throttle(cdp: CDPSession, network: Network) -> None:
    """Slow down all requests of a page, except WebSockets."""
    conditions = {
        "offline": False,
        "latency": network.latency_ms,
        "downloadThroughput": network.down_bit_s / 8,
        "uploadThroughput": network.up_bit_s / 8,
    }
    cdp.send("Network.emulateNetworkConditions", conditions)


class ReceivedBytes:
    """The bytes of each response over the wire, with headers, as Chromium's protocol reports them.

    Of a cancelled response the part of its body that arrived counts, of one from the cache nothing.
    """

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}
        self._bytes: defaultdict[str, int] = defaultdict(int)

    def follow(self, cdp: CDPSession) -> None:
        """Record the responses of a page from now on."""
        for name in ("requestWillBeSent", "dataReceived", "loadingFinished"):
            cdp.on(f"Network.{name}", getattr(self, f"_{name}"))
        cdp.send("Network.enable")

    def _requestWillBeSent(self, event: Mapping[str, Any]) -> None:  # noqa: N802
        self._paths[event["requestId"]] = urlsplit(event["request"]["url"]).path

    def _dataReceived(self, event: Mapping[str, Any]) -> None:  # noqa: N802
        self._bytes[event["requestId"]] += event["encodedDataLength"]

    def _loadingFinished(self, event: Mapping[str, Any]) -> None:  # noqa: N802
        self._bytes[event["requestId"]] = int(event["encodedDataLength"])

    def total(self) -> int:
        """Return the bytes of all responses."""
        return sum(self._bytes.values())

    def of_gifs(self) -> int:
        """Return the bytes of GIFs."""
        return sum(size for request, size in self._bytes.items() if _GIF.search(self._paths.get(request, "")))

    def of_samples(self) -> int:
        """Return the bytes of sample photos."""
        paths = self._paths
        return sum(size for request, size in self._bytes.items() if "/samples/" in paths.get(request, ""))
