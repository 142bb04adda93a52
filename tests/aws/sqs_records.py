"""Events and SQS records as the Lambda functions receive them, and the context of an invocation."""

from __future__ import annotations

import json
from typing import Any


def s3_event(*keys: str, name: str = "ObjectCreated:Put") -> str:
    """Return an S3 event as JSON, with one record per object name."""
    return json.dumps({"Records": [{"eventName": name, "s3": {"object": {"key": key}}} for key in keys]})


def sqs_record(*keys: str, message_id: str = "m1", source: str = "") -> dict[str, Any]:
    """Return an SQS record of an S3 event, as SNS (raw delivery) sends it.

    Args:
        keys: names of the created objects.
        message_id: identifies the message in the function's response.
        source: ARN of the queue that a dead letter comes from.
    """
    return {
        "messageId": message_id,
        "body": s3_event(*keys),
        "attributes": {"DeadLetterQueueSourceArn": source},
    }


class InvocationContext:
    """The context of an invocation with this much time left."""

    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def __init__(self, left_ms: int = 20_000) -> None:
        self.left_ms = left_ms

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms
