"""The corpus of hostile files, by name."""

from __future__ import annotations

from tests.hostile import (
    decompression_bombs,
    malformed_containers,
    malformed_metadata,
    polyglots,
    truncated,
)
from tests.hostile.file_builders import Hostile, valid

FILES: dict[str, Hostile] = {
    **decompression_bombs.FILES,
    **malformed_containers.FILES,
    **malformed_metadata.FILES,
    **polyglots.FILES,
    **truncated.FILES,
}


_QUICK = polyglots.FILES | truncated.FILES | malformed_containers.FILES | malformed_metadata.FILES


def small_files() -> dict[str, bytes]:
    """Return the seeds of the fuzzer: valid photos, and hostile files that are quick to build."""
    return valid() | {name: file.make() for name, file in _QUICK.items() if "000" not in name}
