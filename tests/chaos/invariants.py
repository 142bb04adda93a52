"""Invariants of a chaos run: records what the server accepted and what clients saw, and finds violations."""

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

MAX_UPLOADS = len(_SIZES_PX) * len(_DURATIONS_DS)

_TRAILER = b"\x3b"
"""The last byte of every GIF. Source: GIF89a specification, section 27."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload of a photo.

    Size and duration are unique, so that each object in the store identifies its upload.

    Attributes:
        number: unique, below MAX_UPLOADS.
        photo: name of the photo file.
        effects: effects as the API accepts them.
        way: "raw", "multipart" or "form".
        fault: "truncated", "no photo", "broken off", or "".
    """

    number: int
    photo: str
    effects: str
    way: str = "raw"
    fault: str = ""

    @property
    def options(self) -> dict[str, int | float]:
        """Return size in pixels and duration in seconds."""
        size_px = _SIZES_PX[self.number % len(_SIZES_PX)]
        duration_ds = _DURATIONS_DS[self.number // len(_SIZES_PX)]
        return {"size": size_px, "duration": duration_ds / 10}

    def orders(self, view: str) -> set[str]:
        """Return the object names of its photo."""
        return {str(order) for order in pipeline.new_orders(view, self.effects, self.options)}

    def gifs(self, view: str) -> list[GifKey]:
        """Return the keys of its GIFs."""
        orders = pipeline.new_orders(view, self.effects, self.options)
        return [gif for order in orders for gif in order.gifs]


@dataclass(slots=True)
class AcceptedPhoto:
    """A photo that the server accepted with 202.

    Attributes:
        photo_id: its id, which orders and deletions need.
        upload: the upload of the photo.
        gifs: state by effect and options: "pending", "ready" or "failed", with the `time.monotonic` at which
            it was first seen.
        since: time of the upload.
        seconds: time until no GIF was pending for the first time, or None.
        deleted: whether a client has requested its deletion.
    """

    photo_id: str
    upload: Upload
    gifs: dict[tuple[str, str], tuple[str, float]]
    since: float
    seconds: float | None = None
    deleted: bool = False

    @property
    def pending(self) -> bool:
        """Return whether a GIF is pending."""
        return not self.deleted and any(state == "pending" for state, _ in self.gifs.values())


@dataclass
class InvariantChecker:
    """Records the events of one chaos run. Safe to use from several threads.

    Attributes:
        accepted: accepted photos by view.
        unanswered: uploads without a response, as the server was killed; they may or may not be stored.
        refusals: number of error responses by code.
        digests: SHA-256 of each GIF by path, when first read.
        reads: number of GIFs read.
        violations: descriptions of violations.
    """

    accepted: dict[str, AcceptedPhoto] = field(default_factory=dict)
    unanswered: list[Upload] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    digests: dict[str, str] = field(default_factory=dict)
    reads: int = 0
    violations: list[str] = field(default_factory=list)
    _examined: set[str] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def report_violation(self, description: str) -> None:
        """Record a violation."""
        self.violations.append(description)

    def record_rejection(self, code: str) -> None:
        """Record an error response."""
        with self._lock:
            self.refusals[code] += 1

    def record_acceptance(self, upload: Upload, document: Mapping[str, Any], since: float) -> None:
        """Record a 202 with its status document, or an accepted form."""
        view = document["view"]
        expected = [(gif.effect, str(gif.options)) for gif in upload.gifs(view)]
        with self._lock:
            if upload.fault:
                self.report_violation(f"{view} was accepted although it is {upload.fault}")
            pending = dict.fromkeys(expected, ("pending", time.monotonic()))
            self.accepted[view] = AcceptedPhoto(document["id"], upload, pending, since)
            self.record_status(document, time.monotonic())

    def record_order(self, document: Mapping[str, Any]) -> None:
        """Record an accepted further order of a photo."""
        with self._lock:
            gifs = self.accepted[document["view"]].gifs
            for gif in document["gifs"]:
                gifs.setdefault((gif["effect"], gif["options"]), ("pending", time.monotonic()))

    def record_deletion(self, view: str) -> None:
        """Record a deletion, before it is requested."""
        with self._lock:
            self.accepted[view].deleted = True

    def record_status(self, document: Mapping[str, Any], requested_at: float) -> None:
        """Record a status document requested at `requested_at`; no ready GIF may change."""
        now = {(gif["effect"], gif["options"]): gif["state"] for gif in document["gifs"]}
        with self._lock:
            photo = self.accepted[document["view"]]
            for key, (before, known) in photo.gifs.items():
                state = now.get(key, "missing")
                if state != "missing" and before != "ready":
                    photo.gifs[key] = state, time.monotonic()
                elif state != before and known < requested_at and not photo.deleted:
                    self.report_violation(f"{key} of {document['view']} was {before} and is {state}")
            if photo.seconds is None and not photo.pending:
                photo.seconds = time.monotonic() - photo.since

    def record_gif(self, path: str, data: bytes) -> None:
        """Record a GIF, and check that it is complete and has not changed."""
        digest = hashlib.sha256(data).hexdigest()
        with self._lock:
            self.reads += 1
            before = self.digests.setdefault(path, digest)
            known = digest in self._examined
            self._examined.add(digest)
        if before != digest:
            self.report_violation(f"{path} has other bytes than before")
        if not known and (flaw := incomplete(data)) is not None:
            self.report_violation(f"{path} is incomplete: {flaw}")

    def pending_photos(self) -> list[str]:
        """Return the ids of photos with pending GIFs."""
        with self._lock:
            return [view for view, photo in self.accepted.items() if photo.pending]

    def audit(self, names: Iterable[str]) -> None:
        """Compare the records with the store at the end of the run.

        Args:
            names: names of all objects in the store.
        """
        stored: dict[str, set[str]] = {}
        for name in names:
            stored.setdefault(name.split("/")[1], set()).add(name)
        for view in self.pending_photos():
            self.report_violation(f"{view} was accepted and never finished: {self.accepted[view].gifs}")
        for view, photo in self.accepted.items():
            found = stored.pop(view, set())
            if photo.deleted and found:
                self.report_violation(f"{view} was deleted and left {sorted(found)}")
            if not photo.deleted and not photo.upload.orders(view) <= found:
                self.report_violation(f"{view} was accepted and is not in the store")
        for view, found in stored.items():
            if not any(upload.orders(view) & found for upload in self.unanswered):
                self.report_violation(f"{view} was never accepted and left {sorted(found)}")


def incomplete(data: bytes) -> str | None:
    """Return why a GIF is incomplete, or None."""
    if not data.endswith(_TRAILER):
        return f"its last byte is {data[-1:]!r}"
    try:
        with Image.open(io.BytesIO(data), formats=["GIF"]) as image:
            for number in range(getattr(image, "n_frames", 1)):
                image.seek(number)
                image.load()
    except Exception as error:  # a truncated file makes a decoder fail in any way
        return f"{type(error).__name__}: {error}"
    return None
