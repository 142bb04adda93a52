"""The DynamoDB table of open WebSockets by photo: one row per connection."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

_LIFE_S = 7_200 + 600
"""Lifetime of a row: API Gateway closes connections after two hours (quotas); DynamoDB expires the rest."""

_OPENING_S = 60
"""A connection is added before API Gateway opens it, and cannot receive messages until then."""

_BY_CONNECTION = "by-connection"


class ConnectionTable:
    """The table of open sockets: photo and connection are its key."""

    def __init__(self, table: str, client: DynamoDBClient) -> None:
        self._table = table
        self._client = client

    def add(self, view: str, connection: str) -> None:
        """Add a connection."""
        self._client.put_item(
            TableName=self._table,
            Item={
                "photo": {"S": view},
                "connection": {"S": connection},
                "expires": {"N": str(int(time.time()) + _LIFE_S)},
            },
        )

    def is_full(self, view: str, max_connections: int) -> bool:
        """Return whether a photo has its maximum of connections. Concurrent calls may exceed it a bit."""
        found = self._client.query(
            TableName=self._table,
            KeyConditionExpression="photo = :photo",
            ExpressionAttributeValues={":photo": {"S": view}},
            Select="COUNT",
            Limit=max_connections,
        )
        return found["Count"] >= max_connections

    def list_for(self, view: str) -> Iterator[str]:
        """List all connections of a photo."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="photo = :photo",
            ExpressionAttributeValues={":photo": {"S": view}},
            ConsistentRead=True,  # a new connection must not miss the first change
        )
        for page in pages:
            for item in page["Items"]:
                yield item["connection"]["S"]

    def remove(self, view: str, connection: str) -> None:
        """Remove a connection."""
        key = {"photo": {"S": view}, "connection": {"S": connection}}
        self._client.delete_item(TableName=self._table, Key=key)

    def remove_unresponsive(self, view: str, connection: str) -> None:
        """Remove a connection that does not respond, unless it is new and may be about to open."""
        latest = int(time.time()) + _LIFE_S - _OPENING_S
        try:
            self._client.delete_item(
                TableName=self._table,
                Key={"photo": {"S": view}, "connection": {"S": connection}},
                ConditionExpression="expires < :latest",
                ExpressionAttributeValues={":latest": {"N": str(latest)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def remove_closed(self, connection: str) -> None:
        """Remove a closed connection, whose photo API Gateway does not report."""
        found = self._client.query(
            TableName=self._table,
            IndexName=_BY_CONNECTION,
            KeyConditionExpression="#connection = :connection",
            ExpressionAttributeNames={"#connection": "connection"},
            ExpressionAttributeValues={":connection": {"S": connection}},
        )
        for item in found["Items"]:
            self.remove(item["photo"]["S"], connection)


@cache
def connection_table() -> ConnectionTable:
    """Return the function's table: `CONNECTIONS`."""
    return ConnectionTable(os.environ["CONNECTIONS"], boto3.client("dynamodb"))
