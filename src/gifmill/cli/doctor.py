"""`gifmill doctor`: checks whether a server can run on this machine, and suggests remedies."""

from __future__ import annotations

import resource
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio

from gifmill.cli import doctor_checks
from gifmill.effects import all_effects
from gifmill.errors import GifmillError, InvalidSetting, NotFound, PluginFailed
from gifmill.orders import UploadKey, derive_view, new_photo_id
from gifmill.photo import FORMATS
from gifmill.server import RESERVED_FILES, ProcessDied, WorkerFailed, WorkerProcess
from gifmill.settings import Settings
from gifmill.store import advise, location_without_secrets, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gifmill.store import Store

_MAX_CLOCK_SKEW = timedelta(seconds=60)
_MAX_COLOUR_ERROR = 12
"""Maximum error of a channel, of 255, after lossy compression."""

_WORKER_ERRORS = (ProcessDied, WorkerFailed, GifmillError, OSError)


class Finding(NamedTuple):
    """The result of one check.

    Attributes:
        check: name of the check: "store", "codec" and so on.
        ok: whether the check passed.
        detail: what was found.
        remedy: what to do if the check failed; empty if the detail says it.
    """

    check: str
    ok: bool
    detail: str
    remedy: str = ""

    def document(self) -> dict[str, str | bool]:
        """Return the finding as `--json` prints it; only a failed check has a remedy."""
        document: dict[str, str | bool] = {"check": self.check, "ok": self.ok, "detail": self.detail}
        return document | ({"remedy": self.remedy} if self.remedy and not self.ok else {})


def run_checks(location: str) -> Iterator[Finding]:
    """Run all checks in order. A failed check does not stop the others.

    Args:
        location: the store, as for `open_store`. The test object written there is deleted again.
    """
    settings = Settings()
    try:
        settings = Settings.from_env()
        yield Finding("settings", ok=True, detail="all environment variables are valid")
    except InvalidSetting as error:
        yield Finding("settings", ok=False, detail=error.message, remedy="Correct or unset this variable.")
    yield _check_effects()
    yield from _store(location, settings)
    yield _open_files(settings)
    yield from anyio.run(_worker_checks, settings)


def format_finding(finding: Finding) -> str:
    """Return a finding as a line of text, with its remedy if the check failed."""
    line = f"{'ok' if finding.ok else 'FAIL':4}  {finding.check:8}  {finding.detail}"
    return line if finding.ok else f"{line} {finding.remedy}".rstrip()


def _check_effects() -> Finding:
    try:
        number = len(all_effects())
    except PluginFailed as error:
        remedy = "Repair or uninstall that package: no server starts with it."
        return Finding("effects", ok=False, detail=error.message, remedy=remedy)
    return Finding("effects", ok=True, detail=f"{number} effects available")


def _store(location: str, settings: Settings) -> Iterator[Finding]:
    try:
        store = open_store(location)
    except InvalidSetting as error:
        yield Finding("store", ok=False, detail=error.message)
        return
    shown, step = location_without_secrets(location), "written"
    key = str(UploadKey(derive_view(new_photo_id())))
    data = bytes(range(256))
    try:
        started = time.monotonic()
        before = datetime.now(UTC)
        store.put(key, data)
        step = "read"
        as_written = store.get(key) == data
        step = "listed"
        [stored] = [each for each in store.list("uploads/") if each.key == key]
        step = "deleted"
        store.delete(key)
        gone = _is_deleted(store, key)
    except (GifmillError, ValueError) as error:
        reason, remedy = advise(location, error)
        yield Finding("store", ok=False, detail=f"{shown} cannot be {step}: {reason}.", remedy=remedy)
        return
    took = f"{time.monotonic() - started:.3f} s"
    yield Finding(
        "store",
        ok=as_written and gone,
        detail=f"{shown}: written, read, listed and deleted in {took}",
        remedy="The store does not return what was written. Use another store.",
    )
    yield _clock(stored.modified - before)
    if "://" not in location:
        yield _disk_space(Path(location), settings)


def _is_deleted(store: Store, key: str) -> bool:
    try:
        store.get(key)
    except NotFound:
        return True
    return False


def _clock(ahead: timedelta) -> Finding:
    return Finding(
        "clock",
        ok=abs(ahead) < _MAX_CLOCK_SKEW,
        detail=f"{datetime.now(UTC):%F %T} UTC; the store's clock differs by {ahead.total_seconds():+z.1f} s",
        remedy="Synchronise both clocks (NTP): the expiry of photos, forms and signatures depends on them.",
    )


def _disk_space(folder: Path, settings: Settings) -> Finding:
    free = shutil.disk_usage(folder).free
    # An upload can be on the disk three times: in the form, in the store, and decoded.
    needed = 3 * settings.max_uploads * settings.max_photo_bytes
    return Finding(
        "disk",
        ok=free >= needed,
        detail=f"{free / 1e9:.1f} GB free; concurrent uploads can need {needed / 1e9:.1f} GB",
        remedy="Free disk space, or lower GIFMILL_MAX_UPLOADS or GIFMILL_MAX_PHOTO_BYTES.",
    )


def _open_files(settings: Settings) -> Finding:
    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = settings.max_connections + RESERVED_FILES
    unlimited = limit == resource.RLIM_INFINITY
    return Finding(
        "files",
        ok=unlimited or limit >= needed,
        detail=f"limit of open files: {'none' if unlimited else limit}; {needed} are needed",
        remedy="Raise the limit (LimitNOFILE=, ulimit -Hn), or lower GIFMILL_MAX_CONNECTIONS.",
    )


class _DoctorWorker:
    """A worker process, restarted after a crash, so that a failed check does not affect the others."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._worker: WorkerProcess | None = None

    async def call(self, function: Callable[..., Any], *args: str) -> Any:  # noqa: ANN401  # any JSON value
        """Return the result of a function in the worker, within the limits of the settings.

        Raises:
            ProcessDied, WorkerFailed, GifmillError, OSError: the call failed.
        """
        if self._worker is None or not self._worker.alive:
            self._worker = await WorkerProcess.started(self._settings.worker_memory_mb)
        limits = self._settings.render_cpu_s, self._settings.render_timeout_s
        return await self._worker.call(function, *limits, *args)

    async def stop(self) -> None:
        """Stop the worker."""
        if self._worker is not None:
            await self._worker.kill()


async def _worker_checks(settings: Settings) -> list[Finding]:
    """Check codecs and rendering in worker processes like those of the server."""
    worker = _DoctorWorker(settings)
    try:
        codecs = [await _codec(worker, each.name) for each in FORMATS]
        return [*codecs, await _gif(worker), await _versions(worker)]
    finally:
        await worker.stop()


async def _codec(worker: _DoctorWorker, name: str) -> Finding:
    remedy = f"{name} photos are rejected. Reinstall pillow and pi-heif, or check the limits of the workers."
    try:
        error_of_255 = float(await worker.call(doctor_checks.colour_error, name))
    except _WORKER_ERRORS as error:
        return Finding("codec", ok=False, detail=f"{name} cannot be decoded: {error}", remedy=remedy)
    return Finding(
        "codec",
        error_of_255 < _MAX_COLOUR_ERROR,
        f"{name}: colours differ by at most {error_of_255:.0f} of 255",
        remedy,
    )


async def _gif(worker: _DoctorWorker) -> Finding:
    remedy = (
        "Check whether GIFMILL_WORKER_MEMORY_MB, GIFMILL_RENDER_CPU_S or GIFMILL_RENDER_TIMEOUT_S is too low."
    )
    started = time.monotonic()
    try:
        size_bytes = await worker.call(doctor_checks.make_gif)
    except _WORKER_ERRORS as error:
        return Finding("worker", ok=False, detail=f"a GIF cannot be made: {error}", remedy=remedy)
    took = f"{time.monotonic() - started:.2f} s"
    return Finding("worker", ok=True, detail=f"a GIF of {size_bytes} bytes was made in {took}")


async def _versions(worker: _DoctorWorker) -> Finding:
    try:
        found = await worker.call(doctor_checks.versions)
    except _WORKER_ERRORS as error:
        remedy = "Reinstall gifmill: a dependency is missing."
        return Finding("versions", ok=False, detail=f"the versions cannot be read: {error}", remedy=remedy)
    return Finding("versions", ok=True, detail=", ".join(f"{name} {text}" for name, text in found.items()))
