"""Events of a dead-letter queue contain the source queue of each message.

Upstream returns it to receivers over the API, but omits it from the events for functions.

Source: Powertools for AWS Lambda (Python), SQSRecordAttributes.dead_letter_queue_source_arn.
"""

from __future__ import annotations

from typing import Any

from ministack.services import lambda_svc

_NAME = "DeadLetterQueueSourceArn"


def apply() -> None:
    """Add the attribute to the records of a batch."""
    upstream = lambda_svc._run_sqs_batch

    def run(mapping: Any, function: Any, event: Any, batch: list[dict[str, Any]], *queue: str) -> None:
        sources = {message["id"]: (message.get("sys") or {}).get(_NAME) for message in batch}
        for record in event["Records"]:
            if source := sources[record["messageId"]]:
                record["attributes"][_NAME] = source
        upstream(mapping, function, event, batch, *queue)

    lambda_svc._run_sqs_batch = run
