"""Comparison of docstrings with the code: ruff reports missing arguments, but no wrong attributes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [
    path for folder in ("src", "infra", "bench", "tools", "tests") for path in (ROOT / folder).rglob("*.py")
]

type Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def documented(node: Documented) -> set[str]:
    """Return the names that the sections Args and Attributes describe."""
    docstring = ast.get_docstring(node) or ""
    sections = re.findall(r"^(?:Args|Attributes):\n((?:    .*(?:\n|$)|\n)+)", docstring, re.MULTILINE)
    entries = re.findall(r"^ {4}(\*{0,2}\w[\w*, ]*):", "\n".join(sections), re.MULTILINE)
    return {name.strip().lstrip("*") for entry in entries for name in entry.split(",")}


def defined(node: Documented) -> set[str]:
    """Return the parameters of a function, or the attributes, methods and parameters of a class."""
    if not isinstance(node, ast.ClassDef):
        return {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
    names = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name | ast.Attribute) and isinstance(each.ctx, ast.Store):
            names.add(each.id if isinstance(each, ast.Name) else each.attr)
        elif isinstance(each, ast.FunctionDef):
            names |= {each.name} | (defined(each) if each.name == "__init__" else set())
    return names


@pytest.mark.parametrize(
    ("docstring", "names"),
    [
        (
            "Add.\n\n    Args:\n        left, right: the terms, of\n            which: none is 0.\n    ",
            "left right",
        ),
        (
            "Add.\n\n    Args:\n        *terms: the terms.\n\n    Returns:\n        sum: a number.\n    ",
            "terms",
        ),
        ("Add.", ""),
    ],
)
def test_documented_names_are_found(docstring: str, names: str) -> None:
    (function,) = ast.parse(f'def add():\n    """{docstring}"""').body
    assert isinstance(function, ast.FunctionDef)
    assert documented(function) == set(names.split())


def test_every_documented_argument_and_attribute_exists() -> None:
    stale = [
        f"{path.relative_to(ROOT)}:{node.lineno} {name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for name in sorted(documented(node) - defined(node))
    ]
    assert stale == []
