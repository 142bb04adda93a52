"""The command with each file of the corpus."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.hostile.resource_usage import MOST_CPU_S, Measured, measured

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hostile.conftest import Files

pytestmark = pytest.mark.timeout(300)


def make(out: Path, *photos: Path) -> Measured:
    command = ("make", "-e", "cyclic", "--size", "64", "-o", str(out), *map(str, photos))
    return measured(sys.executable, "-m", "gifmill", *command)


def check_gif(path: Path, photo: Path) -> None:
    """It moves, and is as another decoder reads it."""
    with Image.open(path) as gif:
        assert gif.format == "GIF", photo.name
        assert max(gif.size) <= 64
        assert getattr(gif, "n_frames", 1) >= 1
        gif.load()


def test_the_command_makes_a_gif_or_prints_a_one_line_error(small_corpus: Files, out: Path) -> None:
    ran = make(out, *small_corpus)

    assert ran.code == 2
    assert ran.peak_bytes < 300_000_000
    assert ran.cpu_s < len(small_corpus), "more than a second each"
    refused = {line.removeprefix("gifmill: ").split(": ")[0]: line for line in ran.lines}
    assert len(refused) == len(ran.lines)
    for photo, (outcome, *_) in small_corpus.items():
        gif = out / f"{photo.stem}-cyclic.gif"
        assert gif.exists() == (outcome == "photo"), (photo.name, refused.get(str(photo)))
        assert (str(photo) in refused) == (outcome != "photo")
        if outcome == "photo":
            check_gif(gif, photo)


def test_a_large_file_stays_within_the_memory_limit_of_the_command(large_corpus: Files, out: Path) -> None:
    for photo, (outcome, _, most_bytes) in large_corpus.items():
        ran = make(out, photo)

        assert ran.peak_bytes < most_bytes, (photo.name, ran)
        assert ran.cpu_s < MOST_CPU_S, (photo.name, ran)
        assert ran.code == (0 if outcome == "photo" else 2), (photo.name, ran)
        if outcome == "photo":
            check_gif(out / f"{photo.stem}-cyclic.gif", photo)
        else:
            assert "Use a smaller version" in ran.lines[0], ran.lines
