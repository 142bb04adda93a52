"""The effect gallery of the docs and the README, GIFs and text: `make gallery`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.effects import EFFECTS, PACKS, format_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.effects import Effect
    from gifmill.photo import Photo

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs/images"
CAPTION = IMAGES / "caption.gif"
PAGES = {
    ROOT / "docs/reference/effects.md": "../images",
    ROOT / "docs/index.md": "images",
    ROOT / "README.md": "docs/images",
}
"""The pages with a gallery, each with its relative path to the image folder."""

MAX_BYTES = 230_000
SIZES_PX = (240, 200, 176, 160, 144, 128)
"""Sizes in the order in which they are tried until the GIF has at most MAX_BYTES with all its frames."""

PHOTOS = {
    "chelsea": (
        "blur",
        "recursive",
        "cyclic",
        "party",
        "wiggle",
        "kaleidoscope",
        "reveal",
        "pat",
        "ripple",
        "jello",
        "slide",
        "dissolve",
    ),
    "astronaut": (
        "shake",
        "glitch",
        "spin",
        "bounce",
        "zoom",
        "swirl",
        "droste",
        "intensifies",
        "heartbeat",
        "flip",
        "neon",
        "confetti",
        "sunglasses",
    ),
}
SAMPLES = ROOT / "src/gifmill/page/samples"

_COLUMNS = 5
_MARKERS = ("<!-- gallery: written by `make reference` -->\n", "<!-- /gallery -->")


def gif_path(effect: Effect) -> Path:
    """Return the path of an effect's GIF."""
    return IMAGES / f"{effect.name}.gif"


def gallery_section(page: Path) -> str:
    """Generate the gallery section of a page."""
    layout = {"README.md": _table, "index.md": _grid}.get(page.name, _chapters)
    return "".join(f"{line}\n" for line in layout(PAGES[page]))


def current_section(page: Path) -> str:
    """Read the present gallery section of a page."""
    first, last = _MARKERS
    return page.read_text().partition(first)[2].partition(last)[0]


def _table(images: str) -> Iterator[str]:
    """Yield the lines of a Markdown table with `_COLUMNS` effects in a row."""
    yield f"|{' |' * _COLUMNS}"
    yield f"|{'---|' * _COLUMNS}"
    for start in range(0, len(EFFECTS), _COLUMNS):
        row = EFFECTS[start : start + _COLUMNS]
        cells = (f"![{effect.summary}]({images}/{effect.name}.gif)<br>`{effect.name}`" for effect in row)
        yield f"| {' | '.join(cells)} |"


def _grid(images: str) -> Iterator[str]:
    """Yield the lines of a responsive grid, each effect with a link to its chapter."""
    yield '<div class="gallery" markdown>\n'
    for effect in EFFECTS:
        image = f"![{effect.summary}]({images}/{effect.name}.gif){{ loading=lazy }}"
        yield f"[{image} `{effect.name}`](reference/effects.md#{effect.name})\n"
    yield "</div>"


def _chapters(images: str) -> Iterator[str]:
    """Yield the lines of one chapter per effect."""
    for effect in EFFECTS:
        packs = ", ".join(f"`{name}`" for name, names in PACKS.items() if effect.name in names)
        yield f"## {effect.name}\n\n![{effect.summary}]({images}/{effect.name}.gif)\n"
        yield f"{effect.summary}. In {packs}.\n"
        yield "| parameter | default | calm | values | meaning |\n|---|---|---|---|---|"
        for param in effect.params:
            calm = format_value(effect.calm[param.name]) if param.name in effect.calm else ""
            default = format_value(param.default)
            yield f"| `{param.name}` | {default} | {calm} | {param.valid} | {param.summary} |"
        yield ""


def _make(effect: Effect, photo: Photo) -> None:
    from gifmill import render

    *larger, smallest = SIZES_PX
    made = (render(photo, effect.name, size=px, preset="small", max_bytes=MAX_BYTES) for px in larger)
    whole = (gif for gif in made if not any("frames" in reduction for reduction in gif.given_up))
    gif = next(whole, None) or render(photo, effect.name, size=smallest, preset="small", max_bytes=MAX_BYTES)
    gif.save(gif_path(effect))
    print(f"{effect.name:<12} {gif.width} px {len(gif.data) / 1000:.0f} kB {', '.join(gif.given_up)}")


def _make_caption() -> None:
    """Make the picture of a caption, for the page of options."""
    from gifmill import open_photo, render

    gif = render(
        open_photo(SAMPLES / "chelsea.jpg"),
        "zoom",
        caption="one more minute",
        caption_motion="typewriter",
        frames=20,
        size=200,
        preset="small",
    )
    gif.save(CAPTION)


def write_pages() -> None:
    """Write the gallery section of every page, from the effect registry."""
    first, last = _MARKERS
    for page in PAGES:
        before, _, rest = page.read_text().partition(first)
        page.write_text(f"{before}{first}{gallery_section(page)}{last}{rest.partition(last)[2]}")


def main() -> None:
    """Make the GIFs and write the gallery sections."""
    from gifmill import open_photo

    for name, effects in PHOTOS.items():
        photo = open_photo(SAMPLES / f"{name}.jpg")
        for effect in EFFECTS:
            if effect.name in effects:
                _make(effect, photo)
    _make_caption()
    write_pages()


if __name__ == "__main__":
    main()
