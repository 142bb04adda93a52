"""The dashboard, the alarms, and an optional budget."""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.messaging import topic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_sns as sns

    from infra.deploy_options import DeployOptions
    from infra.fanout import Fanout
    from infra.rest_api import RestApi
    from infra.websocket_api import WebSocketApi

_PERIOD = cdk.Duration.minutes(5)
_METRICS_PER_ALARM = 10
"""Source: Amazon CloudWatch User Guide, "CloudWatch service quotas"."""

_TOO_OLD_S = 300
_TOO_MANY_ERRORS = 5
_BUDGET_PERCENT = {"ACTUAL": 80, "FORECASTED": 100}


def _application_metric(name: str, outcome: str = "", statistic: str = "Sum") -> cloudwatch.Metric:
    """Return a metric that the functions report themselves, named like the local server's."""
    return cloudwatch.Metric(
        namespace="gifmill",
        metric_name=name,
        dimensions_map={"service": "gifmill"} | ({"outcome": outcome} if outcome else {}),
        statistic=statistic,
        label=" ".join((name, outcome, statistic.removeprefix("Sum"))).strip(),
        period=_PERIOD,
    )


class Monitoring(Construct):
    """The dashboard, the alarms and the budget.

    The alarms use one metric for each queue and five more: up to ten are free.

    Attributes:
        alarms: the topic of all alarms, for operators to subscribe to.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api: RestApi,
        fanout: Fanout,
        websocket_api: WebSocketApi,
        options: DeployOptions,
    ) -> None:
        super().__init__(scope, construct_id)
        self.alarms = self._topic()
        ages = {
            name: queue.metric_approximate_age_of_oldest_message(label=name, period=_PERIOD)
            for name, queue in fanout.work_queues.items()
        }
        self._add_alarms(api, fanout, websocket_api, ages)
        self._add_dashboard(api, fanout, ages)
        if options.budget:
            self._add_budget(options.budget)

    def _topic(self) -> sns.Topic:
        alarms = topic(self, "Alarms")
        alarms.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                resources=[alarms.topic_arn],
                principals=[
                    iam.ServicePrincipal(f"{name}.amazonaws.com") for name in ("cloudwatch", "budgets")
                ],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )
        return alarms

    def _add_alarms(
        self, api: RestApi, fanout: Fanout, websocket_api: WebSocketApi, ages: Mapping[str, cloudwatch.Metric]
    ) -> None:
        # Received, not visible: `record-failure` removes dead letters before a metric could count them.
        dead = fanout.dead_letters.metric_number_of_messages_received(period=_PERIOD)
        self._add_alarm("Dead", "GIFs or photos failed after several tries", dead, 1)
        undeliverable = fanout.undeliverable.metric_approximate_number_of_messages_visible(period=_PERIOD)
        self._add_alarm(
            "Undeliverable",
            "Dead letters that the function record-failure cannot read need an operator",
            undeliverable,
            1,
        )
        undelivered = websocket_api.undelivered.metric_approximate_number_of_messages_visible(period=_PERIOD)
        self._add_alarm("Undelivered", "Status changes could not be sent to pages", undelivered, 1)
        errors = api.rest.metric_server_error(period=_PERIOD, statistic="Sum")
        self._add_alarm("Errors", "The API answers with 5xx", errors, _TOO_MANY_ERRORS)
        throttles = cloudwatch.Metric(
            namespace="AWS/Lambda", metric_name="Throttles", statistic="Sum", period=_PERIOD
        )
        self._add_alarm("Throttles", "Lambda throttles functions of this account", throttles, 1)
        for number, names in enumerate(batched(ages, _METRICS_PER_ALARM), 1):
            oldest = cloudwatch.MathExpression(
                expression=f"MAX([{', '.join(f'age{index}' for index in range(len(names)))}])",
                using_metrics={f"age{index}": ages[name] for index, name in enumerate(names)},
                label="age of the oldest order",
                period=_PERIOD,
            )
            self._add_alarm(
                f"Age{number}", f"Orders wait longer than {_TOO_OLD_S // 60} minutes", oldest, _TOO_OLD_S
            )

    def _add_alarm(self, name: str, description: str, metric: cloudwatch.IMetric, threshold: int) -> None:
        at_least = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        cloudwatch.Alarm(
            self,
            name,
            alarm_description=f"gifmill: {description}.",
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=at_least,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        ).add_alarm_action(actions.SnsAction(self.alarms))

    def _add_dashboard(self, api: RestApi, fanout: Fanout, ages: Mapping[str, cloudwatch.Metric]) -> None:
        rest = api.rest
        requests = [rest.metric_count(), rest.metric_client_error(), rest.metric_server_error()]
        latencies = [rest.metric_latency(statistic=statistic) for statistic in ("p50", "p95")]
        durations = [
            function.metric_duration(statistic="p95", label=effect)
            for effect, function in fanout.render_functions.items()
        ]
        graphs = {
            "Requests": [*requests, _application_metric("gifmill_refusals_total")],
            "Latency": latencies,
            "Photos": [
                _application_metric("gifmill_photos_total", outcome) for outcome in ("accepted", "refused")
            ],
            "GIFs": [
                _application_metric("gifmill_renders_total", outcome)
                for outcome in ("made", "unfit", "failed")
            ],
            "Rendering time, seconds": [
                _application_metric("gifmill_render_seconds", "made", each) for each in ("p50", "p95")
            ],
            "GIF size, bytes": [
                _application_metric("gifmill_gif_bytes", "made", each) for each in ("p50", "p95")
            ],
            "Duration of render functions, p95": durations,
            "Age of the oldest order": list(ages.values()),
            "Dead letters": [
                fanout.dead_letters.metric_number_of_messages_received(label="dead letters"),
                fanout.undeliverable.metric_approximate_number_of_messages_visible(label="undeliverable"),
            ],
        }
        widgets = [
            cloudwatch.GraphWidget(title=title, left=metrics, width=12) for title, metrics in graphs.items()
        ]
        cloudwatch.Dashboard(self, "Dashboard", widgets=[list(row) for row in batched(widgets, 2)])

    def _add_budget(self, dollars: int) -> None:
        subscriber = budgets.CfnBudget.SubscriberProperty(
            subscription_type="SNS", address=self.alarms.topic_arn
        )
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=dollars, unit="USD"),
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        comparison_operator="GREATER_THAN",
                        notification_type=kind,
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[subscriber],
                )
                for kind, percent in _BUDGET_PERCENT.items()
            ],
        )
