"""Paths of the files that `gifmill make` writes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.cli.file_errors import STDIN
from gifmill.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gifmill.cli.name_template import NameTemplate
    from gifmill.effects import Effect

_STDIN_STEM = "photo"


def check_sources(sources: Iterable[str]) -> None:
    """Check the names of photos.

    Raises:
        InvalidRequest: one is empty, or a photo is listed twice, however it is written.
    """
    seen: dict[Path | str, str] = {}
    for source in sources:
        if not source:
            raise InvalidRequest("The name of a photo is empty. Give a path, or - for standard input.")
        # Links are photos of their own: only those on the way to them are followed.
        photo = source if source == STDIN else Path(source).parent.resolve() / Path(source).name
        if photo in seen:
            other = "" if seen[photo] == source else f", also as {seen[photo]}"
            raise InvalidRequest(f"{source} is listed twice{other}. List it once.")
        seen[photo] = source


def plan_output_paths(
    sources: Sequence[str],
    folder: Path,
    template: NameTemplate,
    effects: Sequence[Effect],
    values: Mapping[str, str],
) -> dict[str, list[Path]]:
    """Return the output paths of each photo, in the order of the effects.

    They depend on the command line alone, so that a repeated command has the same.

    Args:
        sources: the photos, each one once.
        folder: the folder of the files.
        template: of their names.
        effects: the effects of each photo.
        values: the values of those fields that all files have in common.

    Raises:
        InvalidRequest: an output file would overwrite another one, or a photo of the same command.
    """
    photos = {Path(source).resolve() for source in sources if source != STDIN}
    stems = _stems(sources) if "index" in template.fields else _distinct_stems(sources)
    real_folder = folder.resolve()
    plan: dict[str, list[Path]] = {}
    taken: dict[Path, str] = {}
    for index, (source, stem) in enumerate(zip(sources, stems, strict=True), start=1):
        plan[source] = []
        for effect in effects:
            name = template.fill({**values, "stem": stem, "effect": effect.name, "index": str(index)})
            path, written = folder / name, _followed(real_folder / name)
            if written in taken:
                raise _same_file(path, taken[written], source)
            if written in photos:
                overwrites = f"the output of {source} would overwrite it"
                raise InvalidRequest(f"{path} is one of the photos: {overwrites}. Use -o or --name.")
            taken[written] = source
            plan[source].append(path)
    return plan


def _stems(sources: Iterable[str]) -> list[str]:
    return [_STDIN_STEM if source == STDIN else Path(source).stem for source in sources]


def _distinct_stems(sources: Iterable[str]) -> list[str]:
    """Return the photos' stems, numbered where several are the same: cat, cat-2, cat-3.

    A number is left out if another photo has this stem.
    """
    stems = _stems(sources)
    used, numbers = set(stems), dict.fromkeys(stems, 0)
    distinct = []
    for stem in stems:
        numbers[stem] += 1
        unique = stem
        if numbers[stem] > 1:
            while (unique := f"{stem}-{numbers[stem]}") in used:
                numbers[stem] += 1
            used.add(unique)
        distinct.append(unique)
    return distinct


def _followed(path: Path) -> Path:
    """Return the file that a path leads to; its folder is already resolved."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else path  # noqa: PTH114 -- takes any name


def _same_file(path: Path, first: str, second: str) -> InvalidRequest:
    if first == second:
        return InvalidRequest(
            f"Several effects of {first} would be saved as {path}. Add {{effect}} to --name."
        )
    both = f"{first} and {second} would both be saved as {path}."
    return InvalidRequest(f"{both} Add {{index}} to --name, or run the command for each, with another -o.")
