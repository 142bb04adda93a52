"""Fixtures of the corpus as files, built once per session and deleted at its end: some have 25 MB."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.hostile.corpus import FILES
from tests.hostile.decompression_bombs import large

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.hostile.file_builders import Hostile

    type Files = dict[Path, Hostile]


def _written(folder: Path, files: Mapping[str, Hostile]) -> Files:
    """Write the files, and return them by path."""
    written: Files = {}
    for name, file in files.items():
        path = folder / "".join(letter if letter.isalnum() else "-" for letter in name)
        assert path not in written
        path.write_bytes(file.make())
        written[path] = file
    return written


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    """Yield the files that are small, or rejected for being too large."""
    folder = tmp_path_factory.mktemp("small-corpus")
    yield _written(folder, FILES)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def large_corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    """Yield the valid files of up to 100 megapixels."""
    folder = tmp_path_factory.mktemp("large-corpus")
    yield _written(folder, large())
    shutil.rmtree(folder)
