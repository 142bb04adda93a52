"""The command with each file of the corpus."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PIL import Image
from tests.hostile.resource_usage import MAX_CPU_S, ResourceUsage, run_measured

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hostile.conftest import Files


def make_gifs(out: Path, *photos: Path) -> ResourceUsage:
    command = ("make", "-e", "cyclic", "--size", "64", "-o", str(out), *map(str, photos))
    return run_measured(sys.executable, "-m", "gifmill", *command)


def check_gif(path: Path, photo: Path) -> None:
    """Check that Pillow reads the GIF."""
    with Image.open(path) as gif:
        assert gif.format == "GIF", photo.name
        assert max(gif.size) <= 64
        assert getattr(gif, "n_frames", 1) >= 1
        gif.load()


def test_the_command_makes_a_gif_or_prints_a_one_line_error(small_corpus: Files, out: Path) -> None:
    done = make_gifs(out, *small_corpus)

    assert done.code == 2
    assert done.peak_bytes < 300_000_000
    assert done.cpu_s < len(small_corpus), "more than a second per file"
    rejected = {line.removeprefix("gifmill: ").split(": ")[0]: line for line in done.lines}
    assert len(rejected) == len(done.lines)
    for photo, (outcome, *_) in small_corpus.items():
        gif = out / f"{photo.stem}-cyclic.gif"
        assert gif.exists() == (outcome == "photo"), (photo.name, rejected.get(str(photo)))
        assert (str(photo) in rejected) == (outcome != "photo")
        if outcome == "photo":
            check_gif(gif, photo)


def test_a_large_file_stays_within_the_memory_limit_of_the_command(large_corpus: Files, out: Path) -> None:
    for photo, (outcome, _, max_bytes) in large_corpus.items():
        done = make_gifs(out, photo)

        assert done.peak_bytes < max_bytes, (photo.name, done)
        assert done.cpu_s < MAX_CPU_S, (photo.name, done)
        assert done.code == (0 if outcome == "photo" else 2), (photo.name, done)
        if outcome == "photo":
            check_gif(out / f"{photo.stem}-cyclic.gif", photo)
        else:
            assert "Use a smaller version" in done.lines[0], done.lines
