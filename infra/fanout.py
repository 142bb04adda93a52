"""From one photo to one queue and one function for each effect; and what happens where that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from gifmill.effects import EFFECTS, PACKS
from infra.functions import Size
from infra.messaging import MAX_RECEIVES, queue, topic
from infra.storage import FAILURES, FINISHED, GIFS, PHOTOS, UPLOADS, allow

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

    from gifmill.settings import Settings
    from infra.deploy_options import Switches
    from infra.functions import Functions
    from infra.storage import Storage

RENDER = Size(memory_mb=1769, timeout_s=30)  # measured 12 on one core, for the most that is made to fit
INTAKE = Size(memory_mb=2048, timeout_s=20)
BURY = Size(memory_mb=256, timeout_s=10)

BATCH_ORDERS = 5
BATCH_UPLOADS = 1  # a hostile file may take a function down, and its neighbours with it

_UNBURIED_RETENTION = cdk.Duration.days(14)  # the most that SQS keeps


class Fanout(Construct):
    """Orders become GIFs, uploads become orders, and dead letters become failures that a page can show.

    Attributes:
        ordered: the topic that hears of each order.
        intake: the queue that hears of each upload.
        dead: what was tried in vain, of all queues: one, because a poller costs 650,000 requests a month.
        unburied: what not even `bury` could read; a case for an operator.
        working: by name, the queues that functions make GIFs and photos from.
        renders: by effect, the functions.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Functions,
        storage: Storage,
        switches: Switches,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = functions
        self._storage = storage
        self._max_concurrency = switches.max_concurrency
        self._retention = cdk.Duration.seconds(settings.photo_lifetime_s)  # then the photo is gone too
        self.ordered = topic(self, "Ordered")
        self.unburied = queue(self, "Unburied", retention=_UNBURIED_RETENTION)
        self.dead = queue(
            self,
            "Dead",
            retention=_UNBURIED_RETENTION,  # a message's age counts from its first queue
            consumer=BURY,
            dead_letters=self.unburied,
            max_receives=2 * MAX_RECEIVES,  # and so does how often it was received, across all queues
        )
        self.renders: dict[str, lambda_.Function] = {}
        self.working: dict[str, sqs.Queue] = {}
        for effect in EFFECTS:
            self._add_effect(effect.name)
        self.intake = self._add_intake()
        self._add_bury()

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
        render = self._functions.make(scope, f"render-{effect}", "render", RENDER, environment, snapshot=True)
        allow(render.role, self._storage.photos, listing=True, get=[PHOTOS])
        allow(render.role, self._storage.gifs, listing=True, get=FINISHED, put=[GIFS], delete=[GIFS])
        self._consume(self._functions.alias(render), orders, BATCH_ORDERS, self._max_concurrency)
        self.renders[effect] = render

    def _add_intake(self) -> sqs.Queue:
        scope = Construct(self, "Intake")
        uploads = self._queue(scope, "intake", INTAKE)
        intake = self._functions.make(scope, "intake", "intake", INTAKE, self._functions.stores)
        allow(
            intake.role,
            self._storage.photos,
            listing=True,
            get=[UPLOADS, PHOTOS],
            put=[PHOTOS],
            delete=[UPLOADS, PHOTOS],
        )
        own = [FAILURES]
        allow(intake.role, self._storage.gifs, listing=True, get=own, put=own, delete=own)
        self._consume(intake, uploads, BATCH_UPLOADS, self._max_concurrency)
        return uploads

    def _add_bury(self) -> None:
        scope = Construct(self, "Bury")
        # Not json.dumps: the ARNs are known only at the deploy, and a map cannot have such keys.
        names = ",".join(f'"{made.queue_arn}":"{name}"' for name, made in self.working.items())
        environment = {**self._functions.stores, "QUEUES": f"{{{names}}}"}
        bury = self._functions.make(scope, "bury", "dead_letters", BURY, environment)
        allow(bury.role, self._storage.photos, listing=True, get=[PHOTOS, UPLOADS], delete=[UPLOADS])
        allow(bury.role, self._storage.gifs, listing=True, get=[GIFS], put=[FAILURES], delete=[GIFS])
        self._consume(bury, self.dead, BATCH_ORDERS, None)

    def _queue(self, scope: Construct, name: str, consumer: Size) -> sqs.Queue:
        made = queue(scope, "Queue", retention=self._retention, consumer=consumer, dead_letters=self.dead)
        self.working[name] = made
        return made

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
