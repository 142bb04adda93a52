"""The command line's subcommands, arguments and help texts."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, NoReturn

from gifmill import __version__
from gifmill.cli.file_errors import STDIN
from gifmill.cli.terminal import print_line, write_stderr
from gifmill.effects import Choice, Number
from gifmill.errors import InvalidRequest
from gifmill.rendering import CALM, COMMON, MAX_BYTES

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction
    from collections.abc import Sequence

    from _typeshed import SupportsWrite

    type _Commands = _SubParsersAction[ArgumentParser]

DEFAULT_NAME = "{stem}-{effect}.{format}"
"""The names of the files without --name."""

FIELDS = ("stem", "effect", "format", "index", "preset", "size")
"""The fields of --name."""

DEFAULT_PACK = "classic"
"""The pack of `make` without -e and --pack."""

SHELL = Choice("shell", "shell to complete in", "bash", ("bash", "zsh", "fish"))

_DATA = "gifmill-data"
PORT = Number("--port", "port to listen on; 0 = any free port", 8000, 0, 65_535)
WORKERS = Number(
    "--workers", "number of render processes (default: one per processor)", os.cpu_count() or 1, 1, 256
)
JOBS = Number(
    "--jobs", "number of GIFs to make at a time (default: one per processor)", os.cpu_count() or 1, 1, 256
)

FLAGS = {param.name: f"--{param.name.replace('_', '-')}" for param in COMMON}
"""The flags of the common options, by their names in the library and the API."""

_METAVARS = {
    "background": "auto|none|COLOUR",
    "caption": "TEXT",
    "caption_motion": "MOTION",
    "caption_place": "bottom|top",
    "caption_style": "outline|bar",
    "crop": "none|square",
    "focus": "X,Y|NAME",
    "for": "PLATFORM",
    "format": "gif|webp",
    "fps": "N",
    "frames": "N",
    "loop": "N",
    "max_bytes": "N",
    "preset": "NAME",
    "size": "PX",
}
"""Placeholders for the values of common options in the help; those with `|` list all values."""

_WITH_UNIT = ", or with a unit: 1MB, 128kB, 256KiB"

_EXAMPLES = """\
  gifmill make cat.jpg                         three GIFs, in the current folder
  gifmill make *.jpg -e spin,zoom -o gifs      two effects of many photos
  gifmill make cat.jpg --for slack-emoji       within the limits of a platform
  gifmill effects spin                         the parameters of an effect"""


class _Parser(ArgumentParser):
    """Argument parser whose errors are those of the command: a wrong command line, or a failed output."""

    def error(self, message: str) -> NoReturn:
        raise InvalidRequest(f"{message[:1].upper()}{message[1:]}. Try `{self.prog} --help`.")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Print the help or the version; argparse would ignore a failure."""
        if file is sys.stdout:
            print_line(message.rstrip("\n"))
        else:
            write_stderr(message)


def parse_command_line(argv: Sequence[str]) -> Namespace:
    """Parse the arguments; `run` is the name of the subcommand.

    Args:
        argv: the arguments without the program's name.

    Raises:
        InvalidRequest: the command line is wrong.
        SystemExit: help or the version was printed.
    """
    parser = command_parser()
    if not argv:
        # A script whose variable is empty must notice: the exit code is that of a wrong command line.
        parser.print_help(sys.stderr)
        raise SystemExit(2)
    try:
        arguments, unknown = parser.parse_known_args(argv)
    except InvalidRequest as error:
        from gifmill.cli.command_line_errors import explain  # only errors need it

        raise explain(parser, argv, error) from error
    if unknown and not (arguments.run == "make" and _add_photos(arguments, unknown)):
        from gifmill.cli.command_line_errors import unknown_arguments

        raise unknown_arguments(parser, argv, unknown)
    return arguments


def _add_photos(arguments: Namespace, unknown: Sequence[str]) -> bool:
    """Add photos that follow options, as in `make a.jpg -o gifs b.jpg`; return whether they are all photos.

    argparse reads only the first group of photos.
    """
    at = unknown.index("--") if "--" in unknown else len(unknown)
    if any(each.startswith("-") and each != STDIN for each in unknown[:at]):
        return False
    arguments.photos += [*unknown[:at], *unknown[at + 1 :]]
    return True


def command_parser() -> ArgumentParser:
    """Return the parser of all subcommands; it sets `run` to the name of the chosen one."""
    parser = _parser("gifmill", "One photo in, animated GIFs out.", _EXAMPLES)
    parser.add_argument("--version", action="version", version=f"gifmill {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_make(commands)
    _add_effects(commands)
    _add_serve(commands)
    _add_doctor(commands)
    _add_completion(commands)
    return parser


def _parser(prog: str, description: str, epilog: str = "") -> ArgumentParser:
    examples = f"Examples:\n{epilog}" if epilog else None
    return _Parser(
        prog,
        description=description,
        epilog=examples,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _add(commands: _Commands, name: str, summary: str) -> ArgumentParser:
    parser = commands.add_parser(name, help=summary, allow_abbrev=False)
    parser.set_defaults(run=name)
    return parser


def _add_make(commands: _Commands) -> None:
    make = _add(commands, "make", "make GIFs of photos")
    make.add_argument("photos", nargs="+", metavar="PHOTO", help="photo file, or - for standard input")
    which = make.add_mutually_exclusive_group()
    which.add_argument(
        "-e",
        "--effect",
        action="append",
        metavar="EFFECT",
        help="effect or pack; several with commas; can be repeated",
    )
    which.add_argument("--pack", metavar="PACK", help=f"set of effects (default: {DEFAULT_PACK})")
    targets = "output folder; or one file, if it ends in .gif or .webp; or - for standard output"
    make.add_argument(
        "-o", "--output", default=".", metavar="PATH", help=f"{targets} (default: the current folder)"
    )
    names = f"names of the files (default: {DEFAULT_NAME}); fields: {', '.join(FIELDS)}"
    make.add_argument("--name", dest="name_template", metavar="TEMPLATE", help=names)
    make.add_argument("--no-clobber", action="store_true", help="keep existing files, and skip their GIFs")
    for param in (param for param in COMMON if param is not CALM):
        metavar = _METAVARS[param.name]
        valid = "" if "|" in metavar else f"; {param.valid}{_WITH_UNIT if param is MAX_BYTES else ''}"
        default = "none" if param.default == "" else param.default
        help_text = f"{param.summary}{valid} (default: {default})"
        make.add_argument(FLAGS[param.name], metavar=metavar, help=help_text.replace("%", "%%"))
    make.add_argument("--calm", action="store_const", const="yes", help=CALM.summary)
    flashing = "do not slow or soften GIFs that flash dangerously; flashes can cause seizures"
    make.add_argument("--allow-flashing", action="store_true", help=flashing)
    own = "parameter of an effect; `gifmill effects` lists them; can be repeated"
    make.add_argument("-p", "--param", action="append", default=[], metavar="NAME=VALUE", help=own)
    make.add_argument("--jobs", default=JOBS.default, metavar="N", help=JOBS.summary)
    output = make.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print one JSON object per GIF or error")
    output.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")


def _add_effects(commands: _Commands) -> None:
    effects = _add(commands, "effects", "list the effects, or show one with its parameters")
    effects.add_argument("name", nargs="?", metavar="NAME", help="effect or pack (default: all)")
    effects.add_argument("--json", action="store_true", help="print JSON")


def _add_serve(commands: _Commands) -> None:
    serve = _add(commands, "serve", "run the server with the page and the API")
    host = "address to listen on; 0.0.0.0 for all of this machine (default: 127.0.0.1)"
    serve.add_argument("--host", default="127.0.0.1", help=host)
    serve.add_argument("--port", default=PORT.default, help=f"{PORT.summary} (default: {PORT.default})")
    _add_data(serve)
    serve.add_argument("--workers", default=WORKERS.default, metavar="N", help=WORKERS.summary)


def _add_doctor(commands: _Commands) -> None:
    doctor = _add(commands, "doctor", "check whether a server can run on this machine")
    _add_data(doctor)
    doctor.add_argument("--json", action="store_true", help="print one JSON object per finding")


def _add_data(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--data", default=_DATA, metavar="DIR", help=f"folder or object store URL (default: {_DATA})"
    )


def _add_completion(commands: _Commands) -> None:
    completion = _add(commands, "completion", "print a script that completes arguments in a shell")
    completion.add_argument("shell", metavar="SHELL", help=f"{SHELL.summary}; {SHELL.valid}")
