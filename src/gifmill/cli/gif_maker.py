"""From a photo of the command line to files: it is opened, and its GIFs are made and saved."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from gifmill.cli.file_errors import STDIN, OutputFailed, PhotoUnreadable
from gifmill.cli.photo_gifs import InterruptsBlocked, PhotoGifs
from gifmill.cli.terminal import (
    format_json,
    format_skipped,
    format_skipped_json,
    format_summary,
    silenced_stderr,
    stdout_errors,
)
from gifmill.errors import PhotoError
from gifmill.rendering import CROP, SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from gifmill.effects import Effect
    from gifmill.photo import Photo
    from gifmill.rendering import Gif, Options
    from gifmill.settings import Settings


@dataclass(frozen=True, slots=True)
class GifMaker:
    """Makes the GIFs of a command.

    Attributes:
        effects: the effects of each photo.
        options: of all GIFs.
        settings: limits for photos.
        to_stdout: write to standard output instead of files.
        overwrite: replace existing files. Otherwise they are kept, and their GIFs are not made.
        as_json: describe GIFs as JSON.
        saving: a block that writes a file.
        allow_flashing: GIFs that flash dangerously are made as requested.
    """

    effects: Sequence[Effect]
    options: Options
    settings: Settings
    to_stdout: bool
    overwrite: bool
    as_json: bool
    saving: AbstractContextManager[object]
    allow_flashing: bool

    def gifs_of(self, source: str, paths: Sequence[Path]) -> PhotoGifs:
        """Return the GIFs of a photo, one for each effect. Those that exist already are found now."""
        kept = {index: line for index, path in enumerate(paths) if (line := self._kept(source, index, path))}
        makers = [
            partial(self._make, source, index, effect, path)
            for index, (effect, path) in enumerate(zip(self.effects, paths, strict=True))
        ]
        return PhotoGifs(partial(self._open, source), makers, kept)

    def _kept(self, source: str, index: int, path: Path) -> str | None:
        """Return the line about a file that is kept; None if its GIF is to be made."""
        if self.overwrite or self.to_stdout:
            return None
        try:
            status = path.stat()
        except OSError:  # missing; any other problem is reported when it is written
            return None
        if stat.S_ISDIR(status.st_mode):
            return None
        if self.as_json:
            return format_skipped_json(source, self.effects[index].name, path, status.st_size)
        return format_skipped(path)

    def _open(self, source: str) -> Photo:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more threads are slower here
        # This imports numpy and Pillow: only after the command line is parsed. An interrupt waits, because
        # numpy would report it as a broken installation.
        with InterruptsBlocked():
            from gifmill.photo import open_photo
            from gifmill.settings import variable

        common = self.options.values(self.effects[0])
        # Crop first, resize later: the size is that of the cropped photo.
        size_px = int(common[SIZE.name]) if common[CROP.name] == CROP.default else None
        with silenced_stderr():
            try:
                photo = sys.stdin.buffer if source == STDIN else source
                return open_photo(photo, max_side_px=size_px, settings=self.settings)
            except PhotoError as error:
                if error.setting is None:
                    raise
                raise type(error)(f"{error.message} Or increase {variable(error.setting)}.") from error
            except OSError as error:
                raise PhotoUnreadable.of(source, error) from error

    def _make(self, source: str, index: int, effect: Effect, path: Path, photo: Photo) -> str:
        """Make and save one GIF; return the line to print."""
        from gifmill.rendering import render_options

        start = perf_counter()
        if self.to_stdout:
            gif = render_options(photo, effect, self.options, allow_flashing=self.allow_flashing)
            _write_to_stdout(gif)
        else:
            saving = self.saving if self._check(path) else nullcontext()
            gif = render_options(photo, effect, self.options, allow_flashing=self.allow_flashing)
            try:
                self._save(gif, path, saving)
            except FileExistsError:
                return self._kept(source, index, path) or format_skipped(path)
        seconds = perf_counter() - start
        return format_json(gif, source, path, seconds) if self.as_json else format_summary(gif, path)

    def _check(self, path: Path) -> bool:
        """Check that a file may be written, which takes less time than to make its GIF.

        Returns:
            Whether an interrupt can wait until it is written. A pipe may wait for its reader for ever.

        Raises:
            OutputFailed: it cannot be written.
        """
        from gifmill.rendering import check_writable

        try:
            status = check_writable(path)
        except OSError as error:
            raise OutputFailed.of(path, error) from error
        return status is None or stat.S_ISREG(status.st_mode)

    def _save(self, gif: Gif, path: Path, saving: AbstractContextManager[object]) -> None:
        """Save a GIF.

        Raises:
            FileExistsError: the file appeared meanwhile, and is to be kept.
            OutputFailed: it cannot be written.
        """
        try:
            with saving:
                gif.save(path, overwrite=self.overwrite)
        except FileExistsError:
            raise
        except OSError as error:
            raise OutputFailed.of(path, error) from error


def _write_to_stdout(gif: Gif) -> None:
    with stdout_errors():
        sys.stdout.buffer.write(gif.data)
        sys.stdout.buffer.flush()
