"""Times and bytes of a visit: from choosing a camera photo to the GIFs of the first cards.

The clock starts when the file input changes and stops when a card's GIF is decoded and painted. The browser
has loaded only the start page before. Server and browser share this machine's processors. The server is warm.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from bench.page_network import MOBILE_3G, MOBILE_4G, Network, ReceivedBytes, throttle
from bench.page_scripts import SEEN_CARDS
from bench.page_visitor import DESKTOP, PHONE, Screen, visiting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Browser
    from tests.servers import Server


class Conditions(NamedTuple):
    """The screen and the network of a visit; without a network, the server is on this machine."""

    screen: Screen
    network: Network | None = None


CONDITIONS = {
    "phone": Conditions(PHONE),
    "desktop": Conditions(DESKTOP),
    "4G": Conditions(PHONE, MOBILE_4G),
    "3G": Conditions(PHONE, MOBILE_3G),
}

HEADER = (
    "visit",
    "sent from s",
    "to s",
    "first GIF",
    "three",
    "fifteen",
    "upload kB",
    "GIFs MB",
    "first load kB",
    "visit MB",
)


class Visit(NamedTuple):
    """One visit. Times are in seconds since the file was chosen.

    Attributes:
        sent_s, taken_s: start of the upload, and end of the server's response to it.
        painted_s: when the GIF of each of the first cards was on the screen, in ascending order.
        upload_bytes: size of the upload.
        gif_bytes: received bytes of GIFs until all of the first cards had been seen.
        first_load_bytes: received bytes of the start page, without sample photos.
        received_bytes: all received bytes.
    """

    sent_s: float
    taken_s: float
    painted_s: tuple[float, ...]
    upload_bytes: int
    gif_bytes: int
    first_load_bytes: int
    received_bytes: int

    def until_s(self, gifs: int) -> float:
        """Return the time at which this number of GIFs had been on the screen."""
        return self.painted_s[gifs - 1]


def visit(browser: Browser, server: Server, conditions: Conditions, photo: Path) -> Visit:
    """Open the page with an empty cache, choose the photo, and scroll through the GIFs of the first cards."""
    received = ReceivedBytes()
    with visiting(browser, server, conditions.screen) as visitor:
        received.follow(visitor.cdp)
        if conditions.network:
            throttle(visitor.cdp, conditions.network)
        visitor.open()
        first_load_bytes = received.total() - received.of_samples()
        upload_bytes = visitor.choose(photo)
        visitor.scroll_through_gifs()
        times = visitor.times()
        gif_bytes, received_bytes = received.of_gifs(), received.total()
    seconds = {name: (times[name] - times["chosen"]) / 1000 for name in ("sent", "taken")}
    painted_s = sorted((at - times["chosen"]) / 1000 for at in times["painted"])
    return Visit(
        seconds["sent"],
        seconds["taken"],
        tuple(painted_s),
        upload_bytes,
        gif_bytes,
        first_load_bytes,
        received_bytes,
    )


def row(name: str, visits: Sequence[Visit]) -> tuple[str, ...]:
    """Return the medians of visits as a row of the table."""
    seconds = (
        median(each.sent_s for each in visits),
        median(each.taken_s for each in visits),
        median(each.until_s(1) for each in visits),
        median(each.until_s(3) for each in visits),
        median(each.until_s(SEEN_CARDS) for each in visits),
    )
    return (
        name,
        *(f"{each:.2f}" for each in seconds),
        f"{median(each.upload_bytes for each in visits) / 1000:.0f}",
        f"{median(each.gif_bytes for each in visits) / 1e6:.2f}",
        f"{median(each.first_load_bytes for each in visits) / 1000:.1f}",
        f"{median(each.received_bytes for each in visits) / 1e6:.2f}",
    )
