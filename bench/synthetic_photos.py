"""Synthetic evaluation photos: a sky, a night, a page and a poster, identical in every run.

`python -m bench.synthetic_photos` writes them to bench/photos/judges/.
"""

from __future__ import annotations

from math import pi, sin
from random import Random
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from bench.benchmark_photos import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

type Colour = tuple[int, int, int]

SIZE = WIDTH, HEIGHT = 640, 426

TEXT = """
A picture of this kind has at most 256 colours, chosen from millions. Rows are read from left to right
and from top to bottom, and what was read before is not written again: its number is. So the longest
match wins, and a sky that is one blue from edge to edge costs next to nothing, while the fur of a cat,
in which no two hairs are alike, costs all that it is worth. To deceive the eye one mixes: two colours
side by side are seen as the one between them, as long as nobody comes too near. But mixing is noise, and
noise does not match what was read before. Whoever wants both must choose where. And then it moves,
thirty times a second, and the noise must not be seen to crawl.
"""


def gradient(stops: Sequence[tuple[float, Colour]]) -> Image.Image:
    """Draw a vertical gradient; each stop is a colour at a fraction of the height."""
    rows = np.linspace(0, 1, HEIGHT)
    places = [place for place, _ in stops]
    channels = [np.interp(rows, places, [colour[index] for _, colour in stops]) for index in range(3)]
    column = np.stack(channels, axis=1).round().astype(np.uint8)
    return Image.fromarray(column[:, None]).resize(SIZE, Image.Resampling.NEAREST)


def glow(picture: Image.Image, centre: tuple[int, int], radius: int, colour: Colour) -> Image.Image:
    """Add a light with a soft edge to a picture."""
    light = Image.new("RGB", SIZE)
    x, y = centre
    ImageDraw.Draw(light).ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return ImageChops.add(picture, light.filter(ImageFilter.GaussianBlur(radius * 0.6)))


def sky() -> Image.Image:
    """Draw dusk over the sea: gradients, a few long clouds, and the sun's reflection."""
    dusk = gradient(
        [
            (0, (28, 44, 96)),
            (0.35, (122, 108, 150)),
            (0.55, (236, 150, 116)),
            (0.68, (255, 206, 130)),
            (0.7, (96, 92, 118)),
            (1, (22, 34, 66)),
        ]
    )
    picture = glow(glow(dusk, (420, 262), 90, (90, 60, 20)), (420, 262), 20, (255, 240, 200))
    clouds = Image.new("L", SIZE)
    draw = ImageDraw.Draw(clouds)
    chance = Random(3)
    for _ in range(26):
        x, y = chance.randrange(-80, WIDTH), chance.randrange(20, 230)
        length = chance.randrange(80, 300)
        draw.ellipse((x, y, x + length, y + length // 14), fill=chance.randrange(40, 130))
    clouds = clouds.filter(ImageFilter.GaussianBlur(5))
    picture.paste(Image.new("RGB", SIZE, (255, 176, 150)), mask=clouds)
    draw = ImageDraw.Draw(picture)
    for row in range(300, HEIGHT, 3):
        half = int(10 + (row - 300) * 0.5 + 9 * sin(row))
        middle = 420 + int(8 * sin(row * 0.7))
        draw.line((middle - half, row, middle + half, row), fill=(214, 160, 128))
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def night() -> Image.Image:
    """Draw a town by a lake under a low moon: black, lit windows of a few hues, and sensor grain."""
    picture = gradient([(0, (4, 6, 16)), (0.6, (20, 24, 44)), (0.62, (8, 10, 20)), (1, (2, 3, 8))])
    picture = glow(glow(picture, (500, 80), 60, (26, 28, 36)), (500, 80), 22, (230, 226, 205))
    draw = ImageDraw.Draw(picture)
    chance = Random(7)
    shore, x = 262, 0
    lights = []
    while x < WIDTH:
        width, height = chance.randrange(26, 64), chance.randrange(50, 190)
        draw.rectangle((x, shore - height, x + width, shore), fill=(10, 11, 18))
        for row in range(shore - height + 6, shore - 6, 9):
            for column in range(x + 5, x + width - 5, 8):
                if chance.random() < 0.3:
                    colour = chance.choice(
                        [(255, 206, 120), (255, 232, 190), (150, 190, 255), (255, 150, 90)]
                    )
                    draw.rectangle((column, row, column + 3, row + 4), fill=colour)
                    lights.append((column, colour))
        x += width + chance.randrange(0, 8)
    water = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(water)
    for column, (red, green, blue) in lights:
        end = shore + chance.randrange(20, 150)
        draw.line((column, shore, column, end), fill=(red // 5, green // 5, blue // 5), width=3)
    picture = ImageChops.add(picture, water.filter(ImageFilter.GaussianBlur(2)))
    grain = np.random.default_rng(7).normal(0, 5, (HEIGHT, WIDTH, 3))
    pixels = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.6)), float) + grain
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def page() -> Image.Image:
    """Draw a page: text in three sizes and a figure of thin lines, black on white with one colour."""
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    draw.text((28, 20), "Of moving pictures", fill=(20, 20, 24), font=ImageFont.load_default(40))
    draw.text(
        (30, 70), "and the few colours that they have", fill=(170, 30, 40), font=ImageFont.load_default(22)
    )
    for row, line in zip(range(112, 400, 17), wrap(TEXT, 44), strict=False):
        draw.text((30, row), line, fill=(20, 20, 24), font=ImageFont.load_default(13))
    for turn in range(60):
        angle = turn * pi / 30
        x, y = 480 + 120 * sin(angle), 260 + 120 * sin(angle + pi / 2)
        draw.line((480 + 60 * sin(3 * angle), 260, x, y), fill=(30, 30, 40))
    draw.ellipse((360, 140, 600, 380), outline=(20, 20, 24), width=2)
    return picture


def poster() -> Image.Image:
    """Draw a poster: flat shapes with smooth edges, nine colours."""
    scale = 3
    large = Image.new("RGB", (WIDTH * scale, HEIGHT * scale), (250, 214, 137))
    draw = ImageDraw.Draw(large)

    def scaled(*points: float) -> list[float]:
        return [scale * point for point in points]

    draw.ellipse(scaled(380, 40, 560, 220), fill=(239, 108, 77))
    draw.polygon(scaled(0, 330, 150, 130, 300, 330), fill=(46, 94, 120))
    draw.polygon(scaled(150, 130, 104, 192, 140, 180, 160, 200, 200, 197), fill=(244, 240, 228))
    draw.polygon(scaled(180, 340, 350, 180, 520, 340), fill=(35, 70, 96))
    draw.rectangle(scaled(0, 320, WIDTH, HEIGHT), fill=(104, 156, 104))
    draw.polygon(scaled(0, 360, 260, 330, 640, 390, 640, 426, 0, 426), fill=(70, 124, 88))
    for x in (420, 470, 540, 600):
        draw.rectangle(scaled(x - 4, 330, x + 4, 372), fill=(96, 62, 48))
        draw.ellipse(scaled(x - 26, 270, x + 26, 344), fill=(36, 86, 70))
    return large.resize(SIZE, Image.Resampling.LANCZOS)


DRAWINGS: dict[str, Callable[[], Image.Image]] = {
    "sky.jpg": sky,
    "night.jpg": night,
    "page.png": page,
    "poster.png": poster,
}


def main() -> None:
    for name, draw in DRAWINGS.items():
        draw().save(FOLDER / "judges" / name, quality=88, optimize=True)


if __name__ == "__main__":
    main()
