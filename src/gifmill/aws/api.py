"""The HTTP API: the same web application as on a local server, wrapped for API Gateway."""

from __future__ import annotations

import os
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from anyio import to_thread
from mangum import Mangum

from gifmill.aws.buckets import bucket_store
from gifmill.aws.credentials import load_credentials
from gifmill.aws.presigned_forms import PresignedForms
from gifmill.aws.telemetry import bind_invocation, count, count_photo_outcome, flush, logger
from gifmill.orders import delete_photo, intake_photo, order_gif
from gifmill.settings import Settings
from gifmill.web import RequestLog, create_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from mangum.types import LambdaContext

    from gifmill.orders import OrderKey, Upload, UploadForm
    from gifmill.store import Store
    from gifmill.web import RequestRecord

_API_KEY_PREFIX = "/programs"
"""Path prefix of calls with an API key, which have their own limits."""


class LambdaEngine:
    """Stores photos; the write to the bucket triggers the other functions."""

    def __init__(self, store: Store, settings: Settings, forms: PresignedForms) -> None:
        self._store = store
        self._settings = settings
        self._forms = forms

    async def accept(self, photo_id: str, orders: tuple[OrderKey, ...], chunks: AsyncIterator[bytes]) -> None:  # noqa: ARG002
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

    async def order_gif(self, photo_id: str, effect: str, values: Mapping[str, object]) -> None:
        """Write one more order.

        Raises:
            NotFound, TooManyOrders, UnknownEffect, UnknownOption, InvalidOption: as `orders.order_gif`.
        """
        order = partial(order_gif, announce=True)
        await to_thread.run_sync(order, self._store, self._settings, photo_id, effect, values)

    async def delete(self, photo_id: str) -> None:
        """Delete a photo and its GIFs.

        Raises:
            NotFound: the photo does not exist.
        """
        await to_thread.run_sync(delete_photo, self._store, photo_id)


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
