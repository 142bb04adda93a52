"""The render function of one effect: SQS delivers the orders that S3 and SNS announce."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from gifmill.aws.buckets import bucket_store
from gifmill.aws.event_batches import InvocationContext, ObjectChange, Record, for_each_change, process_batch
from gifmill.aws.telemetry import count, logger, record
from gifmill.effects import find_effect, select_effects
from gifmill.logs import shorten_view
from gifmill.orders import parse_order, render_order
from gifmill.photo import open_photo  # noqa: F401, loads before the first order
from gifmill.rendering import render_options  # noqa: F401, loads before the first order

if TYPE_CHECKING:
    from gifmill.effects import Effect


_MAX_RENDER_MS = 18_000
"""Maximum time of a render; the longest measured was 12 s, for a WebP of 1080 px with a byte limit."""


def handler(event: dict[str, Any], context: InvocationContext) -> dict[str, Any]:
    """Render the GIF of each order in the batch."""
    return process_batch(event, context, _render_all, _MAX_RENDER_MS)


def _render_all(record: Record) -> None:
    for_each_change(record["body"], partial(_render, find_effect(os.environ["EFFECT"])))


def _render(effect: Effect, change: ObjectChange) -> None:
    order = parse_order(change.key)
    if order is None or effect not in select_effects(order.audience):
        logger.warning("ignored an order of another effect")
        return
    logger.append_keys(photo=shorten_view(order.view))
    started = time.monotonic()
    outcome, size_bytes = render_order(bucket_store(), order, effect)
    count("gifmill_renders_total", outcome)
    if outcome != "made":
        logger.info("not rendered", extra={"outcome": outcome})
        return
    record("gifmill_gif_bytes", size_bytes, "made")
    record("gifmill_render_seconds", time.monotonic() - started, "made")
    logger.info("rendered")
