"""Packages that add effects, installed into a folder and discovered by a new process."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gifmill.effects import CAPTION, EFFECTS, Effect
from gifmill.effects.plugins import RESERVED, invalid_names
from gifmill.rendering import render
from gifmill.rendering.options import COMMON

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[2] / "docs/guides/write-an-effect.md"

type Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def installed(tmp_path: Path) -> Callable[[str, str, str], Run]:
    """Return a function that installs a package of one module, as pip does, and returns a command to run."""

    def install(module: str, source: str, points: str) -> Run:
        site = tmp_path / "site"
        info = site / f"{module}-1.0.dist-info"
        info.mkdir(parents=True)
        (site / f"{module}.py").write_text(source)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(points)

        def run(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "gifmill", *arguments],
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "PYTHONPATH": os.pathsep.join([str(site), *sys.path])},
            )

        return run

    return install


@pytest.fixture
def example(installed: Callable[[str, str, str], Run]) -> Run:
    """Install the package of docs/guides/write-an-effect.md, and return a command to run."""
    text = DOCS.read_text()
    [source] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    [project] = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    group = project.partition('[project.entry-points."gifmill.effects"]\n')[2]
    return installed("gifmill_pulse", source, "[gifmill.effects]\n" + group.replace('"', ""))


def test_the_example_of_the_docs_makes_a_gif(example: Run, cat: str, out: Path) -> None:
    made = example("make", cat, "-e", "pulse", "-p", "depth=60", "-o", str(out), "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["effect"] == "pulse"
    assert (out / "cat-pulse.gif").read_bytes().startswith(b"GIF89a")


def test_the_example_has_no_more_than_20_lines_of_code() -> None:
    [source] = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert sum(1 for line in source.splitlines() if line.strip()) <= 20


def test_an_effect_of_a_package_is_listed(example: Run) -> None:
    listed = json.loads(example("effects", "--json").stdout)
    assert "pulse" in [effect["name"] for effect in listed["effects"]]
    assert all("pulse" not in names for names in listed["packs"].values())


def test_its_parameters_are_checked(example: Run, cat: str) -> None:
    rejected = example("make", cat, "-e", "pulse", "-p", "depth=3")
    assert rejected.returncode == 2
    assert "from 5 to 90 %" in rejected.stderr


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import nothing_of_this_name", "ModuleNotFoundError"),
        ("1 / 0", "ZeroDivisionError"),
        ("PULSE = 3", "is not a gifmill.Effect"),
        ("from gifmill.effects import Effect\nPULSE = Effect('other', 's', 'm')", "'other'"),
        ("", "AttributeError"),
    ],
)
def test_a_broken_package_is_an_error_that_names_it(
    installed: Callable[[str, str, str], Run], source: str, reason: str
) -> None:
    listed = installed("broken", source, "[gifmill.effects]\npulse = broken:PULSE\n")("effects")
    assert listed.returncode == 1
    assert "'pulse' of broken" in listed.stderr
    assert reason in listed.stderr
    assert listed.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ("(Number('size', 's', 1, 0, 9),)", "'size' is reserved"),
        ("(Number('target', 's', 1, 0, 9),)", "'target' is reserved"),
        ("(Number('caption', 's', 1, 0, 9),)", "'caption' is reserved"),
        ("(Text('caption_place', 's'),)", "'caption_place' is reserved"),
        ("(Number('a=b', 's', 1, 0, 9),)", "'a=b' is misnamed; use only lower-case"),
        ("(Number('Depth', 's', 1, 0, 9),)", "'Depth' is misnamed; use only lower-case"),
        ("(Number('a', 's', 1, 0, 9),) * 2", "two parameters 'a'"),
        ("(Choice('mode', 's', 'a', ('a', 'b,c')),)", "its mode has the choice 'b,c'"),
    ],
)
def test_parameters_that_cannot_be_part_of_a_name_are_rejected(
    installed: Callable[[str, str, str], Run], params: str, reason: str
) -> None:
    source = "from gifmill.effects import Effect, Text\nfrom gifmill.effects.params import Choice, Number\n"
    source += f"PULSE = Effect('pulse', 's', 'm', {params})"
    listed = installed("broken", source, "[gifmill.effects]\npulse = broken:PULSE\n")("effects")
    assert listed.returncode == 1
    assert reason in listed.stderr
    assert listed.stderr.count("\n") == 1


def test_names_of_other_call_arguments_are_reserved() -> None:
    beside = {param.name for param in COMMON} | set(inspect.signature(render).parameters) - {"params"}
    assert beside | set(inspect.signature(Effect.animate).parameters) - {"params"} <= RESERVED


def test_a_package_may_have_a_caption_of_its_own() -> None:
    assert not list(invalid_names(Effect("pulse", "s", "m", (replace(CAPTION, default="[pulses]"),))))


def test_parameters_of_built_in_effects_are_valid_for_packages() -> None:
    assert not [reason for effect in EFFECTS for reason in invalid_names(effect)]


def test_no_package_replaces_a_built_in_effect(
    installed: Callable[[str, str, str], Run],
) -> None:
    source = "from gifmill.effects import Effect\nSPIN = Effect('spin', 's', 'm')"
    listed = installed("thief", source, "[gifmill.effects]\nspin = thief:SPIN\n")("effects")
    assert listed.returncode == 1
    assert "already" in listed.stderr


def test_no_server_starts_with_a_broken_package(
    installed: Callable[[str, str, str], Run], tmp_path: Path
) -> None:
    run = installed("broken", "1 / 0", "[gifmill.effects]\npulse = broken:PULSE\n")
    served = run("serve", "--port", "0", "--data", str(tmp_path / "data"))
    assert served.returncode == 1
    assert "'pulse' of broken" in served.stderr
