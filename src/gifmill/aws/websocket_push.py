"""Push messages to WebSockets: SNS delivers S3's events, API Gateway holds the connections."""

from __future__ import annotations

import json
import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from gifmill.aws.buckets import bucket_store
from gifmill.aws.connection_table import connection_table
from gifmill.aws.event_batches import for_each, for_each_change
from gifmill.aws.telemetry import bind_invocation, logger
from gifmill.errors import InvalidKey, NotFound
from gifmill.logs import shorten_view
from gifmill.orders import (
    FailedKey,
    GifKey,
    OrderKey,
    gif_status,
    parse_key,
    photo_status,
    readable_status,
    view_in,
    view_of,
)
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

    from gifmill.aws.event_batches import ObjectChange
    from gifmill.aws.telemetry import Invocation
    from gifmill.orders import Document

_TRIES = 20
_PAUSE_S = 0.1
"""Retries of the first message, which may precede API Gateway's opening of the connection."""

_MAX_READS = 5
"""Maximum reads of a status that still says "pending" after it was sent."""


def handler(event: dict[str, Any], context: Invocation) -> None:
    """Push a change, or send the status to a new connection."""
    bind_invocation(context)
    if greeting := event.get("greet"):
        _send_status(greeting["photo"], greeting["connection"])
        return
    for_each(event["Records"], lambda record: for_each_change(record["Sns"]["Message"], _push_change))


def _send_status(id_or_view: str, connection: str) -> None:
    def read() -> Document:
        return readable_status(bucket_store(), Settings.from_env(), id_or_view)

    view = view_of(id_or_view)
    try:
        _send_until_settled(read, view, [connection], _TRIES)
    except NotFound:
        _report_deletion(view, [connection], _TRIES)


def _push_change(change: ObjectChange) -> None:
    stored_view = view_in(change.key)
    if stored_view is None:
        logger.warning("unknown object")
        return
    view = view_of(stored_view)  # names that were written before photos had views hold an id
    connections = list(connection_table().list_for(view))
    if not connections:
        return
    logger.info("pushing", extra={"photo": shorten_view(view), "listeners": len(connections)})
    if change.deleted:
        try:
            photo_status(bucket_store(), Settings.from_env(), stored_view)
        except NotFound:
            _report_deletion(view, connections)
            return
    for gif in _affected_gifs(change.key):

        def read(gif: GifKey = gif) -> Document:
            return {"view": gif.view, "gif": gif_status(bucket_store(), gif)}

        _send_until_settled(read, view, connections)


def _affected_gifs(name: str) -> tuple[GifKey, ...]:
    """Return the GIFs whose state a change may affect."""
    try:
        key = parse_key(name)
    except InvalidKey:  # its effect was removed
        return ()
    match key:
        case GifKey():
            return (key,)
        case FailedKey():
            return (key.gif,)
        case OrderKey():
            return key.gifs
    return ()


def _send_until_settled(
    read: Callable[[], Document], view: str, connections: list[str], tries: int = 1
) -> None:
    """Post a document, and again if it has changed in the meantime.

    Several functions run at once: one that has read "pending" may post it after another has posted "ready".
    """
    last_sent: Document | None = None
    for _ in range(_MAX_READS):
        document = read()
        if document == last_sent:
            return
        _send_document(document, view, connections, tries)
        last_sent = document
        if '"pending"' not in json.dumps(document):
            return


def _send_document(document: Document, view: str, connections: list[str], tries: int = 1) -> None:
    data = json.dumps(document).encode()
    failures: list[ClientError] = []
    for connection in connections:
        try:
            if not _send_with_retries(connection, data, tries):
                connection_table().remove_unresponsive(view, connection)
        except ClientError as error:  # the other connections must still receive it
            failures.append(error)
    if failures:
        raise failures[0]


def _send_with_retries(connection: str, data: bytes, tries: int) -> bool:
    client = _gateway_client()
    for tries_left in reversed(range(tries)):
        try:
            client.post_to_connection(ConnectionId=connection, Data=data)
        except client.exceptions.GoneException:
            if tries_left:
                time.sleep(_PAUSE_S)
        else:
            return True
    return False


def _report_deletion(view: str, connections: list[str], tries: int = 1) -> None:
    """Report that the photo is deleted, and close the connections."""
    _send_document({"view": view, "deleted": True}, view, connections, tries)
    client = _gateway_client()
    for connection in connections:
        try:
            client.delete_connection(ConnectionId=connection)
        except client.exceptions.GoneException:
            continue
        finally:
            connection_table().remove(view, connection)


@cache
def _gateway_client() -> ApiGatewayManagementApiClient:
    return boto3.client("apigatewaymanagementapi", endpoint_url=os.environ["SOCKETS_URL"])
