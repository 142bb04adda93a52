"""`gifmill doctor`: looks at all that a server here would need, and says what to do where it is missing."""

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
from gifmill.orders import UploadKey, new_photo_id
from gifmill.photo import FORMATS
from gifmill.server import OTHER_FILES, Died, WorkerFailed, WorkerProcess
from gifmill.settings import Settings
from gifmill.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gifmill.store import Store

_MOST_SKEW = timedelta(seconds=60)
_LOSSY = 12
"""How far, of 255, a channel may be off that a codec has squeezed."""

_TROUBLE = (Died, WorkerFailed, GifmillError, OSError)


class Finding(NamedTuple):
    """One thing that was looked at.

    Attributes:
        part: of what: "store", "codec" and so on.
        well: it is as it should be.
        told: what was seen.
        remedy: what to do, where it is not well.
    """

    part: str
    well: bool
    told: str
    remedy: str = ""


def examine(location: str) -> Iterator[Finding]:
    """Look at everything, one thing after the other; nothing that is found ends it.

    Args:
        location: the store, as `open_store` takes it. What is written there is deleted again.
    """
    settings = Settings()
    try:
        settings = Settings.from_env()
        yield Finding("settings", well=True, told="the environment is understood")
    except InvalidSetting as error:
        yield Finding("settings", well=False, told=error.message, remedy="Mend or unset this variable.")
    yield _effects()
    yield from _store(location, settings)
    yield _files(settings)
    yield from anyio.run(_by_workers, settings)


def line(finding: Finding) -> str:
    """A finding for people, with what to do."""
    mark, remedy = ("ok ", "") if finding.well else ("RED", f" {finding.remedy}")
    return f"{mark}  {finding.part:8}  {finding.told}{remedy}"


def _effects() -> Finding:
    try:
        number = len(all_effects())
    except PluginFailed as error:
        remedy = "Mend or remove that package: no server starts with it."
        return Finding("effects", well=False, told=error.message, remedy=remedy)
    return Finding("effects", well=True, told=f"there are {number}")


def _store(location: str, settings: Settings) -> Iterator[Finding]:
    try:
        store = open_store(location)
    except InvalidSetting as error:
        yield Finding("store", well=False, told=error.message, remedy="Choose another --data.")
        return
    step = "written"
    key = str(UploadKey(new_photo_id()))
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
        gone = _is_gone(store, key)
    except (GifmillError, ValueError) as error:
        whose = f"{location} cannot be {step}: {error}"
        remedy = "Give the user that serves this folder, with the right to write, and room on its disk."
        yield Finding("store", well=False, told=whose, remedy=remedy)
        return
    took = f"{time.monotonic() - started:.3f} s"
    yield Finding(
        "store",
        well=as_written and gone,
        told=f"{location}: written, read, listed and deleted in {took}",
        remedy="It does not give back what was written: use another store.",
    )
    yield _clock(stored.modified - before)
    if "://" not in location:
        yield _room(Path(location), settings)


def _is_gone(store: Store, key: str) -> bool:
    try:
        store.get(key)
    except NotFound:
        return True
    return False


def _clock(ahead: timedelta) -> Finding:
    return Finding(
        "clock",
        well=abs(ahead) < _MOST_SKEW,
        told=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC; the store's is {ahead.total_seconds():+.1f} s off",
        remedy="Let both keep time (NTP): photos expire by it, and forms and signatures too.",
    )


def _room(folder: Path, settings: Settings) -> Finding:
    free = shutil.disk_usage(folder).free
    least = 3 * settings.max_uploads * settings.max_photo_bytes  # in the form, in the store, and once decoded
    return Finding(
        "disk",
        well=free >= least,
        told=f"{free / 1e9:.1f} GB free; uploads may take {least / 1e9:.1f} GB at once",
        remedy="Make room, or lower GIFMILL_MAX_UPLOADS or GIFMILL_MAX_PHOTO_BYTES.",
    )


def _files(settings: Settings) -> Finding:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = settings.max_connections + OTHER_FILES
    unlimited = most == resource.RLIM_INFINITY
    return Finding(
        "files",
        well=unlimited or most >= needed,
        told=f"{'any number' if unlimited else most} may be open; {needed} are needed",
        remedy="Raise it (LimitNOFILE=, ulimit -Hn), or lower GIFMILL_MAX_CONNECTIONS.",
    )


class _Hand:
    """A worker process that is there whenever it is asked. One that dies takes nothing else along."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._worker: WorkerProcess | None = None

    async def ask(self, function: Callable[..., Any], *args: str) -> Any:  # noqa: ANN401  # whatever JSON can say
        """What it answers, within the limits of the settings.

        Raises:
            Died, WorkerFailed, GifmillError, OSError: there is no answer.
        """
        if self._worker is None or not self._worker.alive:
            self._worker = await WorkerProcess.started(self._settings.worker_memory_mb)
        limits = self._settings.render_cpu_s, self._settings.render_timeout_s
        return await self._worker.call(function, *limits, *args)

    async def let_go(self) -> None:
        """End it."""
        if self._worker is not None:
            await self._worker.kill()


async def _by_workers(settings: Settings) -> list[Finding]:
    """What worker processes can do, as the server's do it."""
    hand = _Hand(settings)
    try:
        codecs = [await _codec(hand, each.name) for each in FORMATS]
        return [*codecs, await _gif(hand), await _installed(hand)]
    finally:
        await hand.let_go()


async def _codec(hand: _Hand, name: str) -> Finding:
    remedy = f"No {name} photo is taken. Install pillow and pi-heif anew, or see what the worker lacks."
    try:
        off = float(await hand.ask(doctor_checks.off, name))
    except _TROUBLE as error:
        return Finding("codec", well=False, told=f"{name} cannot be decoded: {error}", remedy=remedy)
    return Finding("codec", off < _LOSSY, f"{name} is decoded, {off:.0f} of 255 off at most", remedy)


async def _gif(hand: _Hand) -> Finding:
    remedy = (
        "See whether GIFMILL_WORKER_MEMORY_MB, GIFMILL_RENDER_CPU_S or GIFMILL_RENDER_TIMEOUT_S is too low."
    )
    started = time.monotonic()
    try:
        size_bytes = await hand.ask(doctor_checks.make_gif)
    except _TROUBLE as error:
        return Finding("worker", well=False, told=f"no GIF could be made: {error}", remedy=remedy)
    took = f"{time.monotonic() - started:.2f} s"
    return Finding("worker", well=True, told=f"a GIF of {size_bytes} bytes was made in {took}")


async def _installed(hand: _Hand) -> Finding:
    try:
        found = await hand.ask(doctor_checks.versions)
    except _TROUBLE as error:
        remedy = "Install gifmill anew: something that it needs is missing."
        return Finding("versions", well=False, told=f"they cannot be read: {error}", remedy=remedy)
    return Finding("versions", well=True, told=", ".join(f"{name} {text}" for name, text in found.items()))
