"""Comparison of README and documentation with the code: names, tables, links and targets of make."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import gifmill
from gifmill.effects import EFFECTS, PACKS
from gifmill.errors import GifmillError, IntakeFailed, MissingExtra, PhotoError, PluginFailed
from gifmill.gif import PRESETS
from gifmill.rendering.options import COMMON
from gifmill.settings import Settings, variable
from gifmill.web.openapi import openapi_document
from gifmill.web.problems import STATUS
from tools.docs_hooks import missing
from tools.reference import PARTS, Part

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
API = (ROOT / "docs/reference/http-api.md").read_text()
OPTIONS = (ROOT / "docs/reference/options.md").read_text()
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)


def codes(kind: type[GifmillError]) -> dict[str, int]:
    """Return all error codes of the API with their status."""
    found = {}
    for each in kind.__subclasses__():
        found[each.code] = next(STATUS[parent] for parent in each.__mro__ if parent in STATUS).value
        found |= codes(each)
    return found


def test_every_effect_is_in_the_readme() -> None:
    assert [effect.name for effect in EFFECTS if f"`{effect.name}`" not in README] == []


def test_a_name_that_a_guide_imports_must_be_on_the_page_of_the_python_api() -> None:
    assert {"gifmill.settings.Settings", "gifmill.effects.loop"} <= set(missing("an empty page"))
    assert "gifmill.effects.loop" not in missing('<h3 id="gifmill.effects.loop">')


def test_every_preset_is_in_the_options_page() -> None:
    assert [name for name in PRESETS if f"| `{name}` |" not in OPTIONS] == []


def test_the_readme_shows_exactly_the_two_functions_of_the_library() -> None:
    calls = set(re.findall(r"gifmill\.([a-z_]+)\(", README))
    assert calls == {"open_photo", "render"}
    assert calls <= set(gifmill.__all__)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_table_derived_from_code_is_current(part: Part) -> None:
    page = part.page.read_text()
    assert part.written(page) == page, "run make reference"


def test_every_setting_is_documented_with_its_default() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text()
    assert all(f"| `{variable(each.name)}` | {each.default} |" in page for each in fields(Settings))


def test_every_common_option_is_in_the_options_page() -> None:
    assert [param.name for param in COMMON if f"| `{param.name}` |" not in OPTIONS] == []


def test_every_call_of_the_api_is_documented() -> None:
    document: Any = openapi_document(Settings())
    calls = {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}
    assert calls == set(re.findall(r"^\| `((?:GET|POST|DELETE) [^`]+)`", API, re.MULTILINE))


def test_every_common_option_and_pack_is_in_the_api_page() -> None:
    names = [*PACKS, *(param.name for param in COMMON)]
    assert [name for name in names if f"`{name}`" not in API] == []


def test_every_error_code_is_documented_with_its_status() -> None:
    rows = re.findall(r"^\| (\d{3}) \| (`.*?`) \|", API, re.MULTILINE)
    documented = {code: int(status) for status, names in rows for code in re.findall(r"`(\w+)`", names)}
    parents = {"invalid_input", PhotoError.code}  # base classes, never raised
    asynchronous = {IntakeFailed.code, PluginFailed.code}  # in the status
    never_answered = {"invalid_setting", MissingExtra.code, *asynchronous}
    expected = {
        code: status for code, status in codes(GifmillError).items() if code not in parents | never_answered
    }
    of_http = {"method_not_allowed": 405, "range_not_satisfiable": 416}
    assert documented == expected | of_http | {"internal": 500}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_linked_file_exists(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)|(?:src|href)=\"([^\":#]+)\"", page.read_text())
    assert [link for pair in links if (link := "".join(pair)) and not (page.parent / link).exists()] == []


def test_every_documented_target_of_make_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        name
        for page in PAGES
        for name in re.findall(r"`?make ([a-z-]+)`?\s{2,}#|`make ([a-z-]+)`", page.read_text())
    }
    assert {name for pair in named for name in pair if name} <= targets


def test_make_without_a_target_lists_every_target() -> None:
    listed = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert [target for target in phony[1].split() if f"make {target} " not in listed] == []


def test_every_benchmark_has_the_date_of_its_figures() -> None:
    page = (ROOT / "docs/background/benchmarks.md").read_text()
    rows = re.findall(r"^\| `((?:make|python -m) [^`]+)` \|(?:[^|]*\|){2} ([^|]+) \|$", page, re.MULTILINE)
    targets = re.findall(r"^(bench[a-z-]*|lighthouse):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {f"make {target}" for target in targets} <= {command for command, _ in rows}
    assert [row for row in rows if not re.match(r"\d{4}-\d\d-\d\d|not kept$", row[1])] == []


def test_the_architecture_lists_every_package_and_module() -> None:
    page = (ROOT / "docs/background/architecture.md").read_text().partition("### Import order")[0]
    listed = set(re.findall(r"^\| `([a-z_.]+)` \|", page, re.MULTILINE))
    source = ROOT / "src/gifmill"
    packages = {path.parent.name for path in source.glob("*/__init__.py")}
    assert listed == packages | {path.name for path in source.glob("[a-z]*.py")}


def test_the_effects_page_names_every_common_option() -> None:
    page = (ROOT / "docs/reference/effects.md").read_text()
    sentence = page.partition("[common options](options.md): ")[2].partition(".")[0]
    assert re.findall(r"`(\w+)`", sentence) == sorted(param.name for param in COMMON)
