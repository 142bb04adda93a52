from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families
from tests.infra.templates import statements, text

from gifmill.effects import EFFECTS, PACKS
from gifmill.server.metrics import Metrics
from infra.cost import OWN_METRICS

if TYPE_CHECKING:
    from tests.infra.templates import Json, Template

FREE_ALARM_METRICS = 10
METRICS_PER_ALARM = 10


def metrics(alarm: Json) -> list[Json]:
    """Return the metrics of an alarm, without metric math."""
    if "MetricName" in alarm:
        return [alarm]
    return [one["MetricStat"]["Metric"] for one in alarm["Metrics"] if "MetricStat" in one]


def alarms(template: Template) -> dict[str, Json]:
    """Return the alarms by metric and first dimension."""
    found = {}
    for alarm in template.resources("CloudWatch::Alarm").values():
        first = metrics(alarm)[0]
        value = first["Dimensions"][0]["Value"] if first.get("Dimensions") else "all"
        who = text(value).strip("<>").partition(".")[0].rstrip("0123456789ABCDEF")
        found[f"{first['MetricName']} {who}"] = alarm
    return found


def test_the_stack_has_the_expected_alarms(either: Template) -> None:
    ages = {name for name in alarms(either) if name.startswith("ApproximateAgeOfOldestMessage")}
    assert len(ages) == ceil((len(EFFECTS) + 1) / METRICS_PER_ALARM)
    assert set(alarms(either)) - ages == {
        "NumberOfMessagesReceived FanoutDead",
        "ApproximateNumberOfMessagesVisible FanoutUndeliverable",
        "ApproximateNumberOfMessagesVisible LiveUndelivered",
        "5XXError gifmill",
        "Throttles all",
    }


def test_one_dead_letter_raises_an_alarm(either: Template) -> None:
    for name, alarm in alarms(either).items():
        if "Dead" in name or "Un" in name:
            assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "GreaterThanOrEqualToThreshold")
            assert alarm["Statistic"] in {"Sum", "Maximum"}


def test_the_age_alarms_cover_every_work_queue(either: Template) -> None:
    watched = 0
    for alarm in (one for name, one in alarms(either).items() if "OldestMessage" in name):
        watched += len(metrics(alarm))
        (expression,) = (one for one in alarm["Metrics"] if "Expression" in one)
        ids = [one["Id"] for one in alarm["Metrics"] if "MetricStat" in one]
        assert expression["Expression"] == f"MAX([{', '.join(ids)}])"
    assert watched == len(EFFECTS) + 1


def test_alarm_metrics_are_free_with_the_classic_effects(either: Template) -> None:
    counts = [len(metrics(alarm)) for alarm in alarms(either).values()]
    assert max(counts) <= METRICS_PER_ALARM
    assert sum(counts) - len(EFFECTS) + len(PACKS["classic"]) <= FREE_ALARM_METRICS


def test_every_alarm_may_publish_to_the_topic(either: Template) -> None:
    topic = text(either.document["Outputs"]["Alarms"]["Value"])
    for alarm in alarms(either).values():
        assert [text(action) for action in alarm["AlarmActions"]] == [topic]
        assert alarm["TreatMissingData"] == "notBreaching"
    policies = either.resources("SNS::TopicPolicy").values()
    (policy,) = (one for one in policies if text(one["Topics"][0]) == topic)
    (allowed,) = (one for one in statements(policy) if one["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]}
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_there_is_one_dashboard(either: Template) -> None:
    body = text(either.only("CloudWatch::Dashboard")["DashboardBody"])
    titles = {"Requests", "Latency", "Photos", "GIFs", "Rendering time, seconds", "GIF size, bytes"}
    for title in titles | {"Duration of render functions, p95", "Age of the oldest order", "Dead letters"}:
        assert f'"title":"{title}"' in body


def application_metrics(template: Template) -> set[tuple[str, str]]:
    """Return the application metrics of the dashboard: names and outcomes."""
    body = text(template.only("CloudWatch::Dashboard")["DashboardBody"])
    pattern = r'\["gifmill","(\w+)"((?:,"\w+","\w+")*)'
    return {(name, dimensions) for name, dimensions in re.findall(pattern, body)}


def test_application_metrics_have_the_local_servers_names(either: Template) -> None:
    known = {family.name for family in text_string_to_metric_families(Metrics().text().decode())}
    shown = {name.removesuffix("_total") for name, _ in application_metrics(either)}
    assert shown
    assert shown <= known


def test_the_costs_count_all_application_metrics(either: Template) -> None:
    assert len(application_metrics(either)) == OWN_METRICS
