from __future__ import annotations

import pytest
from PIL import Image

from bench.gallery import MAX_BYTES, PAGES, PHOTOS, marked, picture, section
from gifmill.effects import EFFECTS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_says_what_the_registry_says(page) -> None:  # type: ignore[no-untyped-def]
    assert marked(page) == section(page), "run `make gallery`"


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
def test_every_effect_has_a_small_moving_picture(effect) -> None:  # type: ignore[no-untyped-def]
    assert picture(effect).stat().st_size <= MAX_BYTES
    with Image.open(picture(effect)) as image:
        assert image.n_frames > 1


def test_every_effect_has_a_photo_to_show_it_on() -> None:
    assert sorted(name for names in PHOTOS.values() for name in names) == sorted(
        effect.name for effect in EFFECTS
    )
