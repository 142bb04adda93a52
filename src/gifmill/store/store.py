"""The object store: a directory, S3, Google Cloud Storage, Azure or memory, behind a few verbs.

The store is the only state. Writes are atomic on every backend. In a directory a file `name#1` is written and
renamed; if the process is killed, that file stays, but no listing shows it.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, from_url

from gifmill.errors import InvalidSetting
from gifmill.store.advice import advise, location_without_secrets
from gifmill.store.directory_cleanup import delete_incomplete_files, remove_empty_folders
from gifmill.store.mapped_errors import mapped_errors
from gifmill.store.object_headers import headers_for
from gifmill.store.stored import Stored

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from datetime import datetime

    from obstore.store import ObjectStore, RetryConfig

_CONCURRENT_PARTS = 2
"""Parts of a stream in memory: one is written while the next one arrives."""

_LOCAL_PART_BYTES = 1 << 20
_CLOUD_PART_BYTES = 5 << 20
"""Size of a part; the minimum of S3 (Amazon S3 user guide, multipart upload limits)."""

RETRIES: RetryConfig = {"max_retries": 4, "retry_timeout": timedelta(seconds=5)}
"""Retries of a failing cloud store: after 0.1 s, then with backoff. obstore's default of three minutes is
longer than any client or function waits, and both retry by themselves."""

_CHUNK_BYTES = 131_072
"""Chunk size of a streamed object."""


class Store:
    """A store with one backend, or with a second one for GIFs. Safe to share among threads.

    Args:
        backend: the backend of all objects.
        gifs: the backend of objects below `gifs/`, if it is a different one.
    """

    def __init__(self, backend: ObjectStore, gifs: ObjectStore | None = None) -> None:
        self._backend = backend
        self._gifs = gifs or backend

    def _backend_of(self, key: str) -> ObjectStore:
        return self._gifs if key.startswith("gifs/") else self._backend

    def put(self, key: str, data: bytes) -> None:
        """Write an object, replacing one of the same name.

        Raises:
            StoreFailed: it is not written.
        """
        with self._cleaning_up(key):
            obstore.put(self._backend_of(key), key, data, attributes=self._attributes(key))

    def put_if_absent(self, key: str, data: bytes) -> bool:
        """Write an object unless one of this name exists.

        Returns:
            Whether this call wrote it; of several concurrent calls exactly one does.

        Raises:
            StoreFailed: it is not written.
        """
        with self._cleaning_up(key):
            try:
                obstore.put(self._backend_of(key), key, data, attributes=self._attributes(key), mode="create")
            except AlreadyExistsError:
                return False
        return True

    def link(self, key: str, name: str) -> bool:
        """Give an object a further name. It takes no space, and keeps the date.

        Returns:
            False if the store has no hard links: a cloud, memory, and some file systems. Nothing is written.

        Raises:
            NotFound: no object has this key.
        """
        backend = self._backend_of(key)
        if not isinstance(backend, LocalStore):
            return False
        with mapped_errors(key):
            try:
                obstore.copy(backend, key, name)
            except BaseError:  # or the directory fails: then `put` reports it
                return False
        return True

    async def put_stream(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Write an object as it arrives; if the stream raises, nothing is kept.

        Raises:
            StoreFailed: it is not written.
        """
        part_bytes = _LOCAL_PART_BYTES if isinstance(self._backend, LocalStore) else _CLOUD_PART_BYTES
        put = partial(obstore.put_async, chunk_size=part_bytes, max_concurrency=_CONCURRENT_PARTS)
        with mapped_errors(key, writing=True):
            await put(self._backend_of(key), key, chunks, attributes=self._attributes(key))

    def get(self, key: str, first_bytes: int | None = None) -> bytes:
        """Return an object's data, or its first bytes.

        Raises:
            NotFound: no object has this name.
            StoreFailed: it cannot be read.
        """
        with mapped_errors(key):
            if first_bytes is None:
                return bytes(obstore.get(self._backend_of(key), key).bytes())
            return bytes(obstore.get_range(self._backend_of(key), key, start=0, end=first_bytes))

    def stream(self, key: str, part: tuple[int, int] | None = None) -> tuple[Stored, Iterator[bytes]]:
        """Return an object's listing entry and its data in chunks: it is never whole in memory.

        Args:
            key: the object's name.
            part: the first byte to return, and the one after the last; None for the whole object.

        Raises:
            NotFound: no object has this name.
            StoreFailed: it cannot be read; the chunks may raise it too.
        """
        with mapped_errors(key):
            result = obstore.get(self._backend_of(key), key, options={"range": part} if part else None)
            return Stored.of(result.meta), _iterate_chunks(key, result)

    def head(self, key: str) -> Stored | None:
        """Return an object's listing entry, or None. Clouds charge a twelfth of the price of a listing.

        Raises:
            StoreFailed: the store cannot be read.
        """
        with mapped_errors(key):
            try:
                meta = obstore.head(self._backend_of(key), key)
            except FileNotFoundError:
                return None
        return Stored.of(meta)

    def metadata(self, key: str, name: str) -> str:
        """Return a value of an object's user-defined metadata; empty if it has no such name.

        A directory has no metadata.

        Raises:
            NotFound: no object has this name.
            StoreFailed: it cannot be read.
        """
        with mapped_errors(key):
            return obstore.get(self._backend_of(key), key, options={"head": True}).attributes.get(name, "")

    def list(self, prefix: str) -> Iterator[Stored]:
        """List the objects below a prefix of whole path segments, in no particular order.

        Raises:
            StoreFailed: they cannot be listed.
        """
        with mapped_errors(prefix):
            for batch in obstore.list(self._backend_of(prefix), prefix):
                for meta in batch:
                    yield Stored.of(meta)

    def delete(self, key: str) -> None:
        """Delete an object; it may be missing already.

        Raises:
            StoreFailed: it may still exist.
        """
        with mapped_errors(key):
            try:
                obstore.delete(self._backend_of(key), key)
            except FileNotFoundError:
                return

    def delete_incomplete_files(self, prefix: str, before: datetime, owns: Callable[[str], object]) -> None:
        """Delete incomplete files that killed processes left below a prefix. Only directories have them.

        Args:
            prefix: a prefix of whole path segments.
            before: files modified later may still be in use.
            owns: whether an object of this name could be gifmill's; a folder may hold other files.

        Raises:
            StoreFailed: they may still exist.
        """
        backend = self._backend_of(prefix)
        if not isinstance(backend, LocalStore) or backend.prefix is None:
            return
        with mapped_errors(prefix):
            delete_incomplete_files(backend.prefix, prefix, before, owns)

    @contextmanager
    def _cleaning_up(self, key: str) -> Iterator[None]:
        """On failure, remove the folders created for the object: their names contain the photo's view."""
        with mapped_errors(key, writing=True):
            try:
                yield
            except BaseError:
                backend = self._backend_of(key)
                if isinstance(backend, LocalStore) and backend.prefix is not None:
                    remove_empty_folders((backend.prefix / key).parent, backend.prefix)
                raise

    def _attributes(self, key: str) -> obstore.Attributes | None:
        """Return the HTTP headers of an object; a directory stores none."""
        return None if isinstance(self._backend_of(key), LocalStore) else headers_for(key)


def open_store(location: str) -> Store:
    """Open a store: a directory's path or a URL (`s3://bucket/prefix`, `gs://`, `az://`, `file:///`, `memory:///`).

    A missing directory is created. Credentials of cloud stores come from the environment.

    Raises:
        InvalidSetting: unknown kind of store, or the directory cannot be used.
    """
    try:
        if "://" not in location:
            return Store(LocalStore(location, mkdir=True, automatic_cleanup=True))
        if location.startswith("file://"):
            return Store(LocalStore.from_url(location, mkdir=True, automatic_cleanup=True))
        return Store(from_url(location, retry_config=RETRIES))
    except (BaseError, OSError, ValueError) as error:
        shown = location_without_secrets(location)
        reason, remedy = advise(location, error, opening=True)
        raise InvalidSetting(f"{shown!r} cannot be used as a store ({reason}). {remedy}") from error


def _iterate_chunks(key: str, result: obstore.GetResult) -> Iterator[bytes]:
    with mapped_errors(key):
        yield from map(bytes, result.stream(min_chunk_size=_CHUNK_BYTES))
