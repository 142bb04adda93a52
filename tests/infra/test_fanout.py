from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.infra.templates import statements, text

from gifmill.effects import EFFECTS, PACKS
from infra.settings import SETTINGS

if TYPE_CHECKING:
    from tests.infra.templates import Json, Template

ENDS = ("FanoutUndeliverable", "LiveUndelivered")
"""Queues without a consumer, for operators."""

BATCH = 5


def mappings(template: Template) -> dict[str, Json]:
    """Return the event source mappings by logical id of their queue."""
    found = template.resources("Lambda::EventSourceMapping").values()
    return {text(one["EventSourceArn"]).strip("<>").removesuffix(".Arn"): one for one in found}


def queues(template: Template) -> dict[str, Json]:
    return template.resources("SQS::Queue")


def effect_queues(template: Template) -> dict[str, str]:
    """Return the logical id of each effect's queue from the environment of `record-failure`."""
    variable = text(template.functions()["record-failure"]["Environment"]["Variables"]["QUEUES"])
    return {name: arn.strip("<>").removesuffix(".Arn") for arn, name in json.loads(variable).items()}


def test_every_consumed_queue_has_a_dead_letter_queue(either: Template) -> None:
    without = [name for name, queue in queues(either).items() if "RedrivePolicy" not in queue]
    assert len(without) == len(ENDS)
    assert all(name.startswith(ENDS) for name in without)


def test_effects_and_intake_share_one_dead_letter_queue(either: Template) -> None:
    (dead,) = (name for name in queues(either) if name.startswith("FanoutDead"))
    for name in effect_queues(either).values():
        redrive = queues(either)[name]["RedrivePolicy"]
        assert (text(redrive["deadLetterTargetArn"]), redrive["maxReceiveCount"]) == (f"<{dead}.Arn>", 5)
    (undeliverable,) = (name for name in queues(either) if name.startswith("FanoutUndeliverable"))
    redrive = queues(either)[dead]["RedrivePolicy"]
    assert text(redrive["deadLetterTargetArn"]) == f"<{undeliverable}.Arn>"
    # SQS counts receives across queues: `record-failure` has five further tries.
    assert redrive["maxReceiveCount"] == 10
    assert mappings(either)[dead]["FunctionName"] == {"Ref": either.functions()["record-failure"]["Id"]}


def test_the_visibility_timeout_is_six_times_the_functions_timeout(either: Template) -> None:
    callable_as = {one["Id"]: one for one in either.functions().values()}
    for alias, one in either.resources("Lambda::Alias").items():
        callable_as[alias] = callable_as[one["FunctionName"]["Ref"]]
    for queue, mapping in mappings(either).items():
        called = json.dumps(mapping["FunctionName"])
        (function,) = (one for name, one in callable_as.items() if f'"{name}"' in called)
        assert queues(either)[queue]["VisibilityTimeout"] >= 6 * function["Timeout"]


def test_functions_report_failures_of_single_messages(either: Template) -> None:
    for mapping in mappings(either).values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert 1 <= mapping["BatchSize"] <= BATCH


def test_uploads_have_a_batch_size_of_one(either: Template) -> None:
    [intake] = (name for name in queues(either) if name.startswith("FanoutIntake"))
    assert mappings(either)[intake]["BatchSize"] == 1


def test_orders_are_kept_as_long_as_photos_and_dead_letters_longer(either: Template) -> None:
    effects = set(effect_queues(either).values())
    for name, queue in queues(either).items():
        kept_s = queue["MessageRetentionPeriod"]
        assert kept_s == (SETTINGS.photo_lifetime_s if name in effects else 14 * 86_400)


def test_every_queue_is_encrypted_and_requires_tls(either: Template) -> None:
    assert all(queue["SqsManagedSseEnabled"] for queue in queues(either).values())
    denying: set[str] = set()
    for policy in either.resources("SQS::QueuePolicy").values():
        (first, *_) = statements(policy)
        assert (first["Effect"], first["Action"], first["Principal"]) == ("Deny", ["sqs:*"], {"AWS": "*"})
        assert first["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        denying.update(queue["Ref"] for queue in policy["Queues"])
    assert denying == set(queues(either))


def test_every_topic_requires_tls(either: Template) -> None:
    denying: set[str] = set()
    for policy in either.resources("SNS::TopicPolicy").values():
        for one in statements(policy):
            if one["Effect"] == "Deny" and one["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}:
                denying.update(topic["Ref"] for topic in policy["Topics"])
    assert denying == set(either.resources("SNS::Topic"))


def test_each_effect_has_a_queue_a_subscription_and_a_function(either: Template) -> None:
    names = [effect.name for effect in EFFECTS]
    assert list(effect_queues(either)) == [*names, "intake"]
    renders = {name for name in either.functions() if name.startswith("render-")}
    assert renders == {f"render-{name}" for name in names}
    to_queues = [one for one in either.resources("SNS::Subscription").values() if one["Protocol"] == "sqs"]
    assert len(to_queues) == len(names)


@pytest.mark.parametrize("effect", [effect.name for effect in EFFECTS])
def test_an_effect_receives_its_own_orders_and_its_packs(effect: str, template: Template) -> None:
    queue = effect_queues(template)[effect]
    subscriptions = template.resources("SNS::Subscription").values()
    (found,) = (one for one in subscriptions if text(one["Endpoint"]) == f"<{queue}.Arn>")
    who = [effect, *(pack for pack, members in PACKS.items() if effect in members)]
    suffixes = [{"suffix": f"/{name}.png"} for name in who]
    assert found["FilterPolicy"] == {"Records": {"s3": {"object": {"key": suffixes}}}}
    assert found["FilterPolicyScope"] == "MessageBody"
    assert found["RawMessageDelivery"] is True
    assert template.functions()[f"render-{effect}"]["Environment"]["Variables"]["EFFECT"] == effect


@pytest.mark.parametrize("effect", [effect.name for effect in EFFECTS])
def test_an_effect_runs_through_its_alias(effect: str, template: Template) -> None:
    function = template.functions()[f"render-{effect}"]["Id"]
    aliases = template.resources("Lambda::Alias")
    (alias,) = (name for name, one in aliases.items() if one["FunctionName"] == {"Ref": function})
    assert alias in json.dumps(mappings(template)[effect_queues(template)[effect]]["FunctionName"])


def test_buckets_notify_topics_and_queues(either: Template) -> None:
    notified_events: dict[tuple[str, str], set[str]] = {}
    for name, bucket in either.resources("S3::Bucket").items():
        config = bucket.get("NotificationConfiguration", {})
        for one in config.get("TopicConfigurations", []) + config.get("QueueConfigurations", []):
            rules = {rule["Name"]: rule["Value"] for rule in one["Filter"]["S3Key"]["Rules"]}
            names = f"{rules['prefix']}*{rules.get('suffix', '')}"
            target = text(one.get("Topic", one.get("Queue")))
            notified_events.setdefault((names, target[1:-9]), set()).add(one["Event"])
            assert either.depends(name), "S3 checks the permission when the bucket is made"
    assert {
        (names, target.rstrip("0123456789ABCDEF.")): events
        for (names, target), events in notified_events.items()
    } == {
        ("photos/*", "FanoutOrdered"): {"s3:ObjectCreated:*"},
        ("photos/*", "LiveChanged"): {"s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"},
        ("uploads/*", "FanoutIntakeQueue"): {"s3:ObjectCreated:*"},
        ("gifs/*.gif", "LiveChanged"): {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"},
        ("gifs/*.webp", "LiveChanged"): {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"},
        ("gifs/*.failed.json", "LiveChanged"): {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"},
    }


def test_only_buckets_of_this_account_may_notify(either: Template) -> None:
    kinds = ("SNS::TopicPolicy", "SQS::QueuePolicy")
    policies = [policy for kind in kinds for policy in either.resources(kind).values()]
    allowed = [
        one
        for policy in policies
        for one in statements(policy)
        if one.get("Principal") == {"Service": "s3.amazonaws.com"}
    ]
    assert len(allowed) == 3
    for one in allowed:
        assert one["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
