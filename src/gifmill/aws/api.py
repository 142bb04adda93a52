"""The HTTP API: the same web application as on a local server, wrapped for API Gateway."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
from anyio import to_thread
from mangum import Mangum

from gifmill.aws.buckets import bucket_store
from gifmill.aws.credentials import load_credentials
from gifmill.aws.presigned_forms import PresignedForms
from gifmill.aws.telemetry import bind_invocation, count, count_photo_outcome, flush, logger
from gifmill.errors import StoreFailed
from gifmill.orders import delete_photo, gif_status, intake_photo, order_gif
from gifmill.settings import Settings
from gifmill.web import RequestLog, create_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from mangum.types import LambdaContext
    from starlette.requests import Request

    from gifmill.orders import GifKey, OrderKey, Upload, UploadForm
    from gifmill.store import Store
    from gifmill.web import RequestRecord

_API_KEY_PREFIX = "/programs"
"""Path prefix of calls with an API key, which have their own limits."""


_DISTRIBUTION_HEADER = "X-Amz-Cf-Id"
"""CloudFront adds it to each request. Source: its Developer Guide, "HTTP request headers and behavior"."""

_FIRST_PAUSE_S, _PAUSE_GROWTH, _LONGEST_PAUSE_S = 0.1, 1.5, 1.0
"""Pauses between polls for a GIF: most GIFs are finished within seconds, and a poll is two calls of S3."""


class LambdaEngine:
    """Stores photos; the write to the bucket triggers the other functions."""

    def __init__(self, store: Store, settings: Settings, forms: PresignedForms) -> None:
        self._store = store
        self._settings = settings
        self._forms = forms

    async def accept(self, view: str, orders: tuple[OrderKey, ...], chunks: AsyncIterator[bytes]) -> None:  # noqa: ARG002
        """Store a photo. It is whole in memory, as Lambda has the request in memory anyway.

        Raises:
            PhotoError: the photo cannot be read; nothing is stored.
            StoreFailed: the order may be incomplete.
        """
        with count_photo_outcome():
            data = b"".join([chunk async for chunk in chunks])
            await to_thread.run_sync(intake_photo, self._store, self._settings, orders, data)

    def form(self, upload: Upload) -> UploadForm:
        """Return a presigned form of S3."""
        return self._forms.write(upload, load_credentials())

    async def order_gif(self, view: str, effect: str, values: Mapping[str, object]) -> None:
        """Write one more order.

        Raises:
            NotFound, TooManyOrders, UnknownEffect, UnknownOption, InvalidOption: as `orders.order_gif`.
        """
        order = partial(order_gif, announce=True)
        await to_thread.run_sync(order, self._store, self._settings, view, effect, values)

    async def finished(self, gif: GifKey) -> None:
        """Return once a GIF is ready or failed. Polls the bucket: other functions write the result."""
        pause_s = _FIRST_PAUSE_S
        while True:
            with suppress(StoreFailed):  # the next poll may succeed
                if (await to_thread.run_sync(gif_status, self._store, gif))["state"] != "pending":
                    return
            await anyio.sleep(pause_s)
            pause_s = min(pause_s * _PAUSE_GROWTH, _LONGEST_PAUSE_S)

    def gif_reference(self, gif: GifKey, request: Request) -> str:
        """Return the URL of a GIF, relative to `/v1/gifs`, through the service with the largest size limit.

        The distribution has none. The gateway's is 10 MB. Under `/programs` a function would respond: 6 MB.
        """
        if _DISTRIBUTION_HEADER in request.headers:
            return f"/{gif}"
        by_key = str(request.scope["aws.event"]["path"]).startswith(f"{_API_KEY_PREFIX}/")
        return f"../../v1/{gif}" if by_key else str(gif)

    async def delete(self, view: str) -> None:
        """Delete a photo and its GIFs.

        Raises:
            NotFound: the photo does not exist.
        """
        await to_thread.run_sync(delete_photo, self._store, view)


@cache
def _app() -> Mangum:
    settings = Settings.from_env()
    bucket = urlsplit(os.environ["PHOTO_STORE"]).netloc
    region = os.environ.get("AWS_REGION", "")
    forms = PresignedForms(bucket, os.environ["PHOTO_BUCKET_URL"], region)
    app = create_app(bucket_store(), LambdaEngine(bucket_store(), settings, forms), settings)
    return Mangum(RequestLog(app, _report), lifespan="off", api_gateway_base_path=_API_KEY_PREFIX)


def _report(answered: RequestRecord) -> None:
    """Count and log rejected requests. API Gateway counts and logs all requests itself."""
    if answered.code:
        count("gifmill_refusals_total")
        rejection = {"code": answered.code, "route": answered.route, "photo": answered.photo}
        logger.info("refused", extra=rejection)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle one request."""
    bind_invocation(context)
    try:
        return _app()(event, context)
    finally:
        flush()
