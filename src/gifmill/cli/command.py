"""The command `gifmill` with its subcommands: make, effects, serve, doctor, completion.

Exit codes: 0 for success; 2 for an error caused by the input, with one line on standard error that says what
to do; 130 when interrupted; 1 for any other error.
"""

from __future__ import annotations

import sys
from itertools import takewhile
from typing import TYPE_CHECKING

from gifmill.cli.arguments import PORT, SHELL, WORKERS, parse_command_line
from gifmill.cli.error_report import report_error
from gifmill.cli.exit_codes import FAILED, INTERRUPTED
from gifmill.cli.extras import extra
from gifmill.cli.file_errors import FileError
from gifmill.cli.terminal import discard_stdout, escape_control_characters, print_line, reopen_closed_streams
from gifmill.errors import GifmillError
from gifmill.rendering import describe_effects

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: the arguments without the program's name; by default those of the process.

    Returns:
        The exit code.
    """
    reopen_closed_streams()
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        discard_stdout()  # the exit would wait for a reader that has paused
        return INTERRUPTED
    except BrokenPipeError:  # the reader has closed the pipe, as `head` does
        discard_stdout()
        return FAILED
    except FileError as error:  # standard output failed while an error was reported
        return report_error(error)


def _run(argv: Sequence[str]) -> int:
    try:
        arguments = parse_command_line(argv)
        return _SUBCOMMANDS[arguments.run](arguments)
    except BrokenPipeError:
        raise
    except (GifmillError, FileError, OSError) as error:
        return report_error(error, as_json="--json" in takewhile(lambda each: each != "--", argv))


def _make(arguments: Namespace) -> int:
    from gifmill.cli.make import make_gifs  # imports all about files, which no other command needs

    return make_gifs(arguments)


def _effects(arguments: Namespace) -> int:
    from gifmill.cli.effect_list import describe_effect, list_effects, show_effect

    name = arguments.name
    if arguments.json:
        from json import dumps

        document = describe_effects() if name is None else describe_effect(name)
        print_line(dumps(document, indent=2, ensure_ascii=False))
    else:
        print_line("\n".join(list_effects() if name is None else show_effect(name)))
    return 0


def _serve(arguments: Namespace) -> int:
    with extra("server", "serve"):
        from gifmill.server import serve  # imports a web server, which no other command needs

    port, workers = PORT.read(arguments.port), WORKERS.read(arguments.workers)
    serve(arguments.host, int(port), arguments.data, int(workers))
    return 0


def _doctor(arguments: Namespace) -> int:
    with extra("server", "doctor"):
        from gifmill.cli.doctor import format_finding, run_checks

    healthy = True
    for finding in run_checks(arguments.data):
        healthy &= finding.ok
        if arguments.json:
            from json import dumps

            print_line(dumps(finding.document()))
        else:
            print_line(escape_control_characters(format_finding(finding)))
    return 0 if healthy else FAILED


def _completion(arguments: Namespace) -> int:
    from gifmill.cli.completion import completion_script  # imports shtab, which no other command needs

    print_line(completion_script(str(SHELL.read(arguments.shell))))
    return 0


_SUBCOMMANDS: dict[str, Callable[[Namespace], int]] = {
    "make": _make,
    "effects": _effects,
    "serve": _serve,
    "doctor": _doctor,
    "completion": _completion,
}
