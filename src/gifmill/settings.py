"""Every limit and every default of the service in one place, each with its unit in its name.

A field `max_queue` is set by the environment variable `GIFMILL_MAX_QUEUE`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from gifmill.errors import InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "GIFMILL_"
_WHOLE_NUMBER = r"0*[1-9][0-9]{0,9}"
_ANY_WHOLE_NUMBER = "a whole number above 0, of at most ten digits"

REPORT_ADDRESS = r"(?:https://|mailto:)[!#-;=?-~]{1,500}"
"""An address that a browser may be sent to: no script, nothing unencrypted. Source: RFC 3986, section 2."""


def _limit(default: int, summary: str) -> int:
    """A field that holds a number, with what it limits."""
    metadata = {"summary": summary, "form": _WHOLE_NUMBER, "valid": _ANY_WHOLE_NUMBER}
    return field(default=default, metadata=metadata)


def _words(default: str, summary: str, form: str, valid: str) -> str:
    """A field that holds words of a form, with what it decides."""
    return field(default=default, metadata={"summary": summary, "form": form, "valid": valid})


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and defaults. What each is for stands beside it, and in the table of docs/limits.md."""

    max_photo_bytes: int = _limit(
        25_000_000, "a photo with more bytes is refused, by its declared length or while it is read"
    )
    max_direct_bytes: int = _limit(
        25_000_000, "a photo with more is not taken by the API itself, only with a form"
    )
    max_photo_pixels: int = _limit(
        100_000_000, "a photo whose header asks for more is refused before it is decoded"
    )
    max_jpeg_pixels: int = _limit(
        250_000_000, "the same for JPEGs that are not progressive, which are never whole in memory"
    )
    max_side_px: int = _limit(
        1080, "photos are kept with their longest side shrunk to this; no GIF is larger"
    )
    decoder_threads: int = _limit(
        1, "how many threads decode one HEIC or AVIF; a server with fewer workers than processors takes more"
    )
    form_lifetime_s: int = _limit(900, "how long a form for an upload can be used")
    upload_lifetime_s: int = _limit(3_600, "how long bytes that became no photo are kept")
    photo_lifetime_s: int = _limit(86_400, "how long photos and their GIFs are kept")
    upload_timeout_s: int = _limit(600, "how long a client may take to send a photo")
    upload_idle_s: int = _limit(20, "how long it may send nothing meanwhile")
    max_uploads: int = _limit(
        64, "how many photos may be on their way at once before more are refused with 503"
    )
    max_orders: int = _limit(
        64, "how many orders of one photo are taken; each is kept, and each is in its status"
    )
    max_queue: int = _limit(256, "how many GIFs may wait to be made before new orders are refused with 503")
    max_wait_s: int = _limit(
        10, "how long those may take that wait, as fast as the last ones were made; likewise"
    )
    intake_timeout_s: int = _limit(20, "how long the decoding of one photo may take")
    render_timeout_s: int = _limit(60, "how long the making of one GIF may take")
    intake_cpu_s: int = _limit(15, "how much processor time the decoding of one photo may take")
    render_cpu_s: int = _limit(45, "how much processor time the making of one GIF may take")
    worker_memory_mb: int = _limit(
        1_500, "how much address space a worker may have, which is more than the memory that it uses"
    )
    header_timeout_s: int = _limit(10, "how long a client may take to send the headers of a request")
    max_header_bytes: int = _limit(16_384, "headers that are longer are refused with 431")
    keep_alive_s: int = _limit(5, "how long a connection is kept on which nothing is asked")
    send_timeout_s: int = _limit(600, "how long a client may take to read an answer")
    send_idle_s: int = _limit(20, "how long it may read nothing meanwhile")
    max_connections: int = _limit(4_096, "how many connections there may be before more are refused with 503")
    client_connections: int = _limit(
        128, "how many of them one client may have before more are refused with 429; not behind a proxy"
    )
    max_sockets: int = _limit(3_000, "how many WebSockets may be open before more are closed with 1013")
    client_sockets: int = _limit(100, "how many of them one client may have")
    photo_sockets: int = _limit(100, "how many of them may listen to one photo")
    socket_ping_s: int = _limit(
        20, "how often a WebSocket is asked whether it is still there, and how long it may take to say so"
    )
    client_requests_per_min: int = _limit(
        1_200, "how many requests a client may send in a minute before more are refused with 429"
    )
    client_requests_burst: int = _limit(600, "how many of them may come at once")
    client_orders_per_min: int = _limit(
        300, "how many of them may be other than reading: photos, orders, deletions"
    )
    client_orders_burst: int = _limit(120, "how many of those may come at once")
    client_uploads: int = _limit(32, "how many of those may be on their way at the same time")
    max_clients: int = _limit(10_000, "for how many clients requests are counted; the others are forgotten")
    client_header: str = _words(
        "",
        "the header in which our own proxy says who asks, such as `X-Forwarded-For`; by default, the peer",
        "[A-Za-z][A-Za-z0-9-]{0,63}|",
        "the name of a header",
    )
    trusted_proxies: int = _limit(
        1, "how many proxies of ours append to it: as many addresses from its end are believed"
    )
    sweep_interval_s: int = _limit(300, "how often what has expired is looked for")
    log_format: str = _words(
        "auto",
        "how the server logs: `text`, `json`, or `auto`, which is text on a terminal and JSON otherwise",
        "text|json|auto",
        "text, json or auto",
    )

    report_url: str = _words(
        "",
        "where the page's link *Report a GIF* leads: an `https:` or `mailto:` address; without one, no link",
        f"(?:{REPORT_ADDRESS})?",
        "an address that begins with https:// or mailto:",
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, base: Settings | None = None) -> Settings:
        """The defaults, changed by what the environment says.

        Args:
            environ: the environment.
            base: other defaults than the service's.

        Raises:
            InvalidSetting: a variable of ours is unknown, or its value has not the form that it must have.
        """
        known = {variable(each.name): each for each in fields(cls)}
        changed: dict[str, Any] = {}
        for name, text in environ.items():
            if not name.startswith(PREFIX):
                continue
            if name not in known:
                raise InvalidSetting(f"{name} is no setting of ours. There are: {', '.join(sorted(known))}.")
            setting = known[name]
            if not re.fullmatch(setting.metadata["form"], text):
                raise InvalidSetting(f"{name} must be {setting.metadata['valid']}, not {text[:40]!r}.")
            changed[setting.name] = int(text) if isinstance(setting.default, int) else text
        return replace(base or cls(), **changed)


SINGLE_USER = Settings(max_photo_bytes=200_000_000, decoder_threads=os.cpu_count() or 1)
"""What the library and the command take: people's own files on their own machine."""


def variable(name: str) -> str:
    """The environment variable that sets a field of `Settings`."""
    return PREFIX + name.upper()


def page_config(live: str, settings: Settings) -> dict[str, str | int]:
    """What the page needs to know of the place where it is, as `/config.json` gives it.

    Args:
        live: the address of the WebSocket; a path is one of the page's own host.
        settings: the limits there, and who hears of what should not be there.
    """
    return {
        "live": live,
        "max_photo_bytes": settings.max_photo_bytes,
        "max_direct_bytes": settings.max_direct_bytes,
        "photo_lifetime_s": settings.photo_lifetime_s,
        "report": settings.report_url,
    }
