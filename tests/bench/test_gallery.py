from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from bench.gallery import MAX_BYTES, PAGES, PHOTOS, marked, picture, section
from gifmill.effects import EFFECTS

if TYPE_CHECKING:
    from pathlib import Path

    from gifmill.effects import Effect


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_agrees_with_the_registry(page: Path) -> None:
    assert marked(page) == section(page), "run `make reference`"


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
def test_every_effect_has_a_small_animation(effect: Effect) -> None:
    assert picture(effect).stat().st_size <= MAX_BYTES
    with Image.open(picture(effect)) as image:
        image.seek(1)


def test_every_effect_has_a_photo() -> None:
    assert sorted(name for names in PHOTOS.values() for name in names) == sorted(
        effect.name for effect in EFFECTS
    )
