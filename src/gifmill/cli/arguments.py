"""The command line's subcommands, arguments and help texts."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import TYPE_CHECKING, NoReturn

from gifmill import __version__
from gifmill.effects import PACKS, Number
from gifmill.errors import InvalidRequest
from gifmill.rendering import CALM, COMMON

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

_DATA = "gifmill-data"
PORT = Number("port", "port to listen on; 0 = any free port", 8000, 0, 65_535)
WORKERS = Number(
    "workers", "number of render processes (default: one per processor)", os.cpu_count() or 1, 1, 256
)
JOBS = Number(
    "jobs", "number of GIFs to make at a time (default: one per processor)", os.cpu_count() or 1, 1, 256
)
_METAVARS = {
    "crop": "none|square",
    "for": "PLATFORM",
    "format": "gif|webp",
    "max_bytes": "N",
    "preset": "NAME",
    "size": "PX",
}
"""Placeholders for the values of common options in the help; those with `|` list all values."""


class _Parser(ArgumentParser):
    """Argument parser that reports a wrong command line like any other input error: in one line."""

    def error(self, message: str) -> NoReturn:
        raise InvalidRequest(f"{message}. Try `{self.prog} --help`.")


def parse_command_line(argv: Sequence[str] | None) -> Namespace:
    """Parse the arguments; `run` is the name of the subcommand.

    Args:
        argv: the arguments without the program's name; None for those of the process.

    Raises:
        InvalidRequest: the command line is wrong.
    """
    arguments, unknown = _command_parser().parse_known_args(argv)
    if unknown:
        # argparse would suggest the help of `gifmill` itself, which does not list the flags of a subcommand.
        problem = f"Unknown arguments: {' '.join(unknown)}"
        raise InvalidRequest(f"{problem}. Try `gifmill {arguments.run} --help`.")
    return arguments


def _command_parser() -> ArgumentParser:
    """Return the parser of all subcommands; it sets `run` to the name of the chosen one."""
    parser = _Parser(prog="gifmill", description="One photo in, animated GIFs out.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"gifmill {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    make = commands.add_parser("make", help="make GIFs of photos", allow_abbrev=False)
    make.set_defaults(run="make")
    make.add_argument("photos", nargs="+", metavar="PHOTO", help="photo file, or - for standard input")
    which = make.add_mutually_exclusive_group()
    which.add_argument("-e", "--effect", action="append", metavar="EFFECT", help="effect; can be repeated")
    which.add_argument(
        "--pack", choices=tuple(PACKS), default="classic", help="set of effects (default: classic)"
    )
    make.add_argument(
        "-o", "--output", default=".", metavar="DIR", help="output folder (default: the current one)"
    )
    for param in (param for param in COMMON if param is not CALM):
        metavar, flag = _METAVARS[param.name], param.name.replace("_", "-")
        valid = "" if "|" in metavar else f"; {param.valid}"
        help_text = f"{param.summary}{valid} (default: {param.default})"
        make.add_argument(f"--{flag}", metavar=metavar, help=help_text.replace("%", "%%"))
    make.add_argument("--calm", action="store_const", const="yes", help=CALM.summary)
    own = "parameter of an effect; `gifmill effects` lists them; can be repeated"
    make.add_argument("-p", "--param", action="append", default=[], metavar="NAME=VALUE", help=own)
    make.add_argument("--jobs", default=JOBS.default, metavar="N", help=JOBS.summary)
    make.add_argument("--json", action="store_true", help="print one JSON object per GIF")

    effects = commands.add_parser("effects", help="list the effects and their parameters", allow_abbrev=False)
    effects.set_defaults(run="effects")
    effects.add_argument("--json", action="store_true", help="print the list as JSON")

    serve = commands.add_parser("serve", help="run the server with the page and the API", allow_abbrev=False)
    serve.set_defaults(run="serve")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", default=PORT.default, help=f"{PORT.summary} (default: {PORT.default})")
    serve.add_argument(
        "--data", default=_DATA, metavar="DIR", help=f"folder or object store URL (default: {_DATA})"
    )
    serve.add_argument("--workers", default=WORKERS.default, metavar="N", help=WORKERS.summary)

    doctor = commands.add_parser(
        "doctor", help="check whether a server can run on this machine", allow_abbrev=False
    )
    doctor.set_defaults(run="doctor")
    doctor.add_argument(
        "--data", default=_DATA, metavar="DIR", help=f"folder or object store URL (default: {_DATA})"
    )
    doctor.add_argument("--json", action="store_true", help="print one JSON object per finding")
    return parser
