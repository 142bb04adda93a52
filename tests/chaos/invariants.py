"""What was promised in a storm and what was seen since: whatever contradicts it is a violation."""

from __future__ import annotations

import hashlib
import io
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image

from gifmill.orders import pipeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gifmill.orders.keys import GifKey

_SIZES_PX = range(64, 129)
_DURATIONS_DS = range(5, 101)
"""Tenths of a second."""

MOST_ERRANDS = len(_SIZES_PX) * len(_DURATIONS_DS)

_TRAILER = b"\x3b"
"""The last byte of every GIF. Source: GIF89a specification, section 27."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One photo that is to be handed in.

    Size and duration are its own, so that whatever lies in the store says whose it is.

    Attributes:
        number: below MOST_ERRANDS, each once.
        picture: its name.
        effects: as the API takes them.
        way: "raw", "multipart" or "form".
        fault: "", or what is wrong with it: "truncated", "no photo" or "broken off".
    """

    number: int
    picture: str
    effects: str
    way: str = "raw"
    fault: str = ""

    @property
    def options(self) -> dict[str, int | float]:
        """Size in pixels and duration in seconds."""
        size_px = _SIZES_PX[self.number % len(_SIZES_PX)]
        duration_ds = _DURATIONS_DS[self.number // len(_SIZES_PX)]
        return {"size": size_px, "duration": duration_ds / 10}

    def orders(self, photo_id: str) -> set[str]:
        """The names under which its photo is kept."""
        return {str(order) for order in pipeline.new_orders(photo_id, self.effects, self.options)}

    def gifs(self, photo_id: str) -> list[GifKey]:
        """What is to be made of it."""
        orders = pipeline.new_orders(photo_id, self.effects, self.options)
        return [gif for order in orders for gif in order.gifs]


@dataclass(slots=True)
class Accepted:
    """A photo for which the server answered 202.

    Attributes:
        errand: what was handed in.
        gifs: what has become of it, by effect and options: "pending", "ready" or "failed", and since when
            that is known, by the clock of `time.monotonic`.
        since: when it was sent.
        seconds: until everything was seen to be there or given up, the first time.
        deleted: somebody has asked for its deletion.
    """

    errand: Errand
    gifs: dict[tuple[str, str], tuple[str, float]]
    since: float
    seconds: float | None = None
    deleted: bool = False

    @property
    def waits(self) -> bool:
        """Whether something is to become of it still."""
        return not self.deleted and any(state == "pending" for state, _ in self.gifs.values())


@dataclass
class Ledger:
    """The book of one storm. Safe to share among threads.

    Attributes:
        accepted: by photo id.
        unanswered: what the server was killed over: it may have come to anything.
        refusals: how often each code was answered.
        sums: the SHA-256 of each GIF by its path, as it was first seen.
        reads: how often a GIF was read.
        violations: what must never have happened, in words.
    """

    accepted: dict[str, Accepted] = field(default_factory=dict)
    unanswered: list[Errand] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    sums: dict[str, str] = field(default_factory=dict)
    reads: int = 0
    violations: list[str] = field(default_factory=list)
    _examined: set[str] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def violated(self, what: str) -> None:
        """Something happened that must not."""
        self.violations.append(what)

    def refuse(self, code: str) -> None:
        """The server has said no."""
        with self._lock:
            self.refusals[code] += 1

    def accept(self, errand: Errand, document: Mapping[str, Any], since: float) -> None:
        """The server has answered 202 with this status, or taken a form's file."""
        photo_id = document["id"]
        wanted = [(gif.effect, str(gif.options)) for gif in errand.gifs(photo_id)]
        with self._lock:
            if errand.fault:
                self.violated(f"{photo_id} was accepted although it is {errand.fault}")
            pending = dict.fromkeys(wanted, ("pending", time.monotonic()))
            self.accepted[photo_id] = Accepted(errand, pending, since)
            self.look(document, time.monotonic())

    def order_again(self, document: Mapping[str, Any]) -> None:
        """The server has taken one more order of a photo."""
        with self._lock:
            gifs = self.accepted[document["id"]].gifs
            for gif in document["gifs"]:
                gifs.setdefault((gif["effect"], gif["options"]), ("pending", time.monotonic()))

    def delete(self, photo_id: str) -> None:
        """From now on it may be gone."""
        with self._lock:
            self.accepted[photo_id].deleted = True

    def look(self, document: Mapping[str, Any], asked: float) -> None:
        """Somebody has seen a status, for which they asked then: what is ready stays so."""
        now = {(gif["effect"], gif["options"]): gif["state"] for gif in document["gifs"]}
        with self._lock:
            photo = self.accepted[document["id"]]
            for key, (before, known) in photo.gifs.items():
                state = now.get(key, "missing")
                if state != "missing" and before != "ready":
                    photo.gifs[key] = state, time.monotonic()
                elif state != before and known < asked and not photo.deleted:
                    self.violated(f"{key} of {document['id']} was {before} and is {state}")
            if photo.seconds is None and not photo.waits:
                photo.seconds = time.monotonic() - photo.since

    def read(self, path: str, data: bytes) -> None:
        """Somebody has read a GIF: it must be whole, and what it was when it was first read."""
        digest = hashlib.sha256(data).hexdigest()
        with self._lock:
            self.reads += 1
            before = self.sums.setdefault(path, digest)
            known = digest in self._examined
            self._examined.add(digest)
        if before != digest:
            self.violated(f"{path} has other bytes than before")
        if not known and (flaw := incomplete(data)) is not None:
            self.violated(f"{path} is not whole: {flaw}")

    def waiting(self) -> list[str]:
        """The ids of the photos of which something is pending."""
        with self._lock:
            return [photo_id for photo_id, photo in self.accepted.items() if photo.waits]

    def audit(self, names: Iterable[str]) -> None:
        """Compare with what lies in the store once all is over.

        Args:
            names: of all objects.
        """
        kept: dict[str, set[str]] = {}
        for name in names:
            kept.setdefault(name.split("/")[1], set()).add(name)
        for photo_id in self.waiting():
            self.violated(f"{photo_id} was accepted and never finished: {self.accepted[photo_id].gifs}")
        for photo_id, photo in self.accepted.items():
            found = kept.pop(photo_id, set())
            if photo.deleted and found:
                self.violated(f"{photo_id} was deleted and left {sorted(found)}")
            if not photo.deleted and not photo.errand.orders(photo_id) <= found:
                self.violated(f"{photo_id} was accepted and is not in the store")
        for photo_id, found in kept.items():
            if not any(errand.orders(photo_id) & found for errand in self.unanswered):
                self.violated(f"{photo_id} was never accepted and left {sorted(found)}")


def incomplete(data: bytes) -> str | None:
    """What a GIF lacks to be whole, or None."""
    if not data.endswith(_TRAILER):
        return f"its last byte is {data[-1:]!r}"
    try:
        with Image.open(io.BytesIO(data), formats=["GIF"]) as image:
            for number in range(getattr(image, "n_frames", 1)):
                image.seek(number)
                image.load()
    except Exception as error:  # half a file makes a decoder fail in any way
        return f"{type(error).__name__}: {error}"
    return None
