"""Where all objects live: a directory, S3, Google Cloud Storage, Azure or memory, behind a few verbs.

The store is the only state of the product. Writes are atomic everywhere: an object is there whole or not at
all. In a directory a file `name#1` is written and renamed; where a process was killed, it stays, unlisted.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, from_url

from gifmill.errors import InvalidSetting, NotFound, StoreFailed
from gifmill.store.directory import discard_unfinished, remove_empty
from gifmill.store.object_headers import headers_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from datetime import datetime

    from obstore.store import ObjectStore, RetryConfig

_PARTS_AT_ONCE = 2
"""How many parts of a stream are in memory: one is written while the next one comes."""

_LOCAL_PART_BYTES = 1 << 20
_CLOUD_PART_BYTES = 5 << 20
"""How large those parts are; S3 takes no smaller ones (Amazon S3 user guide, multipart upload limits)."""

RETRIES: RetryConfig = {"max_retries": 4, "retry_timeout": timedelta(seconds=5)}
"""How a cloud is asked again that fails: after 0.1 s, then ever later. obstore's own three minutes are longer
than anybody waits here, people and functions alike, and both come again by themselves."""

_PIECE_BYTES = 131_072
"""What is read of an object at once that is read piece by piece."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One object of a listing."""

    key: str
    size_bytes: int
    modified: datetime


class Store:
    """The verbs over one backend, or over two of them. Safe to share among threads.

    Args:
        backend: holds everything.
        gifs: holds what is below `gifs/` instead, where that has a place of its own.
    """

    def __init__(self, backend: ObjectStore, gifs: ObjectStore | None = None) -> None:
        self._backend = backend
        self._gifs = gifs or backend

    def _of(self, key: str) -> ObjectStore:
        return self._gifs if key.startswith("gifs/") else self._backend

    def put(self, key: str, data: bytes) -> None:
        """Write an object, over an older one of the same name.

        Raises:
            StoreFailed: it is not written.
        """
        with self._writing(key):
            obstore.put(self._of(key), key, data, attributes=self._attributes(key))

    def put_if_absent(self, key: str, data: bytes) -> bool:
        """Write an object unless there is one of this name already.

        Returns:
            Whether this call wrote it: of several at once, only one does.

        Raises:
            StoreFailed: it is not written.
        """
        with self._writing(key):
            try:
                obstore.put(self._of(key), key, data, attributes=self._attributes(key), mode="create")
            except AlreadyExistsError:
                return False
        return True

    async def put_stream(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Write an object as it arrives; where the stream raises, nothing is kept.

        Raises:
            StoreFailed: it is not written.
        """
        part_bytes = _LOCAL_PART_BYTES if isinstance(self._backend, LocalStore) else _CLOUD_PART_BYTES
        with _failures(key):
            await obstore.put_async(
                self._of(key),
                key,
                chunks,
                attributes=self._attributes(key),
                chunk_size=part_bytes,
                max_concurrency=_PARTS_AT_ONCE,
            )

    def get(self, key: str, first_bytes: int | None = None) -> bytes:
        """The whole object, or its first bytes.

        Raises:
            NotFound: there is none of this name.
            StoreFailed: it cannot be read.
        """
        with _failures(key):
            if first_bytes is None:
                return bytes(obstore.get(self._of(key), key).bytes())
            return bytes(obstore.get_range(self._of(key), key, start=0, end=first_bytes))

    def stream(self, key: str) -> tuple[int, Iterator[bytes]]:
        """How many bytes an object has, and its bytes piece by piece: it is never whole in memory.

        Raises:
            NotFound: there is none of this name.
            StoreFailed: it cannot be read; so do the pieces.
        """
        with _failures(key):
            found = obstore.get(self._of(key), key)
            return found.meta["size"], _pieces(key, found)

    def head(self, key: str) -> Stored | None:
        """An object as a listing would show it, or None. Clouds charge a twelfth of a listing's price for it.

        Raises:
            StoreFailed: it cannot be told.
        """
        with _failures(key):
            try:
                meta = obstore.head(self._of(key), key)
            except FileNotFoundError:
                return None
        return Stored(meta["path"], meta["size"], meta["last_modified"])

    def metadata(self, key: str, name: str) -> str:
        """What whoever wrote an object noted beside it under a name; empty where there is no such note.

        A directory keeps no notes.

        Raises:
            NotFound: there is no such object.
            StoreFailed: it cannot be read.
        """
        with _failures(key):
            return obstore.get(self._of(key), key, options={"head": True}).attributes.get(name, "")

    def list(self, prefix: str) -> Iterator[Stored]:
        """The objects below a prefix of whole segments, in no order.

        Raises:
            StoreFailed: they cannot be listed.
        """
        with _failures(prefix):
            for batch in obstore.list(self._of(prefix), prefix):
                for meta in batch:
                    yield Stored(meta["path"], meta["size"], meta["last_modified"])

    def delete(self, key: str) -> None:
        """See to it that there is no object of this name.

        Raises:
            StoreFailed: it may still be there.
        """
        with _failures(key):
            try:
                obstore.delete(self._of(key), key)
            except FileNotFoundError:
                return

    def discard_unfinished(self, prefix: str, before: datetime, ours: Callable[[str], object]) -> None:
        """Delete what killed processes left half-written below a prefix. Only a directory has such files.

        Args:
            prefix: of whole segments.
            before: files changed since may still be written.
            ours: whether an object of this name could be of our making; a folder may hold other things.

        Raises:
            StoreFailed: they may still be there.
        """
        backend = self._of(prefix)
        if not isinstance(backend, LocalStore) or backend.prefix is None:
            return
        with _failures(prefix):
            discard_unfinished(backend.prefix, prefix, before, ours)

    @contextmanager
    def _writing(self, key: str) -> Iterator[None]:
        """Where it fails, folders that were made for the object go again: they bear its name."""
        with _failures(key):
            try:
                yield
            except BaseError:
                backend = self._of(key)
                if isinstance(backend, LocalStore) and backend.prefix is not None:
                    remove_empty((backend.prefix / key).parent, backend.prefix)
                raise

    def _attributes(self, key: str) -> obstore.Attributes | None:
        """A directory keeps none."""
        return None if isinstance(self._of(key), LocalStore) else headers_of(key)


def open_store(location: str) -> Store:
    """A store from a directory's path or a URL (`s3://bucket/prefix`, `gs://`, `az://`, `file:///`, `memory:///`).

    A directory is made where it is missing. Credentials of cloud stores come from the environment.

    Raises:
        InvalidSetting: no such kind of store, or the directory cannot be used.
    """
    try:
        if "://" not in location:
            return Store(LocalStore(location, mkdir=True, automatic_cleanup=True))
        if location.startswith("file://"):
            return Store(LocalStore.from_url(location, mkdir=True, automatic_cleanup=True))
        return Store(from_url(location, retry_config=RETRIES))
    except (BaseError, OSError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise InvalidSetting(
            f"{location!r} cannot be used as a store ({reason}). Give a folder or a URL such as s3://bucket."
        ) from error


def _pieces(key: str, found: obstore.GetResult) -> Iterator[bytes]:
    with _failures(key):
        yield from map(bytes, found.stream(min_chunk_size=_PIECE_BYTES))


@contextmanager
def _failures(key: str) -> Iterator[None]:
    """Map what backends raise onto our errors. Names are secrets: a message keeps only their first part."""
    kind = key.partition("/")[0]
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(f"There is no such object in {kind}.") from error
    except (BaseError, OSError) as error:
        reason = f"{kind}: {type(error).__name__}"
        raise StoreFailed(f"The store could not be read or written ({reason}).") from error
