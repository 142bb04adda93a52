from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.infra.templates import Template, synth, text

from gifmill.effects import EFFECTS
from infra.deploy_options import InvalidSwitch, Switches

if TYPE_CHECKING:
    from pathlib import Path


def test_without_switches_nothing_costs_by_the_hour() -> None:
    switches = Switches.read({})
    assert switches == Switches()
    assert (switches.warm, switches.snapstart, switches.waf, switches.domain) == (0, False, False, None)


def test_the_cdks_own_context_is_passed_over() -> None:
    context = {"aws:cdk:bundling-stacks": ["**"], "@aws-cdk/core:checkSecretUsage": True}
    assert Switches.read(context) == Switches()


def test_switches_are_read_as_the_command_gives_them() -> None:
    given = {"domain": "gif.example.com", "zone": "Z0123456789", "arch": "x86_64", "warm": "2", "waf": "true"}
    read = Switches.read({**given, "budget": 20, "max_concurrency": "1000", "snapstart": False}, "us-east-1")
    assert read == Switches("gif.example.com", "Z0123456789", "x86_64", 2, False, True, 20, 1000)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"domian": "x.org"}, "There is no switch 'domian'. There are: domain, zone, arch"),
        ({"domain": "https://gif.example.com"}, "domain must be a name like gif.example.com"),
        ({"domain": "localhost"}, "domain must be a name like gif.example.com"),
        ({"domain": "gif.example.com", "zone": "example.com"}, "zone must be the id of a hosted zone"),
        ({"zone": "Z0123456789"}, "Give domain too"),
        ({"arch": "arm"}, "arch must be arm64 or x86_64, not 'arm'"),
        ({"warm": "-1"}, "warm must be a whole number from 0"),
        ({"warm": "two"}, "warm must be a whole number from 0"),
        ({"snapstart": "yes"}, "snapstart must be true or false, not 'yes'"),
        ({"waf": "1"}, "waf must be true or false"),
        ({"budget": "9.50"}, "budget must be a whole number from 0"),
        ({"max_concurrency": "1"}, "max_concurrency must be a whole number from 2 to 1,000, not '1'"),
        ({"max_concurrency": "1001"}, "max_concurrency must be a whole number from 2 to 1,000"),
        ({"report": "javascript:alert(1)"}, "report must be an address that begins with https:// or mailto:"),
        ({"report": "http://example.com"}, "report must be an address that begins with https:// or mailto:"),
        ({"snapstart": "true", "warm": "1"}, "snapstart and warm exclude each other"),
    ],
)
def test_a_wrong_switch_is_refused_with_what_to_do(given: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidSwitch) as refused:
        Switches.read(given)
    assert message in str(refused.value)


@pytest.mark.parametrize("given", [{"domain": "gif.example.com"}, {"waf": "true"}])
def test_what_the_edge_needs_is_refused_elsewhere_than_in_its_region(given: dict[str, str]) -> None:
    with pytest.raises(InvalidSwitch, match=r"needs a deploy to us-east-1.*eu-central-1: set AWS_REGION"):
        Switches.read(given, "eu-central-1")
    Switches.read(given, "us-east-1")
    Switches.read(given, None)  # not known: the deploy itself will tell
    Switches.read({}, "eu-central-1")


def test_arch_decides_functions_and_layer(template: Template, switched: Template) -> None:
    for stack, arch in ((template, "arm64"), (switched, "x86_64")):
        assert {tuple(one["Architectures"]) for one in stack.functions().values()} == {(arch,)}
        assert stack.only("Lambda::LayerVersion")["CompatibleArchitectures"] == [arch]


def test_snapstart_is_for_what_people_wait_for(template: Template, switched: Template) -> None:
    assert not any("SnapStart" in one for one in template.functions().values())
    snapped = {name for name, one in switched.functions().items() if "SnapStart" in one}
    assert snapped == {"api", *(f"render-{effect.name}" for effect in EFFECTS)}


def test_warm_keeps_what_people_wait_for_and_zone_takes_the_names(tmp_path: Path, template: Template) -> None:
    named = {"domain": "gif.example.com", "zone": "Z0123456789"}
    warmed = Template.of(synth(tmp_path, warm="3", **named), tmp_path)
    aliases = warmed.resources("Lambda::Alias").values()
    assert len(aliases) == len(EFFECTS) + 1
    for alias in aliases:
        assert alias["ProvisionedConcurrencyConfig"] == {"ProvisionedConcurrentExecutions": 3}
    cold = template.resources("Lambda::Alias").values()
    assert not any("ProvisionedConcurrencyConfig" in alias for alias in cold)
    assert not warmed.resources("Route53::HostedZone")
    assert {one["HostedZoneId"] for one in warmed.resources("Route53::RecordSet").values()} == {"Z0123456789"}


def test_max_concurrency_is_that_of_each_effect(template: Template, switched: Template) -> None:
    for stack, most in ((template, 2), (switched, 7)):
        limits = {
            text(one["EventSourceArn"]): one.get("ScalingConfig", {}).get("MaximumConcurrency")
            for one in stack.resources("Lambda::EventSourceMapping").values()
        }
        assert [limit for queue, limit in limits.items() if "Dead" not in queue] == [most] * (len(limits) - 1)


def test_waf_puts_a_web_acl_before_the_distribution(template: Template, switched: Template) -> None:
    assert not template.resources("WAFv2::WebACL")
    assert "WebACLId" not in template.only("CloudFront::Distribution")["DistributionConfig"]
    (name,) = switched.resources("WAFv2::WebACL")
    config = switched.only("CloudFront::Distribution")["DistributionConfig"]
    assert text(config["WebACLId"]) == f"<{name}.Arn>"


def test_the_web_acl_looks_into_no_body_and_says_429(switched: Template) -> None:
    rules = {rule["Name"]: rule for rule in switched.only("WAFv2::WebACL")["Rules"]}
    assert rules["too-many-requests"]["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 429
    managed = rules["known-attackers"]["Statement"]["ManagedRuleGroupStatement"]
    assert managed["Name"] == "AWSManagedRulesAmazonIpReputationList"
    assert len(rules) == 2


def test_report_is_told_to_who_publishes_the_page(template: Template, switched: Template) -> None:
    assert "Report" not in template.document["Outputs"]
    assert switched.document["Outputs"]["Report"]["Value"] == "mailto:abuse@example.com"


def test_budget_tells_the_topic_of_the_alarms(template: Template, switched: Template) -> None:
    assert not template.resources("Budgets::Budget")
    budget = switched.only("Budgets::Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 20, "Unit": "USD"}
    for notification in budget["NotificationsWithSubscribers"]:
        (subscriber,) = notification["Subscribers"]
        assert text(subscriber["Address"]) == text(switched.document["Outputs"]["Alarms"]["Value"])
