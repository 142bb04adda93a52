"""S3 events in messages of SQS and SNS, and batches of messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import unquote_plus

from gifmill.aws.telemetry import Invocation, bind_invocation, flush, logger
from gifmill.errors import InvalidKey, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

type Record = dict[str, Any]
"""One record of a Lambda event."""

_MIN_REMAINING_MS = 8_000
"""Default of the time left below which no further message is started."""

_MAX_RETRY_DELAY_S = 30
"""Maximum delay before a failed message is retried."""


class InvocationContext(Invocation, Protocol):
    """The context of an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until Lambda stops the function."""


class ObjectChange(NamedTuple):
    """An object that was written or deleted.

    Attributes:
        key: its name.
        deleted: whether it was deleted.
    """

    key: str
    deleted: bool


def for_each_change(message: str, work: Callable[[ObjectChange], None]) -> None:
    """Call `work` for each change in a message.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: the message is not a valid S3 event.
        Exception: as `for_each`.

    Source: Amazon S3 user guide, event message structure (names are encoded as in a query).
    """
    event = json.loads(message)
    if event.get("Event") == "s3:TestEvent":  # sent once when notifications are set up
        return
    for_each(event["Records"], lambda record: work(_change(record)))


def _change(record: Record) -> ObjectChange:
    key = unquote_plus(record["s3"]["object"]["key"])
    return ObjectChange(key, not record["eventName"].removeprefix("s3:").startswith("ObjectCreated:"))


def for_each[T](items: Iterable[T], work: Callable[[T], None]) -> None:
    """Call `work` for each item, also after failures.

    A deleted photo is no failure: no client waits for it.

    Raises:
        Exception: the first failure, after all items.
    """
    failures: list[Exception] = []
    for item in items:
        try:
            work(item)
        except NotFound:
            logger.info("photo deleted")
        except Exception as error:  # any error: the other items must still be processed
            failures.append(error)
    if failures:
        raise failures[0]


def process_batch(
    event: dict[str, Any],
    context: InvocationContext,
    work: Callable[[Record], None],
    min_remaining_ms: int = _MIN_REMAINING_MS,
) -> dict[str, Any]:
    """Call `work` for each message of an SQS event; only failed messages are retried.

    If less than `min_remaining_ms` is left, the remaining messages are retried: a function stopped in the
    middle would fail the finished ones too.

    Returns:
        The response that reports a partial failure to Lambda.
    """
    bind_invocation(context)
    failed: list[Record] = []
    try:
        for record in event["Records"]:
            if (
                context.get_remaining_time_in_millis() < min_remaining_ms
                and record is not event["Records"][0]
            ):
                failed.append(record)
                continue
            try:
                work(record)
            except InvalidKey:  # its message contains a whole id
                logger.error("invalid object name")
                failed.append(record)
            except Exception:  # any error: the other messages must still be processed
                logger.exception("message failed")
                failed.append(record)
            finally:
                logger.remove_keys(["photo"])
    finally:
        flush()
    if failed:
        _retry_soon(failed)
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}


def _retry_soon(failed: list[Record]) -> None:
    """Retry failed messages after seconds, not after the visibility timeout of minutes."""
    import boto3  # only here: its import takes longer than a render

    try:
        client = boto3.client("sqs")
        for record in failed:
            tries = int(record["attributes"]["ApproximateReceiveCount"])
            account, name = record["eventSourceARN"].split(":")[4:]
            client.change_message_visibility(
                QueueUrl=f"{client.meta.endpoint_url}/{account}/{name}",
                ReceiptHandle=record["receiptHandle"],
                VisibilityTimeout=min(2 ** (tries - 1), _MAX_RETRY_DELAY_S),
            )
    except Exception:  # then they are retried a little later
        logger.exception("changing the visibility of failed messages failed")
