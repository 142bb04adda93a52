"""CloudFormation creates alarms over several metrics.

Upstream rejects them, and so the whole stack. The patch reduces such an alarm to its first metric: the
template is deployed unchanged, but the alarm's evaluation cannot be tested.
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
