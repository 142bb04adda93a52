from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gifmill.effects import EFFECTS
from infra import cost
from infra.cost import MONTH_S, SCALES, Used, arithmetic, cold_share, costs, dollars, traced, usage
from infra.prices import PRICES, Price

if TYPE_CHECKING:
    from tests.infra.templates import Template

PAGE = Path(__file__).parents[2] / "src" / "gifmill" / "page"


def test_what_is_free_costs_nothing() -> None:
    price = Price(0.40, 1_000_000, free=1_000_000)

    assert price.of(1_000_000) == 0
    assert price.of(3_500_000) == pytest.approx(1.00)


def test_an_amount_is_that_of_each_photo_and_what_comes_anyway() -> None:
    used = Used({"GIFs": 3, "order": 1}, {"idle": 500})

    assert used.amount(0) == 500
    assert used.amount(1_000) == 4_500


def test_every_service_that_is_used_has_a_price() -> None:
    assert set(usage(1)) == set(PRICES)


def test_idle_queues_exceed_what_is_free() -> None:
    """Each poll waits 20 s, five go on at once, for each effect's queue, intake's and the dead letters'."""
    queues = len(EFFECTS) + 2
    receives = usage(0)["SQS: requests"].amount(0)

    assert receives == queues * 5 * MONTH_S / 20
    assert receives > PRICES["SQS: requests"].free
    assert dollars(0)["SQS: requests"] == pytest.approx((receives - 1_000_000) * 0.40 / 1e6)


def test_without_photos_three_effects_cost_nothing_but_idle_queues() -> None:
    assert {service for service, usd in dollars(0, effects=3).items() if usd} == {"SQS: requests"}


def test_more_effects_make_more_queues_and_alarms() -> None:
    few, many = dollars(0, effects=3), dollars(0, effects=15)

    assert many["SQS: requests"] - few["SQS: requests"] == pytest.approx(12 * 648_000 * 0.40 / 1e6)
    assert many["CloudWatch: alarm metrics"] == pytest.approx((16 + 5 - 10) * 0.10)


def test_each_gif_is_written_once_and_looked_at_once() -> None:
    one, two = usage(1, gifs=1), usage(1, gifs=2)

    assert two["S3: PUT, POST, LIST"].a_photo["GIFs"] - one["S3: PUT, POST, LIST"].a_photo["GIFs"] == 1
    assert two["S3: GET, HEAD"].a_photo["edge"] - one["S3: GET, HEAD"].a_photo["edge"] == 1


def test_where_few_come_most_start_cold() -> None:
    assert cold_share(0) == 1
    assert cold_share(1_000) == pytest.approx(0.793, abs=0.001)  # e to the power of -10 min / 43.2 min
    assert cold_share(10_000_000) == 0.01


def test_of_many_requests_a_twentieth_is_traced() -> None:
    assert traced(9_000) == 9_000
    assert traced(MONTH_S + 200) == MONTH_S + 10


def test_costs_grow_with_photos() -> None:
    sums = [sum(dollars(photos).values()) for photos in SCALES]

    assert sums == sorted(sums)
    assert sums[0] > 0


def test_every_line_shows_the_sum_that_it_comes_from() -> None:
    queue = next(line for line in arithmetic(1_000) if line.startswith("- SQS"))
    orders = usage(1_000)["SQS: requests"].a_photo["sent, received, deleted"]
    idle = (len(EFFECTS) + 2) * 648_000

    assert f"1,000 x ({orders:g} sent, received, deleted) + {idle:,}" in queue
    assert f"= {1_000 * orders + idle:,.0f}, 1,000,000 of them free, x $0.4 / 1,000,000 = $" in queue


def test_the_table_ends_with_the_sums() -> None:
    last = costs().splitlines()[-1]

    assert last == "| **together** |" + "".join(
        f" {sum(dollars(photos).values()):,.2f} |" for photos in SCALES
    )


def test_the_page_is_as_large_as_assumed() -> None:
    files = [path for path in PAGE.rglob("*") if path.is_file()]
    assert len(files) == pytest.approx(cost.PAGE_FILES, rel=0.3)
    assert sum(path.stat().st_size for path in files) / 1e6 == pytest.approx(cost.PAGE_MB, rel=0.3)


def test_functions_have_the_memory_that_is_paid_for(template: Template) -> None:
    memory_gb = {name: function["MemorySize"] / 1024 for name, function in template.functions().items()}

    assert memory_gb["api"] == cost.API_GB
    assert memory_gb["intake"] == cost.INTAKE_GB
    assert memory_gb["live"] == cost.LIVE_GB
    assert memory_gb["sockets"] == cost.SOCKETS_GB
    assert {memory_gb[f"render-{effect.name}"] for effect in EFFECTS} == {cost.RENDER_GB}


def test_as_many_queues_are_polled_as_are_paid_for(template: Template) -> None:
    (idle,) = usage(0)["SQS: requests"].a_month.values()

    assert (
        idle == len(template.resources("Lambda::EventSourceMapping")) * cost.POLLERS * MONTH_S / cost.POLL_S
    )


def test_as_many_metrics_are_watched_as_are_paid_for(template: Template) -> None:
    alarms = template.resources("CloudWatch::Alarm").values()
    watched = sum(
        sum("MetricStat" in metric for metric in alarm["Metrics"]) if "Metrics" in alarm else 1
        for alarm in alarms
    )

    assert watched == usage(0)["CloudWatch: alarm metrics"].amount(0)


def test_the_command_prints_arithmetic_and_table() -> None:
    printed = subprocess.check_output([sys.executable, "-m", "infra.cost"], text=True)

    assert all("\n".join(arithmetic(photos)) in printed for photos in SCALES)
    assert printed.endswith(costs() + "\n")
