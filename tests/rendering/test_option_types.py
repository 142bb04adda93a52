"""The types of the library's names and options, as mypy --strict reads them in another program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import gifmill
from gifmill.effects import EFFECTS, PACKS
from gifmill.gif import PRESETS
from gifmill.rendering import (
    PLATFORMS,
    EffectName,
    FormatName,
    PackName,
    PlatformName,
    PresetName,
)
from tools.option_types import CALL, TYPES, option_types, with_overloads

ROOT = Path(__file__).parents[2]

VALID = """
from functools import partial
from gifmill.animation import Animation
from gifmill.effects import find_effect, loop
from gifmill.rendering import PresetName

def own(photo: gifmill.Photo, *, depth: int) -> Animation:
    return loop([photo.pixels] * depth, 1)

def every(name: str, effect: gifmill.Effect, preset: PresetName) -> list[gifmill.Gif]:
    return [
        gifmill.render("cat.jpg", "spin", turns=2, direction="anticlockwise", size=64),
        gifmill.render("cat.jpg", "zoom", strength=20, focus=(0.3, 0.4), fps=30, loop=1, duration=2),
        gifmill.render("cat.jpg", "blur", target="slack-emoji", format=None, calm=True, preset=preset),
        gifmill.render("cat.jpg", name, size=64, duration=2),
        gifmill.render("cat.jpg", effect, depth=3, size=64),
        gifmill.render("cat.jpg", find_effect("pulse"), depth=3),
        gifmill.render("cat.jpg", own, depth=3, frames=20),
        gifmill.render("cat.jpg", gifmill.EFFECTS[name], size=64),
        gifmill.render("cat.jpg", gifmill.EFFECTS[0]),
    ]

known: list[str] = [effect.name for effect in gifmill.EFFECTS if effect.name in gifmill.EFFECTS]
"""

INVALID = [
    '"spin", turnz=2',
    '"spin", turns="two"',
    '"spin", wedges=3',
    '"spin", direction="left"',
    '"blur", speed=2',
    '"zoom", preset="blanced"',
    '"zoom", target="slac"',
    '"zoom", format="png"',
    '"zoom", focus="middle"',
    '"zoom", calm="maybe"',
    "3",
]


def type_errors(program: str, folder: Path) -> list[str]:
    """Return the lines in which mypy --strict finds an error, without the settings of this project."""
    (folder / "program.py").write_text(program)
    mypy = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--follow-imports=silent",
        "--config-file=",
        f"--cache-dir={folder}",
        "program.py",
    ]
    environment = {"MYPYPATH": str(ROOT / "src"), "PATH": ""}
    done = subprocess.run(mypy, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    lines = program.splitlines()
    errors = [line.split(":") for line in done.stdout.splitlines() if ": error:" in line]
    assert {error[0] for error in errors} <= {"program.py"}, done.stdout
    assert done.returncode == bool(errors), done.stdout + done.stderr
    return [lines[int(error[1]) - 1] for error in errors]


def test_the_types_are_those_of_the_registry() -> None:
    assert TYPES.read_text() == option_types(), "run make reference"
    call = CALL.read_text()
    assert with_overloads(call) == call, "run make reference"


def test_each_type_of_names_has_all_of_them() -> None:
    names = {effect.name for effect in EFFECTS}
    assert set(get_args(EffectName.__value__)) == names
    assert set(get_args(PackName.__value__)) == set(PACKS)
    assert set(get_args(PresetName.__value__)) == set(PRESETS)
    assert set(get_args(PlatformName.__value__)) == set(PLATFORMS)
    assert set(get_args(FormatName.__value__)) == {"gif", "webp"}


@pytest.mark.slow
def test_valid_calls_have_no_type_errors_and_invalid_ones_have(tmp_path: Path) -> None:
    calls = [f'gifmill.render("cat.jpg", {arguments})' for arguments in INVALID]
    program = "\n".join(["import gifmill", VALID, *calls])
    assert type_errors(program, tmp_path) == calls


def test_an_entry_of_the_registry_is_an_effect() -> None:
    photo = ROOT / "cat.jpg"
    spin = gifmill.render(photo, "spin", size=32, turns=2)
    assert gifmill.render(photo, EFFECTS["spin"], size=32, turns=2) == spin
