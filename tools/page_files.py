"""Lists of the page's files, which `make reference` writes.

`sw.js` has a list of the files that the service worker caches, and `index.html` one of the modules that
browsers fetch at once, before they have read which module imports which.
"""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "src/gifmill/page"
WORKER = PAGE / "sw.js"
INDEX = PAGE / "index.html"

_CACHED = {".avif", ".css", ".js", ".json", ".png", ".svg", ".webmanifest", ".webp"}
"""Sample photos are JPEGs: without a network, they could not be uploaded."""

_FIRST, _LAST = "const FILES = [ // written by `make reference`\n", "];\n"

_FIRST_LINK, _LAST_LINK = "  <!-- Modules, written by `make reference`. -->\n", "</head>\n"

START_MODULE, LATER_MODULE = "main.js", "gifs-view.js"
"""The page's entry point, and the module that it imports with the first photo."""

_STATIC_IMPORT = re.compile(r'^(?:import|export)\b(?:[^;"]*?\bfrom)? "\./(.+?)";', re.MULTILINE)


def page_files() -> list[str]:
    """Return the paths of the cached files, as the page requests them."""
    files = sorted(path for path in PAGE.rglob("*") if path.suffix in _CACHED and path != WORKER)
    return ["/", *(f"/{path.relative_to(PAGE).as_posix()}" for path in files)]


def static_modules(name: str, known: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return a module and all that it imports statically, without known ones."""
    found = known | {name}
    for imported in _STATIC_IMPORT.findall((PAGE / name).read_text()):
        if imported not in found:
            found |= static_modules(imported, found)
    return found


def module_links() -> str:
    """Return the links to the modules of the start, and to those that `main.js` loads later."""
    start = static_modules(START_MODULE)
    later = static_modules(LATER_MODULE) - start
    links = [("modulepreload", name) for name in sorted(start - {START_MODULE})]
    links += [("later", name) for name in sorted(later)]
    return "".join(f'  <link rel="{rel}" href="{name}">\n' for rel, name in links)


def _replaced(text: str, first: str, last: str, content: str) -> str:
    before, opened, rest = text.partition(first)
    _, closed, after = rest.partition(last)
    if not (opened and closed):
        raise ValueError(f"There is no list that begins with {first!r}.")
    return before + first + content + last + after


def with_files(worker: str) -> str:
    """Return the text of the service worker with the current list.

    Raises:
        ValueError: the list's first or last line is missing.
    """
    return _replaced(worker, _FIRST, _LAST, "".join(f'  "{path}",\n' for path in page_files()))


def with_links(index: str) -> str:
    """Return the text of the page with the current links.

    Raises:
        ValueError: the list's first or last line is missing.
    """
    return _replaced(index, _FIRST_LINK, _LAST_LINK, module_links())


def write_files() -> None:
    """Write the lists into the service worker and the page."""
    WORKER.write_text(with_files(WORKER.read_text()))
    INDEX.write_text(with_links(INDEX.read_text()))
