"""The files of the page that its service worker caches: `make reference` writes their list into `sw.js`."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parents[1] / "src/gifmill/page"
WORKER = PAGE / "sw.js"

_CACHED = {".css", ".jpg", ".js", ".json", ".png", ".svg", ".webmanifest", ".webp"}

_FIRST, _LAST = "const FILES = [ // written by `make reference`\n", "];\n"


def page_files() -> list[str]:
    """Return the paths of the cached files, as the page requests them."""
    files = sorted(path for path in PAGE.rglob("*") if path.suffix in _CACHED and path != WORKER)
    return ["/", *(f"/{path.relative_to(PAGE).as_posix()}" for path in files)]


def with_files(worker: str) -> str:
    """Return the text of the service worker with the current list.

    Raises:
        ValueError: the list's first or last line is missing.
    """
    before, opened, rest = worker.partition(_FIRST)
    _, closed, after = rest.partition(_LAST)
    if not (opened and closed):
        raise ValueError(f"{WORKER.name} has no list that begins with {_FIRST!r}.")
    return before + _FIRST + "".join(f'  "{path}",\n' for path in page_files()) + _LAST + after


def write_files() -> None:
    """Write the list into the service worker."""
    WORKER.write_text(with_files(WORKER.read_text()))
