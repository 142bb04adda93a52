"""Times as text: RFC 3339 in UTC, for the API's documents and for logs."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def format_utc(time: datetime, timespec: str = "seconds") -> str:
    """Return a time in UTC, such as 2026-11-29T04:50:00Z.

    Args:
        time: a time with a time zone.
        timespec: precision, as `datetime.isoformat` has it.

    Source: RFC 3339, section 5.6.
    """
    return time.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
