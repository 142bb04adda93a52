"""docs/guides/deploy-to-aws.md against what it tells of."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.cost import PRICES_NOTED, table
from infra.deploy_options import Switches

if TYPE_CHECKING:
    from tests.infra.templates import Template

PAGE = (Path(__file__).parents[2] / "docs/guides/deploy-to-aws.md").read_text()


def test_every_switch_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE, re.MULTILINE))

    assert rows == {field.name: str(field.default).lower() for field in fields(Switches)}


def test_the_costs_are_the_calculated_ones() -> None:
    assert table() in PAGE, "put what `python -m infra.cost` prints into docs/guides/deploy-to-aws.md"
    assert PRICES_NOTED in PAGE


@pytest.mark.parametrize("name", ["Address", "ApiAddress", "Alarms", "ProgramKeyId"])
def test_an_output_that_is_named_exists(name: str, template: Template) -> None:
    assert name in template.document["Outputs"]


def test_every_alarm_that_is_named_exists(template: Template) -> None:
    named = set(re.findall(r"\*([A-Z][a-z]+)\*", PAGE.partition("## Operating")[0]))
    alarms = [name for name in template.resources("CloudWatch::Alarm") if name.startswith("Watch")]

    assert named == {re.sub(r"^Watch|\d*[0-9A-F]{8}$", "", name) for name in alarms}


def test_every_module_that_is_to_be_run_exists() -> None:
    root = Path(__file__).parents[2]
    modules = set(re.findall(r"python -m ([\w.]+)", PAGE))

    assert modules
    assert [name for name in modules if not (root / f"{name.replace('.', '/')}.py").exists()] == []
