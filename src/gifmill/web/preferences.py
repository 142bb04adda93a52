"""The header `Prefer`: how long a client wants to wait for a response."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_LIST_ITEM = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))++', re.DOTALL)
"""An item of a list, up to the next comma outside quotes. Possessive: a hostile header takes linear time."""

_PREFERENCE = re.compile(rf"[ \t]*({_WORD})[ \t]*(?:=[ \t]*({_WORD}|{_QUOTED})?[ \t]*)?(?:;.*)?", re.DOTALL)
_SECONDS = re.compile(r"[0-9]{1,9}")
"""RFC 9111's delta-seconds, without more digits than any wait needs."""


@dataclass(frozen=True, slots=True)
class WaitPreference:
    """The preferences `wait` and `respond-async` of a request.

    Attributes:
        seconds: how long to wait at most.
        applied: the values of the response's `Preference-Applied` if the GIF is finished in time.
        applied_async: the same if it is not.
    """

    seconds: int
    applied: tuple[str, ...] = ()
    applied_async: tuple[str, ...] = ()

    def headers(self, *, in_time: bool) -> dict[str, str]:
        """Return the response's header, if the server honoured a preference."""
        applied = self.applied if in_time else self.applied_async
        return {"Preference-Applied": ", ".join(applied)} if applied else {}


def read_wait(headers: Iterable[str], longest_s: int) -> WaitPreference:
    """Read how long a client wants to wait.

    Of preferences with the same name the first counts. Malformed and unknown ones are ignored.

    Args:
        headers: the values of all headers `Prefer`.
        longest_s: the longest wait, and that of a client without preferences.

    Source: RFC 7240, sections 2, 4.1 and 4.3.
    """
    found: dict[str, str] = {}
    for item in _LIST_ITEM.findall(",".join(headers)):
        if match := _PREFERENCE.fullmatch(item):
            found.setdefault(match[1].lower(), _unquoted(match[2] or ""))
    wait: tuple[str, ...] = ()
    seconds = 0 if "respond-async" in found else longest_s
    if _SECONDS.fullmatch(found.get("wait", "")):
        seconds = min(int(found["wait"]), longest_s)
        wait = (f"wait={seconds}",)
    respond_async = ("respond-async",) if "respond-async" in found else ()
    return WaitPreference(seconds, wait, (*respond_async, *wait))


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1], flags=re.DOTALL) if word.startswith('"') else word
