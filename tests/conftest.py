"""Fixtures shared by many tests: photos and a server."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from PIL import Image
from tests.servers import serving
from tests.transparent_logo import logo_png

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server

settings.register_profile("gifmill", deadline=None)  # no test may depend on the speed of the machine
settings.load_profile("gifmill")

pytest.register_assert_rewrite("tests.http_contract")

_SLOWEST = ("e2e", "browser")
"""Folders with the slowest tests. They start first, so that no process runs them at the end alone."""


_WITH_SHARED_FIXTURES = ("e2e", "hostile")
"""Folders whose tests share a fixture that is slow to set up: a deployed stack, large files."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a module in one process: they share a browser, a server or an emulator."""
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        item.add_marker(
            pytest.mark.xdist_group(folder if folder in _WITH_SHARED_FIXTURES else str(item.path))
        )
    items.sort(key=lambda item: _order(item.path))


def _order(path: Path) -> int:
    folder = path.relative_to(Path(__file__).parent).parts[0]
    return _SLOWEST.index(folder) if folder in _SLOWEST else len(_SLOWEST)


SAMPLES = Path(__file__).parents[1] / "src/gifmill/page/samples"


def _jpeg_of_a_cat(width: int, height: int) -> bytes:
    file = io.BytesIO()
    with Image.open(SAMPLES / "chelsea.jpg") as image:
        image.resize((width, height)).save(file, "JPEG", quality=90)
    return file.getvalue()


@pytest.fixture(scope="session")
def photo() -> bytes:
    """Return a small JPEG of a cat, 120 px wide: quick to render."""
    return _jpeg_of_a_cat(120, 80)


@pytest.fixture(scope="session")
def large_photo() -> bytes:
    """Return a JPEG that fills the largest canvas: it renders slowly enough for a test to intervene."""
    return _jpeg_of_a_cat(1080, 720)


@pytest.fixture(scope="session")
def stripes() -> bytes:
    """Return a PNG of wide black and white stripes: any movement makes it flash."""
    image, file = Image.new("RGB", (120, 90)), io.BytesIO()
    for left in range(6, 120, 12):
        image.paste("white", (left, 0, left + 6, 90))
    image.save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="session")
def logo() -> bytes:
    """Return a PNG of a logo with a transparent ground and hole, and a soft shadow."""
    return logo_png()


@pytest.fixture
def cat(tmp_path: Path, photo: bytes) -> str:
    """Return the path of the small photo."""
    path = tmp_path / "cat.jpg"
    path.write_bytes(photo)
    return str(path)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return an output folder that does not exist yet."""
    return tmp_path / "out"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a server for all tests that do not change it."""
    with serving(tmp_path_factory.mktemp("data")) as running:
        yield running
