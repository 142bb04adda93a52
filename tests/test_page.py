"""The page's files, as far as they can be judged without a browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageChops
from tests.conftest import SAMPLES

from tools import icons

if TYPE_CHECKING:
    from pathlib import Path

PAGE = SAMPLES.parent
MANIFEST: dict[str, Any] = json.loads((PAGE / "manifest.webmanifest").read_text())
SAFE_RADIUS = 0.4
"""Of a maskable icon, what every system shows, as a part of its side. Source: W3C, Web App Manifest."""


def names(*patterns: str) -> set[str]:
    return {path.relative_to(PAGE).as_posix() for pattern in patterns for path in PAGE.glob(pattern)}


def test_the_service_worker_keeps_every_file_that_the_page_needs() -> None:
    [listed] = re.findall(r"FILES = \[(.*?)\]", (PAGE / "sw.js").read_text(), re.DOTALL)
    kept = re.findall(r'"(.*?)"', listed)
    needed = names("*.js", "*.css", "*.svg", "*.png", "*.webmanifest", "samples/*.jpg") - {"sw.js"}
    assert sorted(kept) == sorted({"/", *(f"/{name}" for name in needed)})


@pytest.mark.parametrize("path", sorted(PAGE.glob("*.js")), ids=lambda path: path.name)
def test_no_module_is_longer_than_250_lines_or_without_its_job_on_top(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) < 250
    assert lines[0].startswith("/**")


@pytest.mark.parametrize("path", sorted(PAGE.glob("*.js")), ids=lambda path: path.name)
def test_nothing_becomes_html_that_was_text(path: Path) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", path.read_text())


@pytest.mark.parametrize("icon", MANIFEST["icons"], ids=lambda icon: icon["src"])
def test_icons_are_what_the_manifest_says(icon: dict[str, str]) -> None:
    path = PAGE / icon["src"]
    assert path.stat().st_size < 10_000
    if icon["type"] == "image/png":
        with Image.open(path) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]
            assert image.format == "PNG"


def test_icons_are_as_their_script_draws_them() -> None:
    for name, drawn in icons.every_icon().items():
        with Image.open(PAGE / name) as kept:
            difference = ImageChops.difference(kept.convert("RGBA"), drawn.convert("RGBA"))
            assert np.asarray(difference).max() < 32, name  # Pillow's palettes may change


def test_a_system_may_cut_a_maskable_icon_to_any_shape() -> None:
    image = icons.icon(512, maskable=True).convert("RGB")
    ground = image.getpixel((0, 0))
    outside = (
        image.getpixel((x, y))
        for x in range(0, 512, 4)
        for y in range(0, 512, 4)
        if (x - 255.5) ** 2 + (y - 255.5) ** 2 > (SAFE_RADIUS * 512 + 1) ** 2
    )
    assert set(outside) == {ground}


def test_every_sample_is_small_and_has_its_source_named() -> None:
    sources = (PAGE / "samples/SOURCES.md").read_text()
    for path in PAGE.glob("samples/*.jpg"):
        assert path.stat().st_size < 60_000
        assert f"`{path.name}`" in sources
