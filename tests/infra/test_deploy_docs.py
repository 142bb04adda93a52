"""Comparison of docs/guides/deploy-to-aws.md with the stack and the commands."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gifmill.effects import EFFECTS
from infra.cost import CARD_MB, GIF_MB, MONTH_S, PRICES, PRICES_NOTED, SCALES, table, total_usd
from infra.deploy_options import DeployOptions

if TYPE_CHECKING:
    from tests.infra.templates import Template

PAGE = (Path(__file__).parents[2] / "docs/guides/deploy-to-aws.md").read_text()


def test_every_deploy_option_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE, re.MULTILINE))

    assert rows == {field.name: str(field.default).lower() for field in fields(DeployOptions)}


def test_the_costs_table_is_current() -> None:
    assert table() in PAGE, "copy the output of `python -m infra.cost` to docs/guides/deploy-to-aws.md"
    assert PRICES_NOTED in PAGE


def test_the_price_of_an_idle_stack_is_stated_with_its_date_and_that_it_is_unchecked() -> None:
    first_gif = (Path(__file__).parents[2] / "docs/get-started/first-gif.md").read_text()
    [polling] = [price.monthly_usd(0) for price in PRICES if price.item == "SQS: requests"]
    assert re.search(rf"\${total_usd(0):.2f} a month, of which \${polling:.2f} is for the polling", first_gif)
    assert f"noted on {PRICES_NOTED} and not checked" in first_gif.replace("\n", " ")


def test_figures_of_the_cost_model_in_other_pages_are_current() -> None:
    docs = Path(__file__).parents[2] / "docs"
    per_thousand = total_usd(SCALES[-1]) / SCALES[-1] * 1_000
    attack = round(51_840 * round(per_thousand, 2), -3)
    security = (docs / "background/security.md").read_text()
    assert re.search(rf"some\s+\${attack:,.0f} \(at the \${per_thousand:.2f} a thousand", security)
    rendering = 2 * len(EFFECTS) * 1.73 * MONTH_S * 0.0000133334
    assert f"2 x {len(EFFECTS)} x 1.73 GB x 2,592,000 s x\n  $0.0000133334 = ${rendering:,.0f}" in security
    sizes = f"{len(EFFECTS)} small GIFs of {CARD_MB} MB, one of {GIF_MB} MB"
    assert sizes in (docs / "guides/operate-a-server.md").read_text()


@pytest.mark.parametrize("name", ["Address", "ApiAddress", "Alarms", "ProgramKeyId"])
def test_a_documented_output_exists(name: str, template: Template) -> None:
    assert name in template.document["Outputs"]


def test_documented_alarms_are_those_of_the_stack(template: Template) -> None:
    named = set(re.findall(r"\*([A-Z][a-z]+)\*", PAGE.partition("## Operation\n")[0]))
    alarms = [name for name in template.resources("CloudWatch::Alarm") if name.startswith("Watch")]

    assert named == {re.sub(r"^Watch|\d*[0-9A-F]{8}$", "", name) for name in alarms}


def test_every_documented_module_exists() -> None:
    root = Path(__file__).parents[2]
    modules = set(re.findall(r"python -m ([\w.]+)", PAGE))

    assert modules
    assert [name for name in modules if not (root / f"{name.replace('.', '/')}.py").exists()] == []
