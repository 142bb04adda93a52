"""Metrics of a real server, scraped as Prometheus does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from tests.servers import serving

from gifmill.orders.capabilities import new_photo_id
from gifmill.server.metrics import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server

OPERATE = Path(__file__).parents[2] / "operate"
GRAFANA = json.loads((OPERATE / "grafana.json").read_text())
[ALERTS] = yaml.safe_load((OPERATE / "alerts.yml").read_text())["groups"]
PAGE = (Path(__file__).parents[2] / "docs/guides/operate-a-server.md").read_text()

TYPES = {
    "gifmill_photos": "counter",
    "gifmill_renders": "counter",
    "gifmill_render_seconds": "histogram",
    "gifmill_gif_bytes": "histogram",
    "gifmill_queue": "gauge",
    "gifmill_queue_oldest_seconds": "gauge",
    "gifmill_workers": "gauge",
    "gifmill_workers_busy": "gauge",
    "gifmill_worker_deaths": "counter",
    "gifmill_refusals": "counter",
    "gifmill_sockets": "gauge",
    "gifmill_swept_seconds": "gauge",
    "gifmill_requests": "counter",
    "gifmill_request_seconds": "histogram",
}


class Scrape:
    """One scrape of a server's metrics."""

    def __init__(self, server: Server) -> None:
        answer = server.client.get("/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        self._families = list(text_string_to_metric_families(answer.text))
        self.types = {family.name: family.type for family in self._families}

    def value(self, name: str, **labels: str) -> float:
        """Return the value of the sample with this name and these labels."""
        [found] = [
            sample.value
            for family in self._families
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
        return found

    def labels(self, family: str) -> set[str]:
        """Return the label names of a metric family."""
        samples = next(each.samples for each in self._families if each.name == family)
        return {label for sample in samples for label in sample.labels} - {"le"}


@pytest.fixture(scope="module")
def scrape(tmp_path_factory: pytest.TempPathFactory, photo: bytes) -> Iterator[Scrape]:
    """Scrape after a photo with three GIFs, an invalid photo and an unknown id, with a WebSocket open."""
    with serving(tmp_path_factory.mktemp("data")) as server:
        photo_id = server.order(photo)["id"]
        server.finished(photo_id)
        assert server.client.post("/v1/photos", content=b"%PDF").status_code == 415
        assert server.client.get(f"/v1/photos/{new_photo_id()}").status_code == 404
        with server.live(photo_id) as live:
            live.recv(10)
            yield Scrape(server)


@pytest.mark.slow
def test_all_metrics_exist_from_the_start(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        scrape = Scrape(server)
    assert {name: kind for name, kind in scrape.types.items() if not name.startswith("process_")} == TYPES
    for reason in ("crashed", "hung"):
        assert scrape.value("gifmill_worker_deaths_total", reason=reason) == 0
    for code in ("busy", "store_failed", "internal"):
        assert scrape.value("gifmill_refusals_total", code=code) == 0
    for outcome in OUTCOMES:
        assert scrape.value("gifmill_renders_total", effect="blur", outcome=outcome) == 0


@pytest.mark.slow
def test_photos_count_by_outcome(scrape: Scrape) -> None:
    assert scrape.value("gifmill_photos_total", outcome="accepted") == 1
    assert scrape.value("gifmill_photos_total", outcome="not_a_photo") == 1


@pytest.mark.slow
@pytest.mark.parametrize("effect", ["blur", "recursive", "cyclic"])
def test_gifs_count_by_effect_with_time_and_bytes(scrape: Scrape, effect: str) -> None:
    assert scrape.value("gifmill_renders_total", effect=effect, outcome="made") == 1
    assert scrape.value("gifmill_render_seconds_count", effect=effect) == 1
    assert scrape.value("gifmill_render_seconds_sum", effect=effect) > 0
    assert scrape.value("gifmill_gif_bytes_count", effect=effect) == 1
    assert scrape.value("gifmill_gif_bytes_sum", effect=effect) > 1_000


@pytest.mark.slow
def test_a_gif_over_its_byte_limit_counts_as_unfit(tmp_path: Path, photo: bytes) -> None:
    with serving(tmp_path) as server:
        server.finished(server.order(photo, effects="blur", max_bytes=100)["id"])
        scrape = Scrape(server)
    assert scrape.value("gifmill_renders_total", effect="blur", outcome="unfit") == 1
    assert scrape.value("gifmill_renders_total", effect="blur", outcome="failed") == 0


@pytest.mark.slow
def test_refusals_count_by_code(scrape: Scrape) -> None:
    assert scrape.value("gifmill_refusals_total", code="not_a_photo") == 1
    assert scrape.value("gifmill_refusals_total", code="not_found") == 1


@pytest.mark.slow
def test_requests_count_by_method_route_and_status(scrape: Scrape) -> None:
    route = "/v1/photos/{photo_id}"
    assert scrape.value("gifmill_requests_total", method="POST", route="/v1/photos", status="202") == 1
    assert scrape.value("gifmill_requests_total", method="POST", route="/v1/photos", status="415") == 1
    assert scrape.value("gifmill_requests_total", method="GET", route=route, status="404") == 1
    assert scrape.value("gifmill_request_seconds_count", route="/v1/photos") == 2


@pytest.mark.slow
def test_gauges_have_current_values(scrape: Scrape) -> None:
    assert scrape.value("gifmill_sockets") == 1
    assert scrape.value("gifmill_workers") == 2
    assert scrape.value("gifmill_workers_busy") == 0
    assert scrape.value("gifmill_queue") == 0
    assert scrape.value("gifmill_queue_oldest_seconds") == 0


@pytest.mark.slow
def test_queue_gauges_show_length_and_age(tmp_path: Path, large_photo: bytes) -> None:
    with serving(tmp_path, workers=1) as server:
        photo_id = server.order(large_photo, size=1080)["id"]
        first, second = Scrape(server), Scrape(server)
        assert 1 <= second.value("gifmill_queue") <= first.value("gifmill_queue") <= 3
        assert first.value("gifmill_workers_busy") == 1
        assert second.value("gifmill_queue_oldest_seconds") > first.value("gifmill_queue_oldest_seconds") > 0
        server.finished(photo_id)
        done = Scrape(server)
        for _ in range(100):  # a GIF is stored a moment before its order leaves the queue
            if done.value("gifmill_queue"):
                sleep(0.2)
                done = Scrape(server)
        assert (done.value("gifmill_queue"), done.value("gifmill_queue_oldest_seconds")) == (0, 0)


@pytest.mark.slow
def test_a_killed_worker_is_counted(tmp_path: Path, large_photo: bytes) -> None:
    with serving(tmp_path, workers=1) as server:
        photo_id = server.order(large_photo, size=1080)["id"]
        [worker] = psutil.Process(server.process.pid).children(recursive=True)
        worker.kill()
        server.finished(photo_id)
        assert Scrape(server).value("gifmill_worker_deaths_total", reason="crashed") == 1


@pytest.mark.slow
def test_labels_have_route_templates_and_known_methods_only(server: Server) -> None:
    """Otherwise a client that requests a million paths creates a million series."""
    for number in range(3):
        server.client.request(f"BREW{number}", f"/v1/photos/{new_photo_id()}/x{number}")
    after = Scrape(server)
    families = [family for family in after._families if family.name == "gifmill_requests"]
    routes = {sample.labels["route"] for family in families for sample in family.samples}
    assert not [route for route in routes if re.search(r"[a-z2-7]{26}|x\d", route)]
    assert not [
        sample for family in families for sample in family.samples if "BREW" in sample.labels["method"]
    ]


def expressions() -> dict[str, str]:
    """Return all PromQL expressions by alert, panel or variable."""
    panels = {
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in GRAFANA["panels"]
        for target in panel["targets"]
    }
    variables = {each["name"]: each["query"]["query"] for each in GRAFANA["templating"]["list"][1:]}
    return {rule["alert"]: rule["expr"] for rule in ALERTS["rules"]} | panels | variables


@pytest.mark.slow
@pytest.mark.parametrize(("source", "expression"), expressions().items(), ids=expressions())
def test_expressions_use_existing_metrics_and_labels(scrape: Scrape, source: str, expression: str) -> None:
    names = set(re.findall(r"\b(?:gifmill|process)_\w+", expression)) - {"process_"}
    assert names or source == "GifmillDown"
    for name in names:
        family = re.sub(r"_(?:total|bucket|count|sum)$", "", name)
        assert family in scrape.types, name
    known = {label for name in names for label in scrape.labels(re.sub(r"_(?:total|bucket)$", "", name))}
    used = set(re.findall(r"(\w+)=~?\"", expression))
    grouped = {
        name.strip() for names in re.findall(r"\bby \(([^)]*)\)", expression) for name in names.split(",")
    }
    assert used | grouped <= known | {"instance", "job", "le"}


@pytest.mark.parametrize("rule", ALERTS["rules"], ids=lambda rule: rule["alert"])
def test_every_alert_has_a_summary_a_severity_and_documentation(rule: dict[str, Any]) -> None:
    assert rule["annotations"]["summary"]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert f"| `{rule['alert']}` |" in PAGE


def test_every_metric_is_documented() -> None:
    names = {name + "_total" if kind == "counter" else name for name, kind in TYPES.items()}
    page = (Path(__file__).parents[2] / "docs/reference/metrics.md").read_text()
    assert [name for name in sorted(names) if f"| `{name}` |" not in page] == []


@pytest.mark.skipif(not shutil.which("promtool"), reason="Prometheus is not installed")
def test_promtool_accepts_all_expressions(tmp_path: Path) -> None:
    queries = {source: text.replace("$__rate_interval", "5m") for source, text in expressions().items()}
    rules = [
        {"record": f"q{number}", "expr": text}
        for number, text in enumerate(queries.values())
        if "label_" not in text
    ]
    questions = tmp_path / "questions.yml"
    questions.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}))
    command = ["promtool", "check", "rules", str(OPERATE / "alerts.yml"), str(questions)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


ALERT_SERIES = {
    "GifmillDown": {"up": "0x60"},
    "GifmillNoWorkers": {"gifmill_workers": "2 2 0x60"},
    "GifmillStoreFails": {'gifmill_refusals_total{code="store_failed"}': "0x55 1x5"},
    "GifmillQueueOld": {"gifmill_queue_oldest_seconds": "0+15x60"},
    "GifmillErrors": {'gifmill_refusals_total{code="internal"}': "0x55 1x5"},
    "GifmillWorkersDie": {'gifmill_worker_deaths_total{reason="crashed"}': "0+1x60"},
    "GifmillRendersFail": {
        'gifmill_renders_total{effect="blur",outcome="failed"}': "0+1x60",
        'gifmill_renders_total{effect="blur",outcome="made"}': "0+10x60",
    },
    "GifmillPostponed": {'gifmill_renders_total{effect="blur",outcome="postponed"}': "0+1x60"},
    "GifmillBusy": {'gifmill_refusals_total{code="busy"}': "0+30x60"},
    "GifmillSlow": {
        'gifmill_render_seconds_bucket{le="10"}': "0+1x60",
        'gifmill_render_seconds_bucket{le="30"}': "0+9x60",
        'gifmill_render_seconds_bucket{le="+Inf"}': "0+10x60",
    },
    "GifmillSweepFails": {"gifmill_swept_seconds": "0+70x60"},
    "GifmillFiles": {"process_open_fds": "900x60", "process_max_fds": "1000x60"},
}
"""Series for each alert, by minute, with which only this alert fires after an hour."""


@pytest.mark.skipif(not shutil.which("promtool"), reason="Prometheus is not installed")
def test_each_alert_fires_alone_for_its_series(tmp_path: Path) -> None:
    assert set(ALERT_SERIES) == {rule["alert"] for rule in ALERTS["rules"]}
    tests = []
    for alarm, given_series in ALERT_SERIES.items():
        series = []
        for name, values in given_series.items():
            bare, _, labels = name.rstrip("}").partition("{")
            all_labels = ",".join(filter(None, (labels, 'job="gifmill"', 'instance="a"')))
            series.append({"series": f"{bare}{{{all_labels}}}", "values": values})
        expected = [
            {
                "expr": f'sum by (alertname) (ALERTS{{alertname="{each}", alertstate="firing"}})',
                "eval_time": "59m",
                "exp_samples": [{"labels": f'{{alertname="{each}"}}', "value": 1}] if each == alarm else [],
            }
            for each in ALERT_SERIES
        ]
        tests.append({"interval": "1m", "input_series": series, "promql_expr_test": expected})
    suite = {"rule_files": [str(OPERATE / "alerts.yml")], "evaluation_interval": "1m", "tests": tests}
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(suite))
    command = ["promtool", "test", "rules", str(tmp_path / "tests.yml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
