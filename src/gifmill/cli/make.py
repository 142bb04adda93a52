"""`gifmill make`: GIFs of photos, each saved as soon as it is rendered."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from gifmill.cli.arguments import JOBS
from gifmill.cli.chosen_options import chosen_effects, chosen_options
from gifmill.cli.error_report import report_error
from gifmill.cli.file_errors import STDIN, OutputFailed, PhotoUnreadable
from gifmill.cli.output_paths import plan_output_paths
from gifmill.cli.progress_bar import ProgressBar
from gifmill.cli.terminal import format_json, format_summary, print_line, silenced_stderr
from gifmill.errors import PhotoError
from gifmill.rendering import CROP, FORMAT, SIZE

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from gifmill.cli.file_errors import FileError
    from gifmill.cli.gif_pool import GifPool
    from gifmill.cli.photo_gifs import NoPool, Outcomes
    from gifmill.effects import Effect, Param
    from gifmill.errors import GifmillError
    from gifmill.photo import Photo
    from gifmill.rendering import Options
    from gifmill.settings import Settings


def make_gifs(arguments: Namespace) -> int:
    """Run `gifmill make`; return the exit code."""
    from gifmill.cli.photo_gifs import PhotoGifs  # imports threads, which no other command needs

    effects = chosen_effects(arguments)
    options = chosen_options(arguments, effects)
    at_a_time = int(JOBS.read(arguments.jobs))
    plan = plan_output_paths(
        arguments.photos, Path(arguments.output), effects, _common(options, effects, FORMAT)
    )
    settings = _read_settings()
    _create_output_folder(arguments.output)

    total, exit_code = len(plan) * len(effects), 0
    with (
        _open_pool(min(at_a_time, total)) as pool,
        ProgressBar(total, None if arguments.quiet else sys.stderr) as progress,
    ):
        made = pool.make(
            PhotoGifs(
                partial(_open, source, options, effects, settings),
                [
                    partial(_render_and_save, source, options, effect, path, pool.saving, arguments.json)
                    for effect, path in zip(effects, paths, strict=True)
                ],
            )
            for source, paths in plan.items()
        )
        for source, paths in plan.items():
            progress.show(source)
            with closing(next(made)) as outcomes:
                error = _print(paths, outcomes, progress, quiet=arguments.quiet)
            if error:
                exit_code = max(exit_code, report_error(error, source, as_json=arguments.json))
    return exit_code


def _common(options: Options, effects: Sequence[Effect], param: Param) -> str:
    """Return the value of a common option, which is the same for all effects."""
    return str(options.values(effects[0])[param.name])


def _read_settings() -> Settings:
    from gifmill.settings import SINGLE_USER, Settings  # only `make` needs them

    return Settings.from_env(base=SINGLE_USER)


def _create_output_folder(folder: str) -> None:
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputFailed.of_folder(folder, error) from error


def _open(source: str, options: Options, effects: Sequence[Effect], settings: Settings) -> Photo:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more threads are slower here
    # This imports numpy and Pillow: only after the command line is parsed.
    from gifmill.photo import open_photo
    from gifmill.settings import variable

    # Crop first, resize later: the size is that of the cropped photo.
    cropped = _common(options, effects, CROP) != CROP.default
    size_px = None if cropped else int(_common(options, effects, SIZE))
    with silenced_stderr():
        try:
            photo = sys.stdin.buffer if source == STDIN else source
            return open_photo(photo, max_side_px=size_px, settings=settings)
        except PhotoError as error:
            if error.setting is None:
                raise
            raise type(error)(f"{error.message} Or increase {variable(error.setting)}.") from error
        except OSError as error:
            raise PhotoUnreadable.of(source, error) from error


def _open_pool(jobs: int) -> GifPool | NoPool:
    """Return a pool that makes up to `jobs` GIFs at a time."""
    if jobs == 1:
        from gifmill.cli.photo_gifs import NoPool

        return NoPool()
    from gifmill.cli.gif_pool import GifPool  # imports an executor, which one GIF does not need

    return GifPool(jobs)


def _print(
    paths: Sequence[Path], outcomes: Outcomes, progress: ProgressBar, *, quiet: bool
) -> GifmillError | FileError | None:
    """Print the lines of a photo's GIFs, unless `quiet`; return the first error."""
    left = len(paths)
    failed: GifmillError | FileError | None = None
    for path in paths:
        progress.show(path.name)
        outcome = next(outcomes, None)
        if isinstance(outcome, str):
            progress.advance()
            left -= 1
            if not quiet:
                print_line(outcome)
        else:
            failed = failed or outcome
    progress.advance(left)
    return failed


def _render_and_save(
    source: str,
    options: Options,
    effect: Effect,
    path: Path,
    saving: AbstractContextManager[object],
    as_json: bool,
    photo: Photo,
) -> str:
    """Make and save one GIF; return the line to print."""
    from gifmill.rendering import render_options

    start = perf_counter()
    gif = render_options(photo, effect, options)
    try:
        with saving:
            gif.save(path)
    except OSError as error:
        raise OutputFailed.of(path, error) from error
    seconds = perf_counter() - start
    return format_json(gif, source, path, seconds) if as_json else format_summary(gif, path)
