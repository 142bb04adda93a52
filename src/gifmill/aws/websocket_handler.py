"""The WebSocket API's routes: connections that open and close."""

from __future__ import annotations

import json
import os
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import boto3

from gifmill.aws.connection_table import connection_table
from gifmill.aws.telemetry import bind_invocation, logger
from gifmill.errors import InvalidKey
from gifmill.logs import shorten_view
from gifmill.orders import check_id_or_view, view_of
from gifmill.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from gifmill.aws.telemetry import Invocation


def handler(event: dict[str, Any], context: Invocation) -> dict[str, Any]:
    """Handle one route."""
    bind_invocation(context)
    request = event["requestContext"]
    if request["routeKey"] == "$connect":
        return _answer(_connect(event, request["connectionId"]))
    connection_table().remove_closed(request["connectionId"])
    return _answer(HTTPStatus.OK)


def _connect(event: dict[str, Any], connection: str) -> HTTPStatus:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    settings = Settings.from_env()
    own = os.environ["SITE_ORIGIN"]
    if headers.get("origin", own) not in {own, *settings.allowed_origins}:  # programs send none
        logger.warning("cross-site WebSocket", extra={"origin": headers["origin"][:200]})
        return HTTPStatus.FORBIDDEN
    try:
        id_or_view = check_id_or_view((event.get("queryStringParameters") or {}).get("photo", ""))
    except InvalidKey:
        return HTTPStatus.NOT_FOUND
    view = view_of(id_or_view)
    if connection_table().is_full(view, settings.photo_sockets):  # a change is sent to each
        return HTTPStatus.TOO_MANY_REQUESTS
    connection_table().add(view, connection)
    greeting = {"greet": {"photo": id_or_view, "connection": connection}}
    # Nothing can be sent before this function returns, so another function sends the status.
    _lambda().invoke(
        FunctionName=os.environ["LIVE_FUNCTION"], InvocationType="Event", Payload=json.dumps(greeting)
    )
    logger.info("connected", extra={"photo": shorten_view(view)})
    return HTTPStatus.OK


def _answer(status: HTTPStatus) -> dict[str, Any]:
    return {"statusCode": status.value}


@cache
def _lambda() -> LambdaClient:
    return boto3.client("lambda")
