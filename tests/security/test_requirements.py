"""docs/background/security.md: each requirement has a row, and the tests that it names exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/background/security.md").read_text()
ASVS = [
    "5.1.1",
    *(f"5.2.{n}" for n in range(1, 7)),
    *(f"5.3.{n}" for n in range(1, 4)),
    *(f"5.4.{n}" for n in range(1, 4)),
]
"""All of chapter V5. Source: OWASP ASVS 5.0.0, 0x14-V5-File-Handling."""

CHEAT_SHEET = [f"F{number}" for number in range(1, 26)]
UNMET = ("does not apply", "not done")


def rows() -> dict[str, list[str]]:
    """Return the cells of each requirement's row."""
    found = re.findall(r"^\| (5\.\d\.\d|F\d+) \|(.*)\|$", PAGE, re.MULTILINE)
    assert len(found) == len({number for number, _ in found}), "a requirement has two rows"
    return {number: [cell.strip() for cell in cells.split(" | ")] for number, cells in found}


def functions_in(path: str) -> set[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text())
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return {each.name for each in tree.body if isinstance(each, kinds) and each.name.startswith("test_")}


def test_every_requirement_has_a_row() -> None:
    assert list(rows()) == [*ASVS, *CHEAT_SHEET]


@pytest.mark.parametrize("number", [*ASVS, *CHEAT_SHEET])
def test_each_requirement_names_a_test_or_the_reason_for_having_none(number: str) -> None:
    requirement, here, *shown = rows()[number]
    assert requirement
    assert here
    assert any("::test_" in cell for cell in shown) or any(reason in here for reason in UNMET)


def test_all_named_tests_exist() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", PAGE))
    assert len(named) > 40
    missing = [
        f"{path}::{name}"
        for path, name in sorted(named)
        if not (ROOT / path).exists() or (name and name not in functions_in(path))
    ]
    assert missing == []


def test_all_asvs_tests_are_named() -> None:
    path = "tests/security/test_asvs.py"
    assert functions_in(path) == set(re.findall(rf"`{path}::(test_\w+)`", PAGE))


def test_links_within_the_page_lead_to_headings() -> None:
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= anchors
