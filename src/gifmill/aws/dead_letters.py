"""The dead-letter function: it records failed intakes and renders, so that no client waits for them."""

from __future__ import annotations

import json
import os
from functools import partial
from typing import Any

from gifmill.aws.buckets import bucket_store
from gifmill.aws.event_batches import InvocationContext, ObjectChange, Record, for_each_change, process_batch
from gifmill.aws.telemetry import count, logger
from gifmill.effects import find_effect
from gifmill.errors import IntakeFailed, RenderFailed
from gifmill.logs import shorten_view
from gifmill.orders import OrderKey, UploadKey, parse_key, record_failure, reject_upload

_INTAKE = "intake"
_INTAKE_FAILED = "This photo could not be processed. Send it again, or save it as a JPEG or PNG first."


def handler(event: dict[str, Any], context: InvocationContext) -> dict[str, Any]:
    """Record the failure of each message. An unreadable message fails here too, and stays for an operator."""
    return process_batch(event, context, _record_failures)


def _record_failures(record: Record) -> None:
    queues = json.loads(os.environ["QUEUES"])
    origin = queues[record["attributes"]["DeadLetterQueueSourceArn"]]
    for_each_change(record["body"], partial(_record_failure, origin))


def _record_failure(origin: str, change: ObjectChange) -> None:
    key = parse_key(change.key)
    if isinstance(key, UploadKey) and origin == _INTAKE:
        logger.append_keys(photo=shorten_view(key.view))
        reject_upload(bucket_store(), key.view, IntakeFailed(_INTAKE_FAILED))
        count("gifmill_photos_total", "refused")
    elif isinstance(key, OrderKey):
        logger.append_keys(photo=shorten_view(key.view))
        reason = RenderFailed.of_effect(origin)
        record_failure(bucket_store(), key, find_effect(origin), reason)
        count("gifmill_renders_total", "failed")
    else:
        raise TypeError("neither an upload nor an order")
    logger.warning("failure recorded", extra={} if origin == _INTAKE else {"effect": origin})
