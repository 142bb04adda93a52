"""A chaos run: load on a server whose workers and process are killed and whose disk is full for a while.

Accepted photos must be finished, rejected photos must leave no files, and no GIF may be truncated or change.
A seed selects the photos, how they are uploaded, and the photos at which faults are injected; the exact times
depend on the machine.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from tests.chaos.clients import ReadClient, UploadClient
from tests.chaos.disk import fill_disk
from tests.chaos.invariants import InvariantChecker
from tests.chaos.killable_server import KillableServer
from tests.chaos.report import Report
from tests.chaos.uploads import LARGE_PHOTO, ThreadSafeIterator, photo_files, upload_plan

import gifmill
from gifmill.effects import find_effect
from gifmill.rendering.renderer import render_options
from gifmill.server import recovery
from gifmill.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_SENDERS = 6
_READERS = 3

_FULL_S = (1.5, 4.0)
"""Minimum and maximum time for which the disk is full."""

_SETTLE_S = 300
"""Timeout for accepted photos to be finished after the last fault."""

_SWEPT_S = 30
"""Timeout for the sweeper to delete files of killed processes."""

_COMPARED = 60
"""Number of GIFs that are compared with the library's."""

_ENVIRON = {
    "GIFMILL_MAX_WAIT_S": "10",  # the default; other tests have a longer one
    "GIFMILL_INTAKE_TIMEOUT_S": "5",  # so that a frozen worker does not delay a short run
    "GIFMILL_RENDER_TIMEOUT_S": "5",
}


class ChaosRun:
    """One chaos run.

    Args:
        folder: folder for the store and temporary files; on a small disk if `can_fill`.
        photos: number of accepted photos at which the run ends.
        can_fill: whether the disk may be filled.
        log: called with a description of each injected fault.
    """

    def __init__(
        self, folder: Path, photos: int, seed: int, *, can_fill: bool, log: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._store = folder / "store"
        self._photos = photos
        self._seed = seed
        self._can_fill = can_fill
        self._log = log
        self._random = random.Random(f"chaos run {seed}")
        self._broken = threading.Event()
        self.checker = InvariantChecker()
        self.report = Report(seed)
        temporary = folder / "tmp"
        temporary.mkdir(parents=True)
        environ = {**_ENVIRON, "TMPDIR": str(temporary)}
        self.server = KillableServer(self._store, environ, self.checker, seed)

    def run(self) -> Report:
        """Inject faults, wait until all photos are finished, and check the results."""
        began = time.monotonic()
        known = photo_files()
        self.server.start()
        enough, over = threading.Event(), threading.Event()
        orders = ThreadSafeIterator(upload_plan(self._seed, list(known)))
        senders = [UploadClient(self.server, self.checker, known, orders, enough) for _ in range(_SENDERS)]
        self._sender, self._orders = senders[0], orders
        readers = [ReadClient(self.server, self.checker, self._seed + each, over) for each in range(_READERS)]
        runs = [each.run for each in senders] + [each.run for each in readers]
        threads = [threading.Thread(target=self._watched, args=(run,)) for run in runs]
        for thread in threads:
            thread.start()
        self._inject_faults()
        enough.set()
        self._settle()
        over.set()
        for thread in threads:
            thread.join()
        self.report.seconds = time.monotonic() - began
        self._sweep()
        self._check_all(known, ReadClient(self.server, self.checker, self._seed, over))
        self.server.stop()
        return self._report()

    def _plan(self) -> list[tuple[int, str]]:
        """Return the faults, each with the number of accepted photos before it."""
        kills, fills = max(3, self._photos // 120), max(2, self._photos // 150) if self._can_fill else 0
        kinds = ["kill or freeze a worker"] * max(12, self._photos // 8) + ["kill the server"] * kills
        kinds += [("fill the disk", "fill the disk and kill the server")[each % 2] for each in range(fills)]
        last = self._photos * 19 // 20
        return sorted((self._random.randrange(1, last), kind) for kind in kinds)

    def _inject_faults(self) -> None:
        for number, kind in self._plan():
            self._wait_for(number)
            self._log(f"{len(self.checker.accepted)} photos accepted: {kind}")
            if kind == "kill or freeze a worker":
                self.server.kill_or_freeze_worker()
            elif kind == "kill the server":
                self.server.kill()
                self.server.start()
            else:
                self._fill(kill="kill" in kind)
        self._wait_for(self._photos)

    def _watched(self, run: Callable[[], None]) -> None:
        """Run a client in its thread; an exception in it is a violation and ends the run."""
        try:
            run()
        except Exception as error:  # any error must end the run
            self.checker.report_violation(f"a client failed: {type(error).__name__}: {error}")
            self._broken.set()
            raise

    def _wait_for(self, photos: int) -> None:
        while len(self.checker.accepted) < photos and not self._broken.is_set():
            time.sleep(0.01)

    def _fill(self, *, kill: bool) -> None:
        """Fill the disk for a while; kill or freeze a worker in that time, and optionally the server."""
        began = time.monotonic()
        end = began + self._random.uniform(*_FULL_S)
        starting = threading.Thread(target=self.server.start)
        self._send_large_photos("multipart")  # its temporary file is on this disk from now on
        with fill_disk(self._folder):
            self._send_large_photos("raw", "multipart", "form")
            self.server.kill_or_freeze_worker()
            if kill:
                self.server.kill()
                starting.start()
            while time.monotonic() < end:
                time.sleep(0.05)
        self.report.times_full += 1
        self.report.seconds_full += time.monotonic() - began
        if kill:
            starting.join()

    def _send_large_photos(self, *ways: str) -> None:
        for way in ways:
            self._sender.send(replace(next(self._orders), photo=LARGE_PHOTO, way=way, fault=""))

    def _settle(self) -> None:
        end = time.monotonic() + _SETTLE_S
        while self.checker.pending_photos() and time.monotonic() < end:
            time.sleep(0.05)

    def _sweep(self) -> None:
        """Check that the sweeper deletes files of killed processes after they expire."""
        self.server.stop()
        self.server.start(GIFMILL_UPLOAD_LIFETIME_S="1", GIFMILL_SWEEP_INTERVAL_S="1")
        end = time.monotonic() + _SWEPT_S
        while (left := self._unfinished()) and time.monotonic() < end:
            time.sleep(0.1)
        for name in left:
            self.checker.report_violation(f"{name} was not deleted")

    def _unfinished(self) -> list[str]:
        files = [path.relative_to(self._store).as_posix() for path in self._files()]
        lost = [str(each.order) for each in recovery.unfinished(open_store(str(self._store)))]
        return lost + [name for name in files if "#" in name or name.startswith("uploads/")]

    def _files(self) -> list[Path]:
        return [path for path in self._store.rglob("*") if path.is_file()]

    def _check_all(self, known: Mapping[str, bytes], reader: ReadClient) -> None:
        for view, photo in self.checker.accepted.items():
            if not photo.deleted:
                reader.read(view)
        self.checker.audit(path.relative_to(self._store).as_posix() for path in self._files())
        self._compare(known)

    def _compare(self, known: Mapping[str, bytes]) -> None:
        """Check that the library renders the same bytes from the same photo."""
        ready = [
            (key, photo.upload.photo)
            for view, photo in self.checker.accepted.items()
            for key in photo.upload.gifs(view)
            if not photo.deleted and photo.gifs[key.effect, str(key.options)][0] == "ready"
        ]
        for key, name in self._random.sample(ready, min(_COMPARED, len(ready))):
            photo, effect = gifmill.open_photo(known[name]), find_effect(key.effect)
            if render_options(photo, effect, key.options).data != (self._store / str(key)).read_bytes():
                self.checker.report_violation(f"{key} differs from the library's GIF of {name}")
            self.report.compared += 1

    def _report(self) -> Report:
        checker, report = self.checker, self.report
        photos = checker.accepted.values()
        states = [state for photo in photos if not photo.deleted for state, _ in photo.gifs.values()]
        report.photos, report.gifs = len(photos), states.count("ready")
        report.failed = states.count("failed")
        report.deleted = sum(photo.deleted for photo in photos)
        report.unanswered, report.reads = len(checker.unanswered), checker.reads
        report.refusals = dict(sorted(checker.refusals.items()))
        report.workers_killed, report.workers_frozen = self.server.kills, self.server.frozen
        report.servers_killed, report.starts_refused = self.server.restarts, self.server.failed_starts
        report.latency_p50_s = median(photo.seconds for photo in photos if photo.seconds is not None)
        report.violations = checker.violations
        return report
