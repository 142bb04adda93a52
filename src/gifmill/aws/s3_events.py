"""Events of S3, as they come in messages of SQS and SNS; and batches of messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import unquote_plus

from gifmill.aws.telemetry import Call, bind_call, flush, logger
from gifmill.errors import InvalidKey, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

type Record = dict[str, Any]
"""One record of a Lambda event."""

_ENOUGH_MS = 8_000
"""What the next message may take, where nothing else is said."""

_LONGEST_S = 30
"""Until a failed message comes again."""


class Context(Call, Protocol):
    """What Lambda tells a function about its call."""

    def get_remaining_time_in_millis(self) -> int:
        """Until it is stopped."""


class ObjectChange(NamedTuple):
    """One object that was written or deleted.

    Attributes:
        key: its name.
        gone: it was deleted, by whomever.
    """

    key: str
    gone: bool


def for_each_change(message: str, work: Callable[[ObjectChange], None]) -> None:
    """Do the work of each change that a message tells of.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is no event of S3, or a part of it is none.
        Exception: as `each` does.

    Source: Amazon S3 user guide, event message structure (names are encoded as in a query).
    """
    event = json.loads(message)
    if event.get("Event") == "s3:TestEvent":  # sent once, when notifications are set up
        return
    for_each(event["Records"], lambda record: work(_change(record)))


def _change(record: Record) -> ObjectChange:
    key = unquote_plus(record["s3"]["object"]["key"])
    return ObjectChange(key, not record["eventName"].removeprefix("s3:").startswith("ObjectCreated:"))


def for_each[T](items: Iterable[T], work: Callable[[T], None]) -> None:
    """Do the work of each item; where it fails for one, that of the others is done all the same.

    A photo that is gone is no failure: nobody waits for it any more.

    Raises:
        Exception: the first failure, once all have had their turn.
    """
    failures: list[Exception] = []
    for item in items:
        try:
            work(item)
        except NotFound:
            logger.info("the photo is gone")
        except Exception as error:  # whatever it was, the others must be worked on
            failures.append(error)
    if failures:
        raise failures[0]


def process_batch(
    event: dict[str, Any], context: Context, work: Callable[[Record], None], enough_ms: int = _ENOUGH_MS
) -> dict[str, Any]:
    """Do the work of each message of an SQS event; those that fail come again, the others do not.

    Where less than `enough_ms` is left the messages that remain come again: a function that is stopped in the
    middle would fail those that it has done as well.

    Returns:
        The answer that Lambda understands as partial failure.
    """
    bind_call(context)
    failed: list[Record] = []
    try:
        for record in event["Records"]:
            if context.get_remaining_time_in_millis() < enough_ms and record is not event["Records"][0]:
                failed.append(record)
                continue
            try:
                work(record)
            except InvalidKey:  # which says the name, and with it a whole id
                logger.error("a name that is none of ours")
                failed.append(record)
            except Exception:  # the edge: whatever it was, the other messages must be worked on
                logger.exception("a message failed")
                failed.append(record)
            finally:
                logger.remove_keys(["photo"])
    finally:
        flush()
    if failed:
        _retry_soon(failed)
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}


def _retry_soon(failed: list[Record]) -> None:
    """Let failed messages come again after seconds, not after the minutes that a crash would take."""
    import boto3  # only here: it takes longer to import than a GIF takes to make

    try:
        client = boto3.client("sqs")
        for record in failed:
            tries = int(record["attributes"]["ApproximateReceiveCount"])
            account, name = record["eventSourceARN"].split(":")[4:]
            client.change_message_visibility(
                QueueUrl=f"{client.meta.endpoint_url}/{account}/{name}",
                ReceiptHandle=record["receiptHandle"],
                VisibilityTimeout=min(2 ** (tries - 1), _LONGEST_S),
            )
    except Exception:  # then they come a little later
        logger.exception("failed messages could not be hurried")
