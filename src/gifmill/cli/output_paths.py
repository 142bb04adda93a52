"""Which GIFs a command is to write, and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.effects import Effect

STDIN = "-"
"""What standard input is called."""

_STDIN_STEM = "photo"


def plan_output_paths(
    sources: Sequence[str], folder: Path, effects: Sequence[Effect], suffix: str
) -> dict[str, list[Path]]:
    """For each photo the GIFs to write, in the order of the effects.

    Raises:
        InvalidRequest: a GIF would take the place of another one, or of a photo of the same command.
    """
    if "" in sources:
        raise InvalidRequest("An empty name is no photo.")
    photos = {Path(source).resolve() for source in sources if source != STDIN}
    jobs: dict[str, list[Path]] = {}
    taken: dict[Path, str] = {}
    for source in sources:
        stem = _STDIN_STEM if source == STDIN else Path(source).stem
        jobs[source] = [folder / f"{stem}-{effect.name}.{suffix}" for effect in effects]
        for path in jobs[source]:
            if path in taken:
                both = f"{taken[path]} and {source} would both become {path}."
                raise InvalidRequest(f"{both} Make them one by one, each into its own folder with -o.")
            if path.resolve() in photos:
                raise InvalidRequest(f"{path} is one of the photos: {source} would overwrite it. Use -o.")
            taken[path] = source
    return jobs
