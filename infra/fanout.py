"""Fan-out of orders to a queue and a function for each effect, intake of uploads, and dead letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from gifmill.effects import EFFECTS, PACKS
from infra.functions import FunctionSize
from infra.messaging import MAX_RECEIVES, queue, topic
from infra.storage import FAILURES, FINISHED, GIFS, PHOTOS, UPLOADS, grant

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

    from gifmill.settings import Settings
    from infra.deploy_options import DeployOptions
    from infra.functions import Functions
    from infra.storage import Storage

RENDER = FunctionSize(
    memory_mb=1769, timeout_s=30
)  # measured 12 s on one core, for the slowest GIF within a byte limit
INTAKE = FunctionSize(memory_mb=2048, timeout_s=20)
DEAD_LETTERS = FunctionSize(memory_mb=256, timeout_s=10)

BATCH_ORDERS = 5
BATCH_UPLOADS = 1  # a hostile file may crash the function, and with it the rest of its batch

_UNDELIVERABLE_RETENTION = cdk.Duration.days(14)  # the maximum of SQS


class Fanout(Construct):
    """Functions that turn orders into GIFs, uploads into orders, and dead letters into failed jobs.

    Attributes:
        ordered: the topic of all orders.
        intake: the queue of all uploads.
        dead_letters: the dead-letter queue of all work queues. It is one, because polling a queue costs
            650,000 requests a month.
        undeliverable: dead letters that the function `record-failure` cannot read; an operator must
            inspect them.
        work_queues: by name, the queues of orders and uploads.
        render_functions: by effect, the functions that make GIFs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Functions,
        storage: Storage,
        options: DeployOptions,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = functions
        self._storage = storage
        self._max_concurrency = options.max_concurrency
        self._retention = cdk.Duration.seconds(settings.photo_lifetime_s)  # then the photo has expired too
        self.ordered = topic(self, "Ordered")
        self.undeliverable = queue(self, "Undeliverable", retention=_UNDELIVERABLE_RETENTION)
        self.dead_letters = queue(
            self,
            "Dead",
            retention=_UNDELIVERABLE_RETENTION,  # SQS counts a message's age from its first queue
            consumer=DEAD_LETTERS,
            dead_letters=self.undeliverable,
            max_receives=2 * MAX_RECEIVES,  # SQS counts receives across all queues
        )
        self.render_functions: dict[str, lambda_.Function] = {}
        self.work_queues: dict[str, sqs.Queue] = {}
        for effect in EFFECTS:
            self._add_effect(effect.name)
        self.intake = self._add_intake()
        self._add_dead_letter_function()

    def _add_effect(self, effect: str) -> None:
        scope = Construct(self, effect)
        orders = self._queue(scope, effect, RENDER)
        suffixes = [f"/{name}.png" for name in (effect, *(pack for pack in PACKS if effect in PACKS[pack]))]
        key = sns.FilterOrPolicy.filter(sns.SubscriptionFilter.string_filter(match_suffixes=suffixes))
        for part in ("key", "object", "s3", "Records"):
            key = sns.FilterOrPolicy.policy({part: key})
        self.ordered.add_subscription(
            subscriptions.SqsSubscription(
                orders, raw_message_delivery=True, filter_policy_with_message_body=key.policy_doc
            )
        )
        environment = {**self._functions.stores, "EFFECT": effect}
        render = self._functions.create(
            scope, f"render-{effect}", "render", RENDER, environment, snapshot=True
        )
        grant(render.role, self._storage.photos, listing=True, get=[PHOTOS])
        grant(render.role, self._storage.gifs, listing=True, get=FINISHED, put=[GIFS], delete=[GIFS])
        self._consume(self._functions.alias(render), orders, BATCH_ORDERS, self._max_concurrency)
        self.render_functions[effect] = render

    def _add_intake(self) -> sqs.Queue:
        scope = Construct(self, "Intake")
        uploads = self._queue(scope, "intake", INTAKE)
        intake = self._functions.create(scope, "intake", "intake", INTAKE, self._functions.stores)
        grant(
            intake.role,
            self._storage.photos,
            listing=True,
            get=[UPLOADS, PHOTOS],
            put=[PHOTOS],
            delete=[UPLOADS, PHOTOS],
        )
        own = [FAILURES]
        grant(intake.role, self._storage.gifs, listing=True, get=own, put=own, delete=own)
        self._consume(intake, uploads, BATCH_UPLOADS, self._max_concurrency)
        return uploads

    def _add_dead_letter_function(self) -> None:
        scope = Construct(self, "RecordFailure")
        # Not json.dumps: the ARNs are tokens until the deploy, and a map cannot have tokens as keys.
        names = ",".join(f'"{queue.queue_arn}":"{name}"' for name, queue in self.work_queues.items())
        environment = {**self._functions.stores, "QUEUES": f"{{{names}}}"}
        function = self._functions.create(scope, "record-failure", "dead_letters", DEAD_LETTERS, environment)
        grant(function.role, self._storage.photos, listing=True, get=[PHOTOS, UPLOADS], delete=[UPLOADS])
        grant(function.role, self._storage.gifs, listing=True, get=[GIFS], put=[FAILURES], delete=[GIFS])
        self._consume(function, self.dead_letters, BATCH_ORDERS, None)

    def _queue(self, scope: Construct, name: str, consumer: FunctionSize) -> sqs.Queue:
        work_queue = queue(
            scope, "Queue", retention=self._retention, consumer=consumer, dead_letters=self.dead_letters
        )
        self.work_queues[name] = work_queue
        return work_queue

    def _consume(
        self, function: lambda_.IFunction, messages: sqs.Queue, batch: int, max_concurrency: int | None
    ) -> None:
        function.add_event_source(
            sources.SqsEventSource(
                messages,
                batch_size=batch,
                report_batch_item_failures=True,
                max_concurrency=max_concurrency,
            )
        )
