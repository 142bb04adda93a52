"""The wheel for this machine: its files, and a GIF that it makes in a clean environment."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from PIL import Image

from hatch_build import PACKAGE, library_name
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


def test_a_wheel_contains_the_library_and_no_sources_of_it(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        native = {name for name in archive.namelist() if name.startswith(PACKAGE.as_posix())}
    assert native == {f"{PACKAGE.as_posix()}/{name}" for name in ("__init__.py", library_name())}


def test_a_wheel_makes_a_gif_without_a_compiler(wheel: Path, tmp_path: Path) -> None:
    with Image.open(try_wheel(wheel, tmp_path)) as decoded:
        assert decoded.format == "GIF"
        assert max(decoded.size) == 120
        assert getattr(decoded, "n_frames", 1) > 1
