"""The two buckets as one store."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from obstore.store import from_url

from gifmill.aws.credentials import load_obstore_credentials
from gifmill.store import RETRIES, Store

if TYPE_CHECKING:
    from obstore.store import ObjectStore


@cache
def bucket_store() -> Store:
    """Return the function's store: `PHOTO_STORE` for uploads and photos, `GIF_STORE` for GIFs.

    Both are URLs such as s3://bucket. Endpoint and region come from the environment.
    """
    return Store(_open_bucket(os.environ["PHOTO_STORE"]), _open_bucket(os.environ["GIF_STORE"]))


def _open_bucket(url: str) -> ObjectStore:
    if url.startswith("s3://"):
        return from_url(url, credential_provider=load_obstore_credentials, retry_config=RETRIES)
    return from_url(url, retry_config=RETRIES)
