"""Topics and queues, and the events of buckets that go there."""

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

    from infra.functions import Size

CREATED = ("s3:ObjectCreated:*",)
REMOVED = ("s3:ObjectRemoved:*",)
REMOVED_OR_EXPIRED = (*REMOVED, "s3:LifecycleExpiration:*")

MAX_RECEIVES = 5
"""Throttled messages count as received. Source: AWS Lambda Developer Guide, "Using Lambda with SQS"."""

VISIBILITY_PER_TIMEOUT = 6
"""Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS": six times the function's timeout."""


def topic(scope: Construct, construct_id: str) -> sns.Topic:
    """A topic that takes messages over TLS only.

    Without a key: S3 publishes only to topics whose key is the customer's own, at a dollar a month. A message
    is kept no longer than its delivery takes, and holds names, no photo.
    """
    return sns.Topic(scope, construct_id, enforce_ssl=True)


def queue(
    scope: Construct,
    construct_id: str,
    *,
    retention: cdk.Duration,
    consumer: Size | None = None,
    dead_letters: sqs.Queue | None = None,
    max_receives: int = MAX_RECEIVES,
) -> sqs.Queue:
    """A queue, encrypted, over TLS only.

    Args:
        scope: its parent.
        construct_id: its name there.
        retention: how long a message is kept.
        consumer: what the function that reads it gets: a message must not come back while it is worked on.
        dead_letters: where a message goes that was received in vain.
        max_receives: how often it may be.
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
class Notice:
    """Events of a bucket that somebody is to hear of.

    Attributes:
        names: the names of the objects, with a `*` at their end or within.
        target: a topic or a queue.
    """

    names: str
    events: tuple[str, ...]
    target: sns.Topic | sqs.Queue


def publish(bucket: s3.Bucket, notices: Sequence[Notice]) -> None:
    """Have a bucket tell of its events.

    In the bucket's own properties: what the CDK has for it is a function that may reconfigure every bucket.
    """
    stack = cdk.Stack.of(bucket)
    config: dict[str, list[object]] = {"topic_configurations": [], "queue_configurations": []}
    for notice in notices:
        target = notice.target
        is_topic = hasattr(target, "topic_arn")
        target.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish" if is_topic else "sqs:SendMessage"],
                resources=[target.topic_arn if is_topic else target.queue_arn],
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                # Not the bucket's ARN: the bucket waits for this policy, so that would be a circle.
                conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
            )
        )
        bucket.node.default_child.node.add_dependency(target.node.find_child("Policy"))
        prefix, _, suffix = notice.names.partition("*")
        rules = [
            s3.CfnBucket.FilterRuleProperty(name=name, value=value)
            for name, value in (("prefix", prefix), ("suffix", suffix))
            if value
        ]
        where = s3.CfnBucket.NotificationFilterProperty(s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=rules))
        for event in notice.events:
            if is_topic:
                config["topic_configurations"].append(
                    s3.CfnBucket.TopicConfigurationProperty(event=event, topic=target.topic_arn, filter=where)
                )
            else:
                config["queue_configurations"].append(
                    s3.CfnBucket.QueueConfigurationProperty(event=event, queue=target.queue_arn, filter=where)
                )
    bucket.node.default_child.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        **config
    )
