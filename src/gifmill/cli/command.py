"""The command `gifmill` with its subcommands: make, effects, serve, doctor.

Exit codes: 0 for success; 2 for an error caused by the input, with one line on standard error that says what
to do; 130 when interrupted; 1 for any other error.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from gifmill.cli.arguments import PORT, WORKERS, command_parser
from gifmill.cli.output_paths import STDIN, plan_output_paths
from gifmill.cli.terminal import (
    ProgressBar,
    escape_control_characters,
    format_json,
    format_summary,
    print_line,
    reopen_closed_streams,
    silenced_stderr,
)
from gifmill.effects import PACK_OPTIONS, find_effect, select_effects
from gifmill.errors import GifmillError, InputError, InvalidRequest, PhotoError
from gifmill.rendering import (
    COMMON,
    CROP,
    FORMAT,
    SIZE,
    Options,
    describe_effects,
    list_effects,
    with_defaults,
)

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from gifmill.effects import Effect, Param
    from gifmill.photo import Photo

_FAILED, _BAD_INPUT, _INTERRUPTED = 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: the arguments without the program's name; by default those of the process.

    Returns:
        The exit code.
    """
    reopen_closed_streams()
    try:
        arguments = command_parser().parse_args(argv)
        code = _SUBCOMMANDS[arguments.run](arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader has closed the pipe, as `head` does. The rest of the buffer must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED
    except (GifmillError, OSError) as error:
        return _complaint(error)
    return code


def _make(arguments: Namespace) -> int:
    effects = _chosen_effects(arguments)
    options = Options.read(_chosen_options(arguments), effects)
    jobs = plan_output_paths(
        arguments.photos, Path(arguments.output), effects, _common(options, effects, FORMAT)
    )
    try:
        Path(arguments.output).mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise InvalidRequest(
            f"-o {arguments.output} is not a folder. Choose a folder, or a new name."
        ) from error

    worst = 0
    with ProgressBar(len(jobs) * len(effects), sys.stderr) as progress:
        for source, paths in jobs.items():
            done = 0
            try:
                progress.show(source)
                photo = _opened(source, options, effects)
                for effect, path in zip(effects, paths, strict=True):
                    progress.show(path.name)
                    line = _made(source, photo, effect, options, path, as_json=arguments.json)
                    progress.advance()
                    done += 1
                    print_line(line)
            except BrokenPipeError:
                raise
            except (GifmillError, OSError) as error:
                progress.advance(len(effects) - done)
                worst = max(worst, _complaint(error, source))
    return worst


def _chosen_effects(arguments: Namespace) -> tuple[Effect, ...]:
    if arguments.effect:
        return tuple(find_effect(name) for name in dict.fromkeys(arguments.effect))
    return select_effects(arguments.pack)


def _chosen_options(arguments: Namespace) -> dict[str, object]:
    pack = {} if arguments.effect else PACK_OPTIONS.get(arguments.pack, {})
    given = [(param.name, value) for param in COMMON if (value := getattr(arguments, param.name)) is not None]
    for pair in arguments.param:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InvalidRequest(
                f"-p {pair} is not of the form NAME=VALUE. `gifmill effects` lists the names."
            )
        given.append((name, value))
    chosen = dict(given)
    if len(chosen) < len(given):
        raise InvalidRequest(f"Give each option once: {', '.join(name for name, _ in given)}.")
    return with_defaults(pack, chosen)


def _common(options: Options, effects: Sequence[Effect], param: Param) -> str:
    """Return the value of a common option, which is the same for all effects."""
    return str(options.values(effects[0])[param.name])


def _opened(source: str, options: Options, effects: Sequence[Effect]) -> Photo:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more threads are slower here
    from gifmill.photo import (
        open_photo,  # imports numpy and Pillow: only after the command line is parsed
    )
    from gifmill.settings import SINGLE_USER, Settings, variable

    settings = Settings.from_env(base=SINGLE_USER)
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


def _made(source: str, photo: Photo, effect: Effect, options: Options, path: Path, *, as_json: bool) -> str:
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


def _effects(arguments: Namespace) -> int:
    if arguments.json:
        from json import dumps

        print_line(dumps(describe_effects(), indent=2, ensure_ascii=False))
    else:
        print_line("\n".join(list_effects()))
    return 0


def _serve(arguments: Namespace) -> int:
    from gifmill.server import serve  # imports a web server, which no other command needs

    port, workers = PORT.read(arguments.port), WORKERS.read(arguments.workers)
    serve(arguments.host, int(port), arguments.data, int(workers))
    return 0


def _doctor(arguments: Namespace) -> int:
    from gifmill.cli.doctor import format_finding, run_checks

    healthy = True
    for finding in run_checks(arguments.data):
        healthy &= finding.ok
        if arguments.json:
            from json import dumps

            print_line(dumps(finding.document()))
        else:
            print_line(escape_control_characters(format_finding(finding)))
    return 0 if healthy else _FAILED


def _complaint(error: GifmillError | OSError, source: str | None = None) -> int:
    """Print an error in one line and return its exit code."""
    match error:
        case InputError():
            text, code = error.message, _BAD_INPUT
        case GifmillError():
            text, code = error.message, _FAILED
        case FileNotFoundError() if source is not None and error.filename == source:
            text, code = "No such file. Check the name.", _BAD_INPUT
        case OSError() if source is not None and error.filename == source:
            text, code = f"Cannot read the file: {error.strerror}.", _BAD_INPUT
        case _:
            text, code = f"Cannot write {error.filename or 'the output'}: {error.strerror}.", _FAILED
    where = f"{source}: " if source is not None else ""
    sys.stderr.write(f"gifmill: {escape_control_characters(where + text)}\n")
    return code


_SUBCOMMANDS: dict[str, Callable[[Namespace], int]] = {
    "make": _make,
    "effects": _effects,
    "serve": _serve,
    "doctor": _doctor,
}
