"""Limits and defaults of the service, each with its unit in its name.

The environment variable `GIFMILL_MAX_QUEUE` sets the field `max_queue`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from gifmill.errors import InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PREFIX = "GIFMILL_"
_WHOLE_NUMBER = r"0*[1-9][0-9]{0,9}"
_ANY_WHOLE_NUMBER = "a whole number above 0 with at most ten digits"

REPORT_ADDRESS = r"(?:https://|mailto:)[!#-;=?-~]{1,500}"
"""Pattern of a link that is safe for a browser: no script, nothing unencrypted.

Source: RFC 3986, section 2.
"""


_HOST = r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])"
_PORT = r"[1-9][0-9]{0,4}"
_ORIGIN = rf"(?:https://{_HOST}(?::(?!443(?![0-9])){_PORT})?|http://{_HOST}(?::(?!80(?![0-9])){_PORT})?)"

ORIGINS = rf"(?:{_ORIGIN}(?:,{_ORIGIN}){{0,31}})?"
"""Pattern of a list of origins, written as browsers send them: lower case, without a default port or path.

Source: HTML Living Standard, section 7.1.1 (serialization of an origin).
"""

ORIGINS_ADVICE = (
    "up to 32 origins like https://blog.example.com or http://localhost:3000, separated by commas, in lower "
    "case, without a path, the default port or *"
)


def _limit(default: int, summary: str) -> int:
    """Define a field that is a positive integer, with its description."""
    metadata = {"summary": summary, "form": _WHOLE_NUMBER, "valid": _ANY_WHOLE_NUMBER}
    return field(default=default, metadata=metadata)


def _words(default: str, summary: str, form: str, valid: str) -> str:
    """Define a text field that must match a pattern, with its description."""
    return field(default=default, metadata={"summary": summary, "form": form, "valid": valid})


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and defaults, each with the description that docs/reference/settings.md shows."""

    max_photo_bytes: int = _limit(
        25_000_000, "maximum size of a photo in bytes; checked by its declared length and while it is read"
    )
    max_direct_bytes: int = _limit(
        25_000_000,
        "maximum size in bytes of a photo sent to the API directly; a larger one needs an upload form",
    )
    max_photo_pixels: int = _limit(
        100_000_000, "maximum pixels of a photo; checked from its header before decoding"
    )
    max_jpeg_pixels: int = _limit(
        250_000_000, "the same for non-progressive JPEGs, which are never completely in memory"
    )
    max_side_px: int = _limit(1080, "longest side of a stored photo in pixels, and so of every GIF")
    decoder_threads: int = _limit(
        1, "threads that decode one HEIC or AVIF; a server with fewer workers than processors uses more"
    )
    form_lifetime_s: int = _limit(900, "lifetime of an upload form, in seconds")
    upload_lifetime_s: int = _limit(
        3_600, "lifetime of uploaded bytes that did not become a photo, in seconds"
    )
    photo_lifetime_s: int = _limit(86_400, "lifetime of photos and their GIFs, in seconds")
    upload_timeout_s: int = _limit(600, "maximum time to send a photo, in seconds")
    upload_idle_s: int = _limit(20, "maximum pause while sending a photo, in seconds")
    max_uploads: int = _limit(64, "maximum concurrent uploads; further ones are rejected with 503")
    max_orders: int = _limit(100, "maximum orders for one photo; each is stored and listed in its status")
    max_queue: int = _limit(
        256, "maximum length of the render queue in GIFs; further orders are rejected with 503"
    )
    max_wait_s: int = _limit(
        10, "maximum estimated time to render the queue, in seconds; further orders are rejected with 503"
    )
    gif_wait_s: int = _limit(
        30,
        "maximum time that `POST /v1/gifs` waits for its GIF, in seconds; a client may choose less",
    )
    intake_timeout_s: int = _limit(20, "maximum time to decode one photo, in seconds")
    render_timeout_s: int = _limit(60, "maximum time to render one GIF, in seconds")
    intake_cpu_s: int = _limit(15, "maximum CPU time to decode one photo, in seconds")
    render_cpu_s: int = _limit(45, "maximum CPU time to render one GIF, in seconds")
    worker_memory_mb: int = _limit(
        1_500, "maximum address space of a worker in MB; it is larger than the memory that the worker uses"
    )
    header_timeout_s: int = _limit(10, "maximum time to send the headers of a request, in seconds")
    max_header_bytes: int = _limit(
        16_384, "approximate maximum size of the headers in bytes; longer ones are rejected with 431"
    )
    keep_alive_s: int = _limit(5, "how long an idle connection stays open, in seconds")
    send_timeout_s: int = _limit(600, "maximum time to read a response, in seconds")
    send_idle_s: int = _limit(20, "maximum pause while reading a response, in seconds")
    max_connections: int = _limit(4_096, "maximum concurrent connections; further ones are rejected with 503")
    client_connections: int = _limit(
        128, "the same for one client; further ones are rejected with 429. Not applied behind a proxy"
    )
    max_sockets: int = _limit(3_000, "maximum open WebSockets; further ones are closed with 1013")
    client_sockets: int = _limit(100, "the same for one client")
    photo_sockets: int = _limit(100, "the same for one photo")
    socket_ping_s: int = _limit(20, "interval of pings to a WebSocket, and maximum time to reply, in seconds")
    client_requests_per_min: int = _limit(
        2_400, "maximum requests of a client per minute; further ones are rejected with 429"
    )
    client_requests_burst: int = _limit(1_200, "maximum burst of these requests")
    client_orders_per_min: int = _limit(
        300, "maximum writing requests of a client per minute: photos, orders, deletions"
    )
    client_orders_burst: int = _limit(120, "maximum burst of writing requests")
    client_uploads: int = _limit(32, "maximum concurrent uploads of a client")
    max_clients: int = _limit(
        10_000, "number of clients whose requests are counted; beyond it, the oldest are forgotten"
    )
    client_header: str = _words(
        "",
        "header in which your reverse proxy sends the client address, such as `X-Forwarded-For`; "
        "by default, the peer address is used",
        "[A-Za-z][A-Za-z0-9-]{0,63}|",
        "the name of a header",
    )
    trusted_proxies: int = _limit(
        1, "number of your proxies that append to this header: as many addresses from its end are trusted"
    )
    sweep_interval_s: int = _limit(300, "interval between deletions of expired objects, in seconds")
    cors_origins: str = _words(
        "",
        "origins of other websites whose pages may use the API from a browser (CORS), separated by commas, "
        "such as `https://blog.example.com`; by default, none. `*` is not accepted",
        ORIGINS,
        ORIGINS_ADVICE,
    )
    log_format: str = _words(
        "auto",
        "log format of the server: `text`, `json`, or `auto`: text on a terminal, otherwise JSON",
        "text|json|auto",
        "text, json or auto",
    )

    report_url: str = _words(
        "",
        "target of the page's link *Report a GIF*: an `https:` or `mailto:` address; without one, no link",
        f"(?:{REPORT_ADDRESS})?",
        "an address that begins with https:// or mailto:",
    )

    @property
    def allowed_origins(self) -> frozenset[str]:
        """The origins of `cors_origins`."""
        return frozenset(self.cors_origins.split(",")) - {""}

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, base: Settings | None = None) -> Settings:
        """Return the defaults, overridden by the environment.

        Args:
            environ: the environment variables.
            base: defaults to use instead of the service's.

        Raises:
            InvalidSetting: a variable with our prefix is unknown, or its value is malformed.
        """
        known = {variable(each.name): each for each in fields(cls)}
        changed: dict[str, Any] = {}
        for name, text in environ.items():
            if not name.startswith(PREFIX):
                continue
            if name not in known:
                raise InvalidSetting(f"Unknown setting {name[:80]}. {_nearest(name, known)}")
            setting = known[name]
            if not re.fullmatch(setting.metadata["form"], text):
                raise InvalidSetting(f"{name} must be {setting.metadata['valid']}, not {text[:40]!r}.")
            changed[setting.name] = int(text) if isinstance(setting.default, int) else text
        return replace(base or cls(), **changed)


def _nearest(name: str, known: Iterable[str]) -> str:
    """Return advice with the known names that are most like an unknown one."""
    from difflib import get_close_matches  # only this error needs it

    *others, last = get_close_matches(name[:80], known, n=3, cutoff=0)
    return f"Did you mean {', '.join(others)} or {last}? docs/reference/settings.md lists all settings."


SINGLE_USER = Settings(max_photo_bytes=200_000_000, decoder_threads=os.cpu_count() or 1)
"""Limits of the library and the command, which read people's own files on their own machine."""


def variable(name: str) -> str:
    """Return the name of the environment variable that sets a field of `Settings`."""
    return PREFIX + name.upper()


def page_config(live: str, settings: Settings) -> dict[str, str | int]:
    """Return the configuration of the page, as served at `/config.json`.

    Args:
        live: the address of the WebSocket; a path is relative to the page's own host.
        settings: the limits, and the address for abuse reports.
    """
    return {
        "live": live,
        "max_photo_bytes": settings.max_photo_bytes,
        "max_direct_bytes": settings.max_direct_bytes,
        "photo_lifetime_s": settings.photo_lifetime_s,
        "report": settings.report_url,
    }
