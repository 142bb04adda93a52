"""`gifmill make`: GIFs of photos, each saved as soon as it is rendered."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from gifmill.cli.arguments import JOBS
from gifmill.cli.error_report import report_error
from gifmill.cli.output_paths import STDIN, plan_output_paths
from gifmill.cli.terminal import ProgressBar, format_json, format_summary, print_line, silenced_stderr
from gifmill.effects import PACK_OPTIONS, find_effect, select_effects
from gifmill.errors import GifmillError, InvalidRequest, PhotoError
from gifmill.rendering import COMMON, CROP, FORMAT, SIZE, Options, option_given_twice, with_defaults

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator, Sequence

    from gifmill.effects import Effect, Param
    from gifmill.photo import Photo
    from gifmill.settings import Settings


def make_gifs(arguments: Namespace) -> int:
    """Run `gifmill make`; return the exit code."""
    effects = _chosen_effects(arguments)
    options = Options.read(_chosen_options(arguments), effects)
    at_a_time = int(JOBS.read(arguments.jobs))
    plan = plan_output_paths(
        arguments.photos, Path(arguments.output), effects, _common(options, effects, FORMAT)
    )
    settings = _read_settings()
    _create_output_folder(arguments.output)

    exit_code = 0
    with ProgressBar(len(plan) * len(effects), sys.stderr) as progress:
        for source, paths in plan.items():
            done = 0
            try:
                progress.show(source)
                photo = _open(source, options, effects, settings)
                save = partial(_render_and_save, source, photo, options, as_json=arguments.json)
                with _lines(save, effects, paths, at_a_time) as lines:
                    for path in paths:
                        progress.show(path.name)
                        line = next(lines)
                        progress.advance()
                        done += 1
                        print_line(line)
            except BrokenPipeError:
                raise
            except (GifmillError, OSError) as error:
                progress.advance(len(effects) - done)
                exit_code = max(exit_code, report_error(error, source))
    return exit_code


def _chosen_effects(arguments: Namespace) -> tuple[Effect, ...]:
    if arguments.effect:
        return tuple(find_effect(name) for name in dict.fromkeys(arguments.effect))
    return select_effects(arguments.pack)


def _chosen_options(arguments: Namespace) -> dict[str, object]:
    pack = {} if arguments.effect else PACK_OPTIONS.get(arguments.pack, {})
    given = [(param.name, value) for param in COMMON if (value := getattr(arguments, param.name)) is not None]
    for pair in arguments.param:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise InvalidRequest(
                f"-p {pair} is not of the form NAME=VALUE. `gifmill effects` lists the names."
            )
        given.append((name, value))
    chosen: dict[str, object] = {}
    for name, value in given:
        if name in chosen:
            raise option_given_twice(name)
        chosen[name] = value
    return with_defaults(pack, chosen)


def _common(options: Options, effects: Sequence[Effect], param: Param) -> str:
    """Return the value of a common option, which is the same for all effects."""
    return str(options.values(effects[0])[param.name])


def _read_settings() -> Settings:
    from gifmill.settings import SINGLE_USER, Settings  # only `make` needs them

    return Settings.from_env(base=SINGLE_USER)


def _create_output_folder(folder: str) -> None:
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise InvalidRequest(f"-o {folder} is not a folder. Choose a folder, or a new name.") from error
    except OSError as error:
        raise InvalidRequest(
            f"Cannot create the folder {folder}: {error.strerror}. Choose another folder (-o)."
        ) from error


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
        except OSError as error:  # a failed read has no file name, and `Path` changes ./cat.jpg to cat.jpg
            raise OSError(error.errno, error.strerror, source) from error


@contextmanager
def _lines(
    save: Callable[[Effect, Path], str], effects: Sequence[Effect], paths: Sequence[Path], at_a_time: int
) -> Iterator[Iterator[str]]:
    """Make several GIFs at a time; yield their lines in order. After an error no more are begun."""
    if min(at_a_time, len(effects)) == 1:
        yield map(save, effects, paths)
        return
    from concurrent.futures import ThreadPoolExecutor  # the encoder's core releases Python's lock

    pool = ThreadPoolExecutor(at_a_time)
    try:
        yield pool.map(save, effects, paths)
    finally:
        pool.shutdown(cancel_futures=True)


def _render_and_save(
    source: str, photo: Photo, options: Options, effect: Effect, path: Path, *, as_json: bool
) -> str:
    """Make and save one GIF; return the line to print."""
    from gifmill.rendering import render_options

    start = perf_counter()
    gif = render_options(photo, effect, options)
    try:
        gif.save(path)
    except OSError as error:  # its file name is that of a temporary file
        raise OSError(error.errno, error.strerror, str(path)) from error
    seconds = perf_counter() - start
    return format_json(gif, source, path, seconds) if as_json else format_summary(gif, path)
