"""The wheel for this machine: its files, and a GIF that it makes in a clean environment."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from PIL import Image

from hatch_build import PACKAGES, library_name
from tools.release_check import check_contents
from tools.wheels import build, this_target, try_wheel

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = this_target()
    if target is None:
        pytest.skip("no wheel is built for this machine's platform")
    return build(tmp_path_factory.mktemp("dist"), target)


def test_a_wheel_contains_the_libraries_and_no_sources_of_them(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if "/native/" in name}
    names = ("__init__.py", library_name())
    assert found == {f"{package.as_posix()}/{name}" for package in PACKAGES for name in names}


def test_a_wheel_contains_exactly_the_package(wheel: Path) -> None:
    check_contents(wheel)


def test_a_package_index_accepts_the_metadata_and_shows_the_readme(wheel: Path) -> None:
    command = [sys.executable, "-m", "twine", "--no-color", "check", "--strict", str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "PASSED" in done.stdout) == (0, True), done.stdout + done.stderr


def test_links_of_the_readme_in_the_wheel_are_absolute(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        [name] = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        targets = re.findall(r"\]\(([^)]+)\)", archive.read(name).decode())
    assert len(targets) > 30
    assert [target for target in targets if not target.startswith(("https://", "#"))] == []


def test_a_wheel_makes_a_gif_without_a_compiler(wheel: Path, tmp_path: Path) -> None:
    with Image.open(try_wheel(wheel, tmp_path)) as decoded:
        assert decoded.format == "GIF"
        assert max(decoded.size) == 120
        assert getattr(decoded, "n_frames", 1) > 1
