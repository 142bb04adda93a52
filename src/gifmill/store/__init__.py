"""The object store: a directory, memory, S3, Google Cloud Storage or Azure, behind a few verbs."""

from gifmill.store.advice import advise, location_without_secrets
from gifmill.store.store import RETRIES, Store, open_store
from gifmill.store.stored import Stored

__all__ = ["RETRIES", "Store", "Stored", "advise", "location_without_secrets", "open_store"]
