"""The package's metadata, and its README as a package index shows it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
SOURCE: str = PROJECT["urls"]["Source"]
README = (ROOT / "README.md").read_text()


def published_readme() -> str:
    """Return the README with the substitutions that the build makes."""
    text = README
    for step in PYPROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        text = re.sub(step["pattern"], step["replacement"], text)
    return text


def test_every_link_and_picture_of_the_published_readme_is_absolute() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", published_readme())
    assert len(targets) == len(re.findall(r"\]\(([^)]+)\)", README)) > 30
    assert [target for target in targets if not target.startswith(("https://", "#"))] == []


def test_pictures_lead_to_files_and_links_to_pages() -> None:
    text = published_readme()
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", text)
    assert len(pictures) >= 15
    assert {picture.removeprefix(f"{SOURCE}/raw/HEAD/docs/images/").count("/") for picture in pictures} == {0}
    for path in re.findall(rf"\({SOURCE}/(?:raw|blob)/HEAD/([^)#]+)", text):
        assert (ROOT / path).exists(), path


def test_every_address_of_the_repository_is_the_same() -> None:
    pages = [ROOT / "README.md", ROOT / "mkdocs.yml", *sorted((ROOT / "docs").rglob("*.md"))]
    text = "\n".join([*(page.read_text() for page in pages), *PROJECT["urls"].values(), published_readme()])
    assert set(re.findall(r"https://github\.com/(?:[\w-]*/)?gifmill\b", text)) == {SOURCE}
    assert f"link: {SOURCE}\n" in (ROOT / "mkdocs.yml").read_text()


def test_the_urls_are_complete() -> None:
    assert set(PROJECT["urls"]) == {"Homepage", "Documentation", "Source", "Changelog", "Issues"}


def test_the_classifiers_name_every_supported_python() -> None:
    minor = int(PROJECT["requires-python"].removeprefix(">=3."))
    named = re.findall(r"Python :: 3\.(\d+)", "\n".join(PROJECT["classifiers"]))
    assert [int(each) for each in named] == list(range(minor, minor + len(named)))
    assert len(named) == 3


def test_the_photo_of_the_first_command_is_in_the_checkout() -> None:
    assert ".venv/bin/gifmill make cat.jpg" in README
    assert (ROOT / "cat.jpg").read_bytes() == (ROOT / "bench/photos/chelsea.jpg").read_bytes()  # CC0


def test_the_source_distribution_contains_the_photo_of_the_first_command() -> None:
    assert "/cat.jpg" in PYPROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
