"""Paths of the files that `gifmill make` writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.cli.file_errors import STDIN
from gifmill.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.effects import Effect

_STDIN_STEM = "photo"


def plan_output_paths(
    sources: Sequence[str], folder: Path, effects: Sequence[Effect], suffix: str
) -> dict[str, list[Path]]:
    """Return the output paths of each photo, in the order of the effects.

    Raises:
        InvalidRequest: a photo is listed twice, or an output file would overwrite another one, or a photo of
            the same command.
    """
    if "" in sources:
        raise InvalidRequest("The name of a photo is empty. Give a path, or - for standard input.")
    photos = {Path(source).resolve() for source in sources if source != STDIN}
    jobs: dict[str, list[Path]] = {}
    taken: dict[Path, str] = {}
    for source in sources:
        if source in jobs:
            raise InvalidRequest(f"{source} is listed twice. List it once.")
        stem = _STDIN_STEM if source == STDIN else Path(source).stem
        jobs[source] = [folder / f"{stem}-{effect.name}.{suffix}" for effect in effects]
        for path in jobs[source]:
            if path in taken:
                both = f"{taken[path]} and {source} would both be saved as {path}."
                raise InvalidRequest(f"{both} Run the command for each of them, with another folder (-o).")
            if path.resolve() in photos:
                raise InvalidRequest(
                    f"{path} is one of the photos: the output of {source} would overwrite it. Use -o."
                )
            taken[path] = source
    return jobs
