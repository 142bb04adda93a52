from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.infra.templates import Template, synth, text

from gifmill.effects import EFFECTS
from infra.deploy_options import DeployOptions, InvalidDeployOption

if TYPE_CHECKING:
    from pathlib import Path


def test_no_default_option_has_an_hourly_cost() -> None:
    options = DeployOptions.read({})
    assert options == DeployOptions()
    assert (options.warm, options.snapstart, options.waf, options.domain) == (0, False, False, None)


def test_the_cdks_own_context_is_ignored() -> None:
    context = {"aws:cdk:bundling-stacks": ["**"], "@aws-cdk/core:checkSecretUsage": True}
    assert DeployOptions.read(context) == DeployOptions()


def test_options_are_parsed_from_the_commands_text() -> None:
    context = {
        "domain": "gif.example.com",
        "zone": "Z0123456789",
        "arch": "x86_64",
        "warm": "2",
        "waf": "true",
    }
    read = DeployOptions.read(
        {**context, "budget": 20, "max_concurrency": "1000", "snapstart": False}, "us-east-1"
    )
    assert read == DeployOptions("gif.example.com", "Z0123456789", "x86_64", 2, False, True, 20, 1000)


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ({"domian": "x.org"}, "Unknown deploy option 'domian'. Options: domain, zone, arch"),
        ({"domain": "https://gif.example.com"}, "domain must be a name like gif.example.com"),
        ({"domain": "localhost"}, "domain must be a name like gif.example.com"),
        ({"domain": "gif.example.com", "zone": "example.com"}, "zone must be the id of a hosted zone"),
        ({"zone": "Z0123456789"}, "zone needs domain"),
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
        ({"snapstart": "true", "warm": "1"}, "does not support snapstart and warm together"),
    ],
)
def test_an_invalid_option_is_rejected_with_the_valid_values(context: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidDeployOption) as error:
        DeployOptions.read(context)
    assert message in str(error.value)


@pytest.mark.parametrize("context", [{"domain": "gif.example.com"}, {"waf": "true"}])
def test_domain_and_waf_are_rejected_outside_us_east_1(context: dict[str, str]) -> None:
    with pytest.raises(
        InvalidDeployOption,
        match=r"needs a deploy to us-east-1, not to eu-central-1: .*Set AWS_REGION=us-east-1",
    ):
        DeployOptions.read(context, "eu-central-1")
    DeployOptions.read(context, "us-east-1")
    DeployOptions.read(context, None)  # unknown region: the deploy itself fails if it is wrong
    DeployOptions.read({}, "eu-central-1")


def test_arch_sets_the_architecture_of_functions_and_layer(template: Template, all_options: Template) -> None:
    for stack, arch in ((template, "arm64"), (all_options, "x86_64")):
        assert {tuple(one["Architectures"]) for one in stack.functions().values()} == {(arch,)}
        assert stack.only("Lambda::LayerVersion")["CompatibleArchitectures"] == [arch]


def test_snapstart_applies_to_api_and_render_functions(template: Template, all_options: Template) -> None:
    assert not any("SnapStart" in one for one in template.functions().values())
    snapped = {name for name, one in all_options.functions().items() if "SnapStart" in one}
    assert snapped == {"api", *(f"render-{effect.name}" for effect in EFFECTS)}


def test_warm_provisions_aliases_and_zone_receives_the_records(tmp_path: Path, template: Template) -> None:
    named = {"domain": "gif.example.com", "zone": "Z0123456789"}
    warm = Template.of(synth(tmp_path, warm="3", **named), tmp_path)
    aliases = warm.resources("Lambda::Alias").values()
    assert len(aliases) == len(EFFECTS) + 1
    for alias in aliases:
        assert alias["ProvisionedConcurrencyConfig"] == {"ProvisionedConcurrentExecutions": 3}
    cold = template.resources("Lambda::Alias").values()
    assert not any("ProvisionedConcurrencyConfig" in alias for alias in cold)
    assert not warm.resources("Route53::HostedZone")
    assert {one["HostedZoneId"] for one in warm.resources("Route53::RecordSet").values()} == {"Z0123456789"}


def test_max_concurrency_limits_each_effect(template: Template, all_options: Template) -> None:
    for stack, limit in ((template, 2), (all_options, 7)):
        limits = {
            text(one["EventSourceArn"]): one.get("ScalingConfig", {}).get("MaximumConcurrency")
            for one in stack.resources("Lambda::EventSourceMapping").values()
        }
        assert [found for queue, found in limits.items() if "Dead" not in queue] == [limit] * (
            len(limits) - 1
        )


def test_waf_adds_a_web_acl_to_the_distribution(template: Template, all_options: Template) -> None:
    assert not template.resources("WAFv2::WebACL")
    assert "WebACLId" not in template.only("CloudFront::Distribution")["DistributionConfig"]
    (name,) = all_options.resources("WAFv2::WebACL")
    config = all_options.only("CloudFront::Distribution")["DistributionConfig"]
    assert text(config["WebACLId"]) == f"<{name}.Arn>"


def test_the_web_acl_inspects_no_body_and_answers_429(all_options: Template) -> None:
    rules = {rule["Name"]: rule for rule in all_options.only("WAFv2::WebACL")["Rules"]}
    assert rules["too-many-requests"]["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 429
    managed = rules["known-attackers"]["Statement"]["ManagedRuleGroupStatement"]
    assert managed["Name"] == "AWSManagedRulesAmazonIpReputationList"
    assert len(rules) == 2


def test_report_is_an_output_for_publishing_the_page(template: Template, all_options: Template) -> None:
    assert "Report" not in template.document["Outputs"]
    assert all_options.document["Outputs"]["Report"]["Value"] == "mailto:abuse@example.com"


def test_budget_notifies_the_topic_of_the_alarms(template: Template, all_options: Template) -> None:
    assert not template.resources("Budgets::Budget")
    budget = all_options.only("Budgets::Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 20, "Unit": "USD"}
    for notification in budget["NotificationsWithSubscribers"]:
        (subscriber,) = notification["Subscribers"]
        assert text(subscriber["Address"]) == text(all_options.document["Outputs"]["Alarms"]["Value"])
