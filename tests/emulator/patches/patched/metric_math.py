"""CloudFormation makes alarms over several metrics.

Upstream refuses them, and the whole stack with them. Here such an alarm stands for the first of its metrics:
the template is deployed as it is, though what an alarm sees cannot be shown here.
"""

from __future__ import annotations

from typing import Any

from ministack.services.cloudformation import provisioners


def apply() -> None:
    """Reduce metric math to one metric."""
    upstream = provisioners._cw_metric_alarm_record

    def record(name: str, properties: dict[str, Any]) -> dict[str, Any]:
        one = next(
            (each["MetricStat"] for each in properties.get("Metrics", ()) if "MetricStat" in each), None
        )
        if one is not None:
            named = {key: one["Metric"][key] for key in ("MetricName", "Namespace")}
            properties = {**properties, **named, "Metrics": None}
        alarm: dict[str, Any] = upstream(name, properties)
        return alarm

    provisioners._cw_metric_alarm_record = record
