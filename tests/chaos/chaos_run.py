"""A server under load whose workers are killed, whose disk is full for a while, and which is killed itself.

Whatever was accepted must be finished, whatever was refused must have left nothing, and nobody may ever read
half a GIF, or another one than before. Which photos come, how, and at which of them something happens, is
drawn from a seed; when exactly is the machine's affair.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from tests.chaos.clients import Reader, Sender
from tests.chaos.disk import full
from tests.chaos.invariants import Ledger
from tests.chaos.killable_server import Fort
from tests.chaos.report import Report
from tests.chaos.uploads import CAMERA, Shared, errands, pictures

import gifmill
from gifmill.effects import find_effect
from gifmill.rendering.renderer import render_options
from gifmill.server import sweeper
from gifmill.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_SENDERS = 6
_READERS = 3

_FULL_S = (1.5, 4.0)
"""How long a disk stays full, at least and at most."""

_SETTLE_S = 300
"""Until all that was accepted is finished, once the storm is over."""

_SWEPT_S = 30
"""Until what the killed have left behind is gone, once it may go."""

_COMPARED = 60
"""GIFs that are made anew by the library."""

_ENVIRON = {
    "GIFMILL_MAX_WAIT_S": "10",  # the default, which tests are spared otherwise
    "GIFMILL_INTAKE_TIMEOUT_S": "5",  # so that a frozen worker does not hold up a short storm
    "GIFMILL_RENDER_TIMEOUT_S": "5",
}


class Storm:
    """One run.

    Args:
        folder: on a small disk, or on any where the disk cannot be full.
        photos: how many are to be accepted.
        can_fill: whether the disk may be filled up.
        tell: hears of each harm that is done.
    """

    def __init__(
        self, folder: Path, photos: int, seed: int, *, can_fill: bool, tell: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._store = folder / "store"
        self._wanted = photos
        self._seed = seed
        self._can_fill = can_fill
        self._tell = tell
        self._random = random.Random(f"storm {seed}")
        self._broken = threading.Event()
        self.ledger = Ledger()
        self.report = Report(seed)
        temporary = folder / "tmp"
        temporary.mkdir(parents=True)
        environ = {**_ENVIRON, "TMPDIR": str(temporary)}
        self.fort = Fort(self._store, environ, self.ledger, seed)

    def run(self) -> Report:
        """Rage, wait until all is settled, and look at what is left."""
        began = time.monotonic()
        known = pictures()
        self.fort.start()
        enough, over = threading.Event(), threading.Event()
        orders = Shared(errands(self._seed, list(known)))
        senders = [Sender(self.fort, self.ledger, known, orders, enough) for _ in range(_SENDERS)]
        self._hands, self._orders = senders[0], orders
        readers = [Reader(self.fort, self.ledger, self._seed + each, over) for each in range(_READERS)]
        runs = [each.run for each in senders] + [each.run for each in readers]
        threads = [threading.Thread(target=self._watched, args=(run,)) for run in runs]
        for thread in threads:
            thread.start()
        self._rage()
        enough.set()
        self._settle()
        over.set()
        for thread in threads:
            thread.join()
        self.report.seconds = time.monotonic() - began
        self._sweep()
        self._look_at_all(known, Reader(self.fort, self.ledger, self._seed, over))
        self.fort.stop()
        return self._told()

    def _plan(self) -> list[tuple[int, str]]:
        """After which accepted photo what happens."""
        deaths, floods = max(3, self._wanted // 120), max(2, self._wanted // 150) if self._can_fill else 0
        kinds = ["hurt a worker"] * max(12, self._wanted // 8) + ["kill the server"] * deaths
        kinds += [("fill the disk", "fill the disk and kill the server")[each % 2] for each in range(floods)]
        last = self._wanted * 19 // 20
        return sorted((self._random.randrange(1, last), kind) for kind in kinds)

    def _rage(self) -> None:
        for number, kind in self._plan():
            self._wait_for(number)
            self._tell(f"{len(self.ledger.accepted)} photos accepted: {kind}")
            if kind == "hurt a worker":
                self.fort.hurt_a_worker()
            elif kind == "kill the server":
                self.fort.kill()
                self.fort.start()
            else:
                self._fill(kill="kill" in kind)
        self._wait_for(self._wanted)

    def _watched(self, run: Callable[[], None]) -> None:
        """A client's thread: one that breaks is no storm that was weathered."""
        try:
            run()
        except Exception as error:  # whatever it was, the storm has to end
            self.ledger.violated(f"a client broke: {type(error).__name__}: {error}")
            self._broken.set()
            raise

    def _wait_for(self, photos: int) -> None:
        while len(self.ledger.accepted) < photos and not self._broken.is_set():
            time.sleep(0.01)

    def _fill(self, *, kill: bool) -> None:
        """No room for a while: workers are hurt meanwhile as well, and perhaps the server."""
        began = time.monotonic()
        end = began + self._random.uniform(*_FULL_S)
        starting = threading.Thread(target=self.fort.start)
        self._hand_in_large_ones("multipart")  # its temporary file is on this disk from now on
        with full(self._folder):
            self._hand_in_large_ones("raw", "multipart", "form")
            self.fort.hurt_a_worker()
            if kill:
                self.fort.kill()
                starting.start()
            while time.monotonic() < end:
                time.sleep(0.05)
        self.report.times_full += 1
        self.report.seconds_full += time.monotonic() - began
        if kill:
            starting.join()

    def _hand_in_large_ones(self, *ways: str) -> None:
        for way in ways:
            self._hands.hand_in(replace(next(self._orders), picture=CAMERA, way=way, fault=""))

    def _settle(self) -> None:
        end = time.monotonic() + _SETTLE_S
        while self.ledger.waiting() and time.monotonic() < end:
            time.sleep(0.05)

    def _sweep(self) -> None:
        """What was left by the killed is deleted by the sweeper, once it is old enough."""
        self.fort.stop()
        self.fort.start(GIFMILL_UPLOAD_LIFETIME_S="1", GIFMILL_SWEEP_INTERVAL_S="1")
        end = time.monotonic() + _SWEPT_S
        while (left := self._unfinished()) and time.monotonic() < end:
            time.sleep(0.1)
        for name in left:
            self.ledger.violated(f"{name} was left behind")

    def _unfinished(self) -> list[str]:
        files = [path.relative_to(self._store).as_posix() for path in self._files()]
        lost = [str(each.order) for each in sweeper.unfinished(open_store(str(self._store)))]
        return lost + [name for name in files if "#" in name or name.startswith("uploads/")]

    def _files(self) -> list[Path]:
        return [path for path in self._store.rglob("*") if path.is_file()]

    def _look_at_all(self, known: Mapping[str, bytes], reader: Reader) -> None:
        for photo_id, photo in self.ledger.accepted.items():
            if not photo.deleted:
                reader.look(photo_id)
        self.ledger.audit(path.relative_to(self._store).as_posix() for path in self._files())
        self._compare(known)

    def _compare(self, known: Mapping[str, bytes]) -> None:
        """The library makes the same bytes of the same photo."""
        ready = [
            (key, photo.errand.picture)
            for photo_id, photo in self.ledger.accepted.items()
            for key in photo.errand.gifs(photo_id)
            if not photo.deleted and photo.gifs[key.effect, str(key.options)][0] == "ready"
        ]
        for key, picture in self._random.sample(ready, min(_COMPARED, len(ready))):
            photo, effect = gifmill.open_photo(known[picture]), find_effect(key.effect)
            if render_options(photo, effect, key.options).data != (self._store / str(key)).read_bytes():
                self.ledger.violated(f"{key} is not what the library makes of {picture}")
            self.report.compared += 1

    def _told(self) -> Report:
        ledger, report = self.ledger, self.report
        photos = ledger.accepted.values()
        states = [state for photo in photos if not photo.deleted for state, _ in photo.gifs.values()]
        report.photos, report.gifs = len(photos), states.count("ready")
        report.failed = states.count("failed")
        report.deleted = sum(photo.deleted for photo in photos)
        report.unanswered, report.reads = len(ledger.unanswered), ledger.reads
        report.refusals = dict(sorted(ledger.refusals.items()))
        report.workers_killed, report.workers_frozen = self.fort.kills, self.fort.frozen
        report.servers_killed, report.starts_refused = self.fort.restarts, self.fort.failed_starts
        report.latency_p50_s = median(photo.seconds for photo in photos if photo.seconds is not None)
        report.violations = ledger.violations
        return report
