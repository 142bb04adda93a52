"""Checks of the page's files that need no browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageChops
from tests.conftest import SAMPLES

from gifmill.effects import EFFECTS
from tools import icons, sample_pictures
from tools.page_files import INDEX, WORKER, static_modules, with_files, with_links

if TYPE_CHECKING:
    from pathlib import Path

PAGE = SAMPLES.parent
DIAGRAMS = PAGE.parents[2] / "docs/images"
MANIFEST: dict[str, Any] = json.loads((PAGE / "manifest.webmanifest").read_text())
SAFE_RADIUS = 0.4
"""Radius of the safe zone of a maskable icon, relative to its side. Source: W3C, Web App Manifest."""


def test_the_service_worker_caches_every_file_of_the_page() -> None:
    worker = WORKER.read_text()
    assert with_files(worker) == worker, "run `make reference`"


def test_the_page_preloads_every_module_that_it_imports_statically() -> None:
    index = INDEX.read_text()
    assert with_links(index) == index, "run `make reference`"


def test_the_start_does_not_load_the_modules_of_photos() -> None:
    start = static_modules("main.js")
    assert (
        start & {"card-grid.js", "file-check.js", "image-resize.js", "photo-panel.js", "upload.js"} == set()
    )


@pytest.mark.parametrize("path", sorted(PAGE.glob("*.js")), ids=lambda path: path.name)
def test_every_module_is_shorter_than_250_lines_and_begins_with_a_comment(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) < 250
    assert lines[0].startswith("/**")


@pytest.mark.parametrize("path", sorted(PAGE.glob("*.js")), ids=lambda path: path.name)
def test_no_module_parses_text_as_html(path: Path) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", path.read_text())


@pytest.mark.parametrize("icon", MANIFEST["icons"], ids=lambda icon: icon["src"])
def test_icons_match_the_manifest(icon: dict[str, str]) -> None:
    path = PAGE / icon["src"]
    assert path.stat().st_size < 10_000
    if icon["type"] == "image/png":
        with Image.open(path) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]
            assert image.format == "PNG"


def test_the_start_shows_the_number_of_gifs_before_a_script_has_run() -> None:
    for name in ("index.html", "strings-en.js"):
        assert f"{len(EFFECTS)} GIFs out." in (PAGE / name).read_text()
    assert f"{len(EFFECTS)} GIFs raus." in (PAGE / "strings-de.js").read_text()


def test_icons_match_the_script_that_draws_them() -> None:
    for name, drawn in icons.every_icon().items():
        with Image.open(PAGE / name) as stored:
            difference = ImageChops.difference(stored.convert("RGBA"), drawn.convert("RGBA"))
            assert np.asarray(difference).max() < 32, name  # Pillow's palettes may change


def test_a_maskable_icon_has_only_background_outside_the_safe_zone() -> None:
    image = icons.icon(512, maskable=True).convert("RGB")
    background = image.getpixel((0, 0))
    outside = (
        image.getpixel((x, y))
        for x in range(0, 512, 4)
        for y in range(0, 512, 4)
        if (x - 255.5) ** 2 + (y - 255.5) ** 2 > (SAFE_RADIUS * 512 + 1) ** 2
    )
    assert set(outside) == {background}


def test_every_sample_is_small_and_has_a_documented_source() -> None:
    sources = (PAGE / "samples/SOURCES.md").read_text()
    for path in PAGE.glob("samples/*.jpg"):
        assert path.stat().st_size < 60_000
        assert f"`{path.name}`" in sources


def test_the_diagram_of_a_photos_stages_shows_those_that_the_code_sets() -> None:
    code = "".join(path.read_text() for path in PAGE.glob("*.js"))
    drawn = re.findall(r'class="state"[^>]*>(\w+)<', (DIAGRAMS / "photo-stages.svg").read_text())
    assert sorted(drawn) == sorted(set(re.findall(r'\bstage: "(\w+)"', code)))


def test_every_sample_has_small_pictures_of_itself_and_of_fifteen_effects() -> None:
    assert len(sample_pictures.TELLING_MOMENTS) == 15
    assert set(sample_pictures.TELLING_MOMENTS) <= {effect.name for effect in EFFECTS}
    for path in PAGE.glob("samples/*.jpg"):
        strip = path.with_name(f"{path.stem}-effects.avif")
        assert strip.stat().st_size <= sample_pictures.MAX_STRIP_BYTES
        with Image.open(strip) as image:
            assert image.size == (15 * sample_pictures.TILE_PX, sample_pictures.TILE_PX)
        preview = path.with_name(f"{path.stem}-preview.avif")
        assert preview.stat().st_size < 3_000
        with Image.open(preview) as image:
            assert image.size == (sample_pictures.PREVIEW_PX, sample_pictures.PREVIEW_PX)


def test_no_effect_has_the_name_of_a_part_of_the_address() -> None:
    read = re.search(r"const \{ (.+), \.\.\.changed \}", (PAGE / "url-state.js").read_text())
    assert read
    assert {effect.name for effect in EFFECTS} & set(read[1].split(", ")) == set()
