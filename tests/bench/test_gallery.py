from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from bench.gallery import MAX_BYTES, PAGES, PHOTOS, current_section, gallery_section, gif_path
from gifmill.effects import EFFECTS

if TYPE_CHECKING:
    from pathlib import Path

    from gifmill.effects import Effect


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_agrees_with_the_registry(page: Path) -> None:
    assert current_section(page) == gallery_section(page), "run `make reference`"


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
def test_every_effect_has_a_small_animation(effect: Effect) -> None:
    assert gif_path(effect).stat().st_size <= MAX_BYTES
    with Image.open(gif_path(effect)) as image:
        image.seek(1)


def test_every_effect_has_a_photo() -> None:
    assert sorted(name for names in PHOTOS.values() for name in names) == sorted(
        effect.name for effect in EFFECTS
    )
