"""What is derived from code or files: `make reference` writes it.

Each table of the documentation is on its page between two markers; everything else there is written by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from bench.gallery import write_pages
from gifmill.effects import PACK_OPTIONS, PACKS, format_value
from gifmill.rendering import COMMON, PLATFORMS
from gifmill.settings import Settings, variable
from tools.option_types import write_types
from tools.page_files import write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gifmill.rendering import Platform

_DOCS = Path(__file__).parents[1] / "docs"


@dataclass(frozen=True, slots=True)
class Part:
    """A table that is derived from code.

    Attributes:
        name: the table's name in the markers.
        page: the page that contains it.
        lines: function that yields its lines.
    """

    name: str
    page: Path
    lines: Callable[[], Iterator[str]]

    def written(self, page: str) -> str:
        """Return the page's text with the current table.

        Raises:
            ValueError: a marker is missing.
        """
        first, last = f"<!-- {self.name}: written by `make reference` -->\n", f"<!-- /{self.name} -->"
        before, opened, rest = page.partition(first)
        _, closed, after = rest.partition(last)
        if not (opened and closed):
            raise ValueError(
                f"{self.page.name} has no markers for {self.name}. Add them where the table belongs."
            )
        body = "".join(f"{line}\n" for line in self.lines())
        return f"{before}{first}\n{body}\n{last}{after}"


def settings() -> Iterator[str]:
    """Yield a table with a row for each environment variable."""
    yield "| variable | default | meaning |"
    yield "|---|---|---|"
    for each in fields(Settings):
        yield f"| `{variable(each.name)}` | {each.default} | {each.metadata['summary']} |"


def options() -> Iterator[str]:
    """Yield a table with a row for each option of all effects."""
    yield "| option | default | values | meaning |"
    yield "|---|---|---|---|"
    for param in COMMON:
        default = f"`{text}`" if (text := format_value(param.default)) else "none"
        yield f"| `{param.name}` | {default} | {param.valid} | {param.summary} |"


def packs() -> Iterator[str]:
    """Yield a table with a row for each pack of effects."""
    yield "| pack | effects | also chooses |"
    yield "|---|---|---|"
    for name, effects in PACKS.items():
        names = f"all {len(effects)}" if name == "all" else ", ".join(f"`{effect}`" for effect in effects)
        options = ",".join(
            f"{key}={format_value(value)}" for key, value in PACK_OPTIONS.get(name, {}).items()
        )
        yield f"| `{name}` | {names} |{f' `{options}` ' if options else ' '}|"


def platforms() -> Iterator[str]:
    """Yield a table with a row for each platform and its limits."""
    yield "| name | for | bytes | size | shape | frames | format |"
    yield "|---|---|---|---|---|---|---|"
    yield from map(_platform, PLATFORMS.values())


def sources() -> Iterator[str]:
    """Yield a list with the source of each platform's limits."""
    for platform in PLATFORMS.values():
        yield f"- `{platform.name}`: {platform.source} ({platform.checked})"


def _platform(platform: Platform) -> str:
    if platform.min_px == platform.max_px:
        pixels = f"{platform.min_px} px exactly"
    else:
        least = f"{platform.min_px} px or more" if platform.min_px > 1 else ""
        most = f"{platform.max_px} px" if platform.max_px else ""
        pixels = least or most
    frames = str(platform.max_frames or "")
    if platform.max_pixels:
        frames += f", {platform.max_pixels:,} px in all"
    if platform.max_duration_cs:
        frames += f"{platform.max_duration_cs / 100:g} s in all"
    shape = "square" if platform.square else ""
    names = f"`{platform.name}`", platform.title
    limits = f"{platform.max_bytes:,}", pixels, shape, frames, platform.format
    return f"| {' | '.join((*names, *limits))} |"


PARTS = (
    Part("settings", _DOCS / "reference/settings.md", settings),
    Part("packs", _DOCS / "reference/effects.md", packs),
    Part("options", _DOCS / "reference/options.md", options),
    Part("platforms", _DOCS / "reference/options.md", platforms),
    Part("sources", _DOCS / "reference/options.md", sources),
)


def main() -> None:
    """Write the types of the library, lists of the page's files, every table, and the effect galleries."""
    write_types()
    write_files()
    for part in PARTS:
        part.page.write_text(part.written(part.page.read_text()))
    write_pages()


if __name__ == "__main__":
    main()
