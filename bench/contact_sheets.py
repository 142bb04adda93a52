"""Contact sheets of the effects, to be looked at: `make contact-sheets`.

Draws every effect on a portrait, a landscape, a transparent logo, a panorama and at the size of an emoji.
Each sheet shows one effect: for each picture its first frame, those after a quarter, half and three quarters
of the loop, and its last one, from the finished GIF.

`python -m bench.contact_sheets spin flip --option duration=1` draws two effects with options.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from bench.benchmark_photos import EVALUATION_PHOTOS, PHOTOS
from gifmill import open_photo
from gifmill.effects import EFFECTS, find_effect
from gifmill.rendering import Options, render_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.effects import Effect
    from gifmill.rendering import Gif

OUT = Path(".cache/contact_sheets")
SIZE_PX = 480
EMOJI_PX = 128

MOMENTS = (0, 0.25, 0.5, 0.75, 1)
"""The moments that are shown, as fractions of the loop; 1 is the last frame."""

_SHEET_PX = 1_600
_MAX_CELL = (788, 206)
_MARGIN_PX = 8
_TITLE_PX = 22
_CHECKS = ((232, 232, 232), (200, 200, 200))
_CHECK_PX = 8


class Picture(NamedTuple):
    """A picture that each effect is drawn on, and the longest side of its GIFs in pixels."""

    image: Image.Image
    size_px: int


def pictures() -> dict[str, Picture]:
    """Return the pictures by name."""
    return {
        "portrait": Picture(_opened(EVALUATION_PHOTOS["hopper"]), SIZE_PX),
        "landscape": Picture(_opened(EVALUATION_PHOTOS["raccoon"]), SIZE_PX),
        "logo": Picture(logo(), SIZE_PX),
        "panorama": Picture(panorama(), 2 * SIZE_PX),
        "emoji": Picture(_opened(PHOTOS["chelsea"]), EMOJI_PX),
    }


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def panorama() -> Image.Image:
    """Return the skyline of a photo, ten times as wide as high."""
    palace = _opened(EVALUATION_PHOTOS["palace"])
    top = palace.height * 2 // 5
    strip = palace.crop((0, top, palace.width, top + palace.width // 10))
    return strip.resize((2 * SIZE_PX, 2 * SIZE_PX // 10), Image.Resampling.LANCZOS)


def logo(side_px: int = 600) -> Image.Image:
    """Draw a logo with a transparent ground: a ring, a letter in its hole, and a soft shadow below both."""
    shape = Image.new("L", (side_px, side_px))
    unit = side_px / 100
    ring = ((10, 6, 90, 86), 255), ((26, 22, 74, 70), 0)
    for box, level in ring:
        ImageDraw.Draw(shape).ellipse([unit * edge for edge in box], fill=level)
    letter = Image.new("L", shape.size)
    for box in ((37, 28, 45, 64), (37, 28, 63, 36), (37, 42, 58, 50)):
        ImageDraw.Draw(letter).rectangle([unit * edge for edge in box], fill=255)
    shadow = Image.fromarray(np.maximum(np.asarray(shape), np.asarray(letter)))
    shadow = shadow.transform(shape.size, Image.Transform.AFFINE, (1, 0, 0, 0, 1, -7 * unit))
    picture = Image.new("RGBA", shape.size)
    ink = Image.new("RGBA", shape.size, (20, 24, 40, 255))
    picture.paste(ink, mask=shadow.filter(ImageFilter.GaussianBlur(3 * unit)).point(lambda level: level // 2))
    colours = np.zeros((side_px, side_px, 4), np.uint8)
    colours[..., 0], colours[..., 1] = 236, np.linspace(60, 180, side_px)[:, None]
    colours[..., 2], colours[..., 3] = np.linspace(120, 40, side_px), np.asarray(shape)
    picture.alpha_composite(Image.fromarray(colours))
    blue = Image.new("RGBA", shape.size, (34, 74, 190, 255))
    blue.putalpha(letter)
    picture.alpha_composite(blue)
    return picture


def moments(gif: Gif) -> Iterator[Image.Image]:
    """Yield the frames of a GIF at `MOMENTS`."""
    frames = gif.images()
    ends = np.cumsum([frame.info["duration"] for frame in frames])
    for moment in MOMENTS:
        at = np.searchsorted(ends, moment * ends[-1], side="right")
        yield frames[min(int(at), len(frames) - 1)]


def checked(image: Image.Image) -> Image.Image:
    """Lay an image on a checkerboard, where it is transparent."""
    rows, columns = np.indices((image.height, image.width)) // _CHECK_PX
    board = np.asarray(_CHECKS, np.uint8)[(rows + columns) % 2]
    return Image.alpha_composite(Image.fromarray(board).convert("RGBA"), image.convert("RGBA")).convert("RGB")


def contact_sheet(rows: dict[str, list[Image.Image]]) -> Image.Image:
    """Lay the frames of each row side by side below its title; rows that are too long are continued."""
    cells: list[tuple[Image.Image, int, int]] = []
    titles: list[tuple[str, int]] = []
    y = _MARGIN_PX
    for title, frames in rows.items():
        titles.append((title, y))
        x, y, height = _MARGIN_PX, y + _TITLE_PX, 0
        for frame in frames:
            cell = checked(frame)
            cell.thumbnail(_MAX_CELL)
            if x + cell.width > _SHEET_PX:
                x, y, height = _MARGIN_PX, y + height + _MARGIN_PX, 0
            cells.append((cell, x, y))
            x, height = x + cell.width + _MARGIN_PX, max(height, cell.height)
        y += height + _MARGIN_PX
    sheet = Image.new("RGB", (_SHEET_PX, y), (96, 96, 96))
    for cell, x, top in cells:
        sheet.paste(cell, (x, top))
    for title, top in titles:
        ImageDraw.Draw(sheet).text((_MARGIN_PX, top), title, "white", font_size=16)
    return sheet


def draw_effect(effect: Effect, given: dict[str, str]) -> Image.Image:
    """Draw the contact sheet of one effect.

    Args:
        effect: the effect.
        given: options as text; an effect ignores those that it does not have.
    """
    rows = {}
    for name, picture in pictures().items():
        known = {"size": str(picture.size_px), **given}
        gif = render_options(open_photo(picture.image), effect, Options.read(known, EFFECTS).of(effect))
        kilobytes = f"{len(gif.data) / 1000:.0f} kB"
        calmed = ", calmed" if gif.calmed else ""
        title = f"{effect.name}, {name}: {gif.frames} frames, {gif.duration_ms} ms, {kilobytes}{calmed}"
        rows[title] = list(moments(gif))
    return contact_sheet(rows)


def main() -> None:
    """Draw the sheets of the named effects, or of all."""
    parser = argparse.ArgumentParser(prog="python -m bench.contact_sheets", description=__doc__)
    parser.add_argument("effects", nargs="*", metavar="EFFECT", help="default: all effects")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="of every GIF")
    parser.add_argument("--to", type=Path, default=OUT, metavar="FOLDER", help=f"default: {OUT}")
    chosen = parser.parse_args()
    given = dict(option.split("=", 1) for option in chosen.option)
    chosen.to.mkdir(parents=True, exist_ok=True)
    for name in chosen.effects or EFFECTS.names:
        path = chosen.to / f"{name}.png"
        draw_effect(find_effect(name), given).save(path)
        print(path)


if __name__ == "__main__":
    main()
