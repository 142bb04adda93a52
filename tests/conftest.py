"""What many tests need: a real photo, and a real server that they may share."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server

_SAMPLES = Path(__file__).parents[1] / "src/gifmill/page/samples"


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A small JPEG of a cat, 120 px wide: quick to render."""
    file = io.BytesIO()
    with Image.open(_SAMPLES / "chelsea.jpg") as image:
        image.resize((120, 80)).save(file, "JPEG", quality=90)
    return file.getvalue()


@pytest.fixture(scope="session")
def large_photo() -> bytes:
    """A JPEG that fills the largest canvas: slow enough to render that a test can come between."""
    file = io.BytesIO()
    with Image.open(_SAMPLES / "chelsea.jpg") as image:
        image.resize((1080, 720)).save(file, "JPEG", quality=90)
    return file.getvalue()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that leave it as it was."""
    with serving(tmp_path_factory.mktemp("data")) as running:
        yield running
