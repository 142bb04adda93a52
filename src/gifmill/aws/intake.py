"""The intake function of photos that were uploaded straight to S3."""

from __future__ import annotations

from typing import Any

from gifmill.aws.buckets import bucket_store
from gifmill.aws.event_batches import InvocationContext, ObjectChange, Record, for_each_change, process_batch
from gifmill.aws.telemetry import count, logger
from gifmill.logs import shorten_view
from gifmill.orders import UploadKey, intake_upload, parse_key
from gifmill.photo import open_photo  # noqa: F401, loads before the first upload
from gifmill.settings import Settings


def handler(event: dict[str, Any], context: InvocationContext) -> dict[str, Any]:
    """Process each upload of the batch."""
    return process_batch(event, context, _intake_all)


def _intake_all(record: Record) -> None:
    for_each_change(record["body"], _intake)


def _intake(change: ObjectChange) -> None:
    key = parse_key(change.key)
    if not isinstance(key, UploadKey):
        raise TypeError("not an upload")
    logger.append_keys(photo=shorten_view(key.view))
    accepted = intake_upload(bucket_store(), Settings.from_env(), key.view)
    count("gifmill_photos_total", "accepted" if accepted else "refused")
    logger.info("accepted" if accepted else "refused")
