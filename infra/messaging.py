"""Topics, queues, and the notifications that buckets send to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from infra.functions import FunctionSize

CREATED = ("s3:ObjectCreated:*",)
REMOVED = ("s3:ObjectRemoved:*",)
REMOVED_OR_EXPIRED = (*REMOVED, "s3:LifecycleExpiration:*")

MAX_RECEIVES = 5
"""Throttled messages count as received. Source: AWS Lambda Developer Guide, "Using Lambda with SQS"."""

VISIBILITY_PER_TIMEOUT = 6
"""Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS": six times the function's timeout."""


def topic(scope: Construct, construct_id: str) -> sns.Topic:
    """Return a topic that accepts messages over TLS only.

    It is not encrypted with a key: S3 publishes only to topics with a customer managed key, at a dollar a
    month. SNS keeps a message only until its delivery, and it contains object names, not photos.
    """
    return sns.Topic(scope, construct_id, enforce_ssl=True)


def queue(
    scope: Construct,
    construct_id: str,
    *,
    retention: cdk.Duration,
    consumer: FunctionSize | None = None,
    dead_letters: sqs.Queue | None = None,
    max_receives: int = MAX_RECEIVES,
) -> sqs.Queue:
    """Return an encrypted queue that accepts messages over TLS only.

    Args:
        scope: the parent construct.
        construct_id: its id in the parent.
        retention: how long SQS keeps a message.
        consumer: memory and timeout of the function that reads it: a message must stay invisible while the
            function processes it.
        dead_letters: the dead-letter queue, if any.
        max_receives: receives before a message moves to the dead-letter queue.
    """
    return sqs.Queue(
        scope,
        construct_id,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=retention,
        visibility_timeout=cdk.Duration.seconds(VISIBILITY_PER_TIMEOUT * consumer.timeout_s)
        if consumer
        else None,
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=max_receives)
        if dead_letters
        else None,
    )


@dataclass(frozen=True, slots=True)
class BucketNotification:
    """Events of a bucket, and their target.

    Attributes:
        names: pattern of the object names, with one `*` at the end or inside.
        events: event types of S3.
        target: a topic or a queue.
    """

    names: str
    events: tuple[str, ...]
    target: sns.Topic | sqs.Queue


def add_notifications(bucket: s3.Bucket, notifications: Sequence[BucketNotification]) -> None:
    """Configure the notifications of a bucket.

    They are properties of the bucket: the CDK's own method deploys a function that may reconfigure every
    bucket.
    """
    stack = cdk.Stack.of(bucket)
    config: dict[str, list[object]] = {"topic_configurations": [], "queue_configurations": []}
    for notification in notifications:
        target = notification.target
        is_topic = hasattr(target, "topic_arn")
        target.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish" if is_topic else "sqs:SendMessage"],
                resources=[target.topic_arn if is_topic else target.queue_arn],
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                # Not the bucket's ARN: the bucket depends on this policy, so it would be a cycle.
                conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
            )
        )
        bucket.node.default_child.node.add_dependency(target.node.find_child("Policy"))
        prefix, _, suffix = notification.names.partition("*")
        rules = [
            s3.CfnBucket.FilterRuleProperty(name=name, value=value)
            for name, value in (("prefix", prefix), ("suffix", suffix))
            if value
        ]
        object_filter = s3.CfnBucket.NotificationFilterProperty(
            s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=rules)
        )
        for event in notification.events:
            if is_topic:
                config["topic_configurations"].append(
                    s3.CfnBucket.TopicConfigurationProperty(
                        event=event, topic=target.topic_arn, filter=object_filter
                    )
                )
            else:
                config["queue_configurations"].append(
                    s3.CfnBucket.QueueConfigurationProperty(
                        event=event, queue=target.queue_arn, filter=object_filter
                    )
                )
    bucket.node.default_child.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        **config
    )
