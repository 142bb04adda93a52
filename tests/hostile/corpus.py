"""All files of the corpus, by name."""

from __future__ import annotations

from tests.hostile import bombs, containers, metadata, polyglots, truncated
from tests.hostile.files import Hostile, valid

FILES: dict[str, Hostile] = {
    **bombs.FILES,
    **containers.FILES,
    **metadata.FILES,
    **polyglots.FILES,
    **truncated.FILES,
}


_QUICK = polyglots.FILES | truncated.FILES | containers.FILES | metadata.FILES


def small_files() -> dict[str, bytes]:
    """The bytes of valid photos and of those that are quickly made: what fuzzing begins with."""
    return valid() | {name: file.make() for name, file in _QUICK.items() if "000" not in name}
