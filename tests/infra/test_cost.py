from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.card_files import PREVIEW_OPTIONS

from gifmill import open_photo, render
from gifmill.effects import EFFECTS
from infra import cost
from infra.cost import MONTH_S, PRICES, SCALES, Price, sampled_traces, table, total_usd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.infra.templates import Template

    from gifmill import Photo

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "src/gifmill/page"
PHOTOS = ROOT / "bench/photos"


def test_free_units_cost_nothing() -> None:
    price = Price("requests", 0.40, 1_000_000, 1_000_000, lambda visits: 2 * visits, "sqs")
    assert price.monthly_usd(500_000) == 0
    assert price.monthly_usd(1_750_000) == pytest.approx(1.00)


def test_without_visits_only_queue_polling_and_alarms_cost() -> None:
    costs = {price.item: price.monthly_usd(0) for price in PRICES if price.monthly_usd(0)}
    polls = (len(EFFECTS) + 2) * 648_000
    assert costs == {
        "SQS: requests": pytest.approx((polls - 1_000_000) * 0.40 / 1e6),
        "CloudWatch: alarm metrics": pytest.approx((len(EFFECTS) + 1 + 5 - 10) * 0.10),
    }


def test_x_ray_samples_a_twentieth_of_many_requests() -> None:
    assert sampled_traces(9_000) == 9_000
    assert sampled_traces(MONTH_S + 200) == MONTH_S + 10


def test_the_table_ends_with_the_totals() -> None:
    lines = table().splitlines()
    assert lines[-2] == "| **total** |" + " |" + "".join(f" {total_usd(visits):,.2f} |" for visits in SCALES)
    each = "".join(f" {total_usd(visits) / visits * 1_000:,.2f} |" for visits in SCALES)
    assert lines[-1] == "| **per 1,000 visits** |" + " |" + each


def test_the_costs_assume_the_pages_size() -> None:
    files = [path for path in PAGE.rglob("*") if path.is_file()]
    assert len(files) == pytest.approx(cost.PAGE_FILES, rel=0.3)
    assert sum(path.stat().st_size for path in files) / 1e6 == pytest.approx(cost.PAGE_MB, rel=0.3)


def test_the_costs_assume_the_functions_memory(template: Template) -> None:
    memory_gb = {name: function["MemorySize"] / 1024 for name, function in template.functions().items()}
    renders = {f"render-{effect.name}": cost.MEMORY_GB["render"] for effect in EFFECTS}
    others = {name: size for name, size in cost.MEMORY_GB.items() if name != "render"}
    assert {name: size for name, size in memory_gb.items() if name != "record-failure"} == renders | others


def test_the_costs_count_all_queues(template: Template) -> None:
    assert len(template.resources("Lambda::EventSourceMapping")) == cost.QUEUES


def test_the_costs_count_all_alarm_metrics(template: Template) -> None:
    alarms = template.resources("CloudWatch::Alarm").values()
    metrics = [
        sum("MetricStat" in metric for metric in alarm["Metrics"]) if "Metrics" in alarm else 1
        for alarm in alarms
    ]
    assert sum(metrics) == cost.ALARM_METRICS


@pytest.mark.slow
def test_the_costs_assume_the_gifs_sizes() -> None:
    """The full sizes of two photos, as all five take a minute."""
    photos = [open_photo(path) for path in sorted(PHOTOS.glob("*.jpg"))]
    on_cards = {name: int(value) if value.isdigit() else value for name, value in PREVIEW_OPTIONS.items()}

    def mean_mb(photos: Sequence[Photo], **options: Any) -> float:
        made = [render(photo, effect.name, **options).data for photo in photos for effect in EFFECTS]
        return sum(map(len, made)) / len(made) / 1e6

    assert mean_mb(photos, **on_cards) == pytest.approx(cost.CARD_MB, rel=0.1)
    assert mean_mb(photos[:2]) == pytest.approx(cost.GIF_MB, rel=0.25)
