"""Quotas of AWS that grow with the number of effects, for the effects of today and some more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.infra.templates import text

from gifmill.effects import EFFECTS, PACKS

if TYPE_CHECKING:
    from tests.infra.templates import Template

MAX_RESOURCES = 500
MAX_TEMPLATE_BYTES = 1_000_000
"""Source of both: AWS CloudFormation User Guide, "Understand CloudFormation quotas"."""

MAX_ENVIRONMENT_BYTES = 4_096
"""Source: AWS Lambda Developer Guide, "Lambda quotas"."""

MAX_FILTER_POLICIES = 200
"""Of one topic. Source: Amazon SNS Developer Guide, "Filter policy constraints"."""

MAX_FILTER_COMBINATIONS = 150
MAX_METRICS = 500
"""Of one widget. Source: Amazon CloudWatch User Guide, "CloudWatch service quotas"."""

PER_EFFECT = 10
"""Resources of an effect: queue, function, version, alias, role, log group, trigger, policies and so on."""

SPARE_EFFECTS = 5

_ARN = "arn:aws:sqs:ap-southeast-2:123456789012:Gifmill--ABCDEFGHIJKLM"
"""The ARN of a queue, without its logical id."""


def test_resources_have_room_for_more_effects(either: Template) -> None:
    assert len(either.document["Resources"]) + SPARE_EFFECTS * PER_EFFECT <= MAX_RESOURCES
    assert either.path.stat().st_size * 1.2 < MAX_TEMPLATE_BYTES


def test_the_documented_number_of_resources_is_that_of_the_stack(template: Template) -> None:
    page = (Path(__file__).parents[2] / "docs/guides/deploy-to-aws.md").read_text()
    [others] = re.findall(r"some (\d+), and ten for each effect", page)
    assert abs(int(others) + PER_EFFECT * len(EFFECTS) - len(template.document["Resources"])) < PER_EFFECT


def test_environments_have_room_for_more_effects(either: Template) -> None:
    """The function `record-failure` has the ARNs of all queues."""
    for function in either.functions().values():
        variables = {name: text(value) for name, value in function["Environment"]["Variables"].items()}
        deployed = {name: re.sub(r"<(\w+)\.Arn>", rf"{_ARN}\1", value) for name, value in variables.items()}
        used = sum(len(name) + len(value) for name, value in deployed.items())
        assert used + SPARE_EFFECTS * (len(_ARN) + 60) < MAX_ENVIRONMENT_BYTES


def test_filter_policies_are_far_below_their_limits(either: Template) -> None:
    assert len(either.resources("SNS::Subscription")) < MAX_FILTER_POLICIES / 2
    assert 1 + len(PACKS) < MAX_FILTER_COMBINATIONS / 2


def test_a_graph_of_all_effects_is_far_below_its_limit() -> None:
    assert len(EFFECTS) < MAX_METRICS / 2
