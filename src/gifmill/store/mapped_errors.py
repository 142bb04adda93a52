"""Errors of the store's backend as gifmill's own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError

from gifmill.errors import NotFound, StoreFailed
from gifmill.store.failures import is_missing_bucket, is_panic

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def mapped_errors(key: str, *, writing: bool = False) -> Iterator[None]:
    """Map backend errors to gifmill's. Object names are secret: a message shows only their first segment."""
    kind = key.partition("/")[0]
    try:
        yield
    except (BaseError, OSError) as error:
        if isinstance(error, FileNotFoundError) and not (writing or is_missing_bucket(error)):
            raise NotFound(f"An object in {kind} does not exist: it expired or was deleted.") from error
        raise _store_failed(kind, error) from error
    except BaseException as error:
        if not is_panic(error):
            raise
        raise _store_failed(kind, error) from error


def _store_failed(kind: str, error: BaseException) -> StoreFailed:
    return StoreFailed(f"The store cannot be read or written ({kind}: {type(error).__name__}).")
