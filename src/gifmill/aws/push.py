"""Tells pages what has changed: SNS brings what S3 has seen, API Gateway holds the sockets."""

from __future__ import annotations

import json
import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from gifmill.aws.buckets import buckets
from gifmill.aws.connection_table import connections
from gifmill.aws.s3_events import for_each, for_each_change
from gifmill.aws.telemetry import bind_call, logger
from gifmill.errors import InvalidKey, NotFound
from gifmill.logs import shorten_id
from gifmill.orders import FailedKey, GifKey, OrderKey, gif_status, parse_key, photo_id_of, photo_status
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

    from gifmill.aws.s3_events import ObjectChange
    from gifmill.aws.telemetry import Call
    from gifmill.orders import Document

_TRIES = 20
_PAUSE_S = 0.1
"""A greeting may be sent before API Gateway has told the page that its socket is open."""

_LOOKS = 5
"""How often a status that still says "pending" is looked at again, once it has been told."""


def handler(event: dict[str, Any], context: Call) -> None:
    """Tell what has changed, or greet a page that has just begun to listen."""
    bind_call(context)
    if greeting := event.get("greet"):
        _greet(greeting["photo"], greeting["connection"])
        return
    for_each(event["Records"], lambda record: for_each_change(record["Sns"]["Message"], _tell))


def _greet(photo_id: str, connection: str) -> None:
    def read() -> Document:
        return photo_status(buckets(), Settings.from_env(), photo_id)

    try:
        _post_until_settled(read, photo_id, [connection], _TRIES)
    except NotFound:
        _end(photo_id, [connection], _TRIES)


def _tell(change: ObjectChange) -> None:
    photo_id = photo_id_of(change.key)
    if photo_id is None:
        logger.warning("no object of ours")
        return
    listeners = list(connections().of(photo_id))
    if not listeners:
        return
    logger.info("telling", extra={"photo": shorten_id(photo_id), "listeners": len(listeners)})
    if change.gone:
        try:
            photo_status(buckets(), Settings.from_env(), photo_id)
        except NotFound:
            _end(photo_id, listeners)
            return
    for gif in _gifs(change.key):

        def read(gif: GifKey = gif) -> Document:
            return {"id": photo_id, "gif": gif_status(buckets(), gif)}

        _post_until_settled(read, photo_id, listeners)


def _gifs(name: str) -> tuple[GifKey, ...]:
    """Those whose state a change may have touched."""
    try:
        key = parse_key(name)
    except InvalidKey:  # of an effect that has been withdrawn
        return ()
    match key:
        case GifKey():
            return (key,)
        case FailedKey():
            return (key.gif,)
        case OrderKey():
            return key.gifs
    return ()


def _post_until_settled(
    read: Callable[[], Document], photo_id: str, listeners: list[str], tries: int = 1
) -> None:
    """Post what is read, and again if it has changed meanwhile.

    Several of us run at once: who has read "pending" may post it after another one has posted "ready".
    """
    told: Document | None = None
    for _ in range(_LOOKS):
        document = read()
        if document == told:
            return
        _post(document, photo_id, listeners, tries)
        told = document
        if '"pending"' not in json.dumps(document):
            return


def _post(document: Document, photo_id: str, listeners: list[str], tries: int = 1) -> None:
    data = json.dumps(document).encode()
    failures: list[ClientError] = []
    for connection in listeners:
        try:
            if not _sent(connection, data, tries):
                connections().forget(photo_id, connection)
        except ClientError as error:  # the others shall hear of it all the same
            failures.append(error)
    if failures:
        raise failures[0]


def _sent(connection: str, data: bytes, tries: int) -> bool:
    client = _sockets()
    for left in reversed(range(tries)):
        try:
            client.post_to_connection(ConnectionId=connection, Data=data)
        except client.exceptions.GoneException:
            if left:
                time.sleep(_PAUSE_S)
        else:
            return True
    return False


def _end(photo_id: str, listeners: list[str], tries: int = 1) -> None:
    """Say that the photo is gone, and close."""
    _post({"id": photo_id, "deleted": True}, photo_id, listeners, tries)
    client = _sockets()
    for connection in listeners:
        try:
            client.delete_connection(ConnectionId=connection)
        except client.exceptions.GoneException:
            continue
        finally:
            connections().remove(photo_id, connection)


@cache
def _sockets() -> ApiGatewayManagementApiClient:
    return boto3.client("apigatewaymanagementapi", endpoint_url=os.environ["SOCKETS_URL"])
