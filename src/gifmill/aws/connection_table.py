"""Who listens to which photo: one row a WebSocket. boto3 has verbs here that obstore has not."""

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
"""API Gateway ends a connection after two hours (its quotas); DynamoDB drops rows that outlive it."""

_OPENING_S = 60
"""A connection is noted before API Gateway opens it, and cannot be told anything until then."""

_BY_CONNECTION = "by-connection"


class ConnectionTable:
    """The table of open sockets: photo and connection are its key."""

    def __init__(self, table: str, client: DynamoDBClient) -> None:
        self._table = table
        self._client = client

    def add(self, photo_id: str, connection: str) -> None:
        """From now on it listens."""
        self._client.put_item(
            TableName=self._table,
            Item={
                "photo": {"S": photo_id},
                "connection": {"S": connection},
                "expires": {"N": str(int(time.time()) + _LIFE_S)},
            },
        )

    def full(self, photo_id: str, most: int) -> bool:
        """Whether as many listen to a photo as may. A few more do, where many come at once."""
        found = self._client.query(
            TableName=self._table,
            KeyConditionExpression="photo = :photo",
            ExpressionAttributeValues={":photo": {"S": photo_id}},
            Select="COUNT",
            Limit=most,
        )
        return found["Count"] >= most

    def of(self, photo_id: str) -> Iterator[str]:
        """Every connection that listens to a photo."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="photo = :photo",
            ExpressionAttributeValues={":photo": {"S": photo_id}},
            ConsistentRead=True,  # who has just come must not miss the first change
        )
        for page in pages:
            for item in page["Items"]:
                yield item["connection"]["S"]

    def remove(self, photo_id: str, connection: str) -> None:
        """It listens no more."""
        key = {"photo": {"S": photo_id}, "connection": {"S": connection}}
        self._client.delete_item(TableName=self._table, Key=key)

    def forget(self, photo_id: str, connection: str) -> None:
        """It does not answer. If it has just been noted it stays: it may be about to open."""
        latest = int(time.time()) + _LIFE_S - _OPENING_S
        try:
            self._client.delete_item(
                TableName=self._table,
                Key={"photo": {"S": photo_id}, "connection": {"S": connection}},
                ConditionExpression="expires < :latest",
                ExpressionAttributeValues={":latest": {"N": str(latest)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def drop(self, connection: str) -> None:
        """It has gone: API Gateway does not say what it listened to."""
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
def connections() -> ConnectionTable:
    """The table of this function: `CONNECTIONS`."""
    return ConnectionTable(os.environ["CONNECTIONS"], boto3.client("dynamodb"))
