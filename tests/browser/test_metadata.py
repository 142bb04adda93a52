"""What a photo says besides its pixels does not leave the visitor's machine, if the page makes it small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.browser.steps import choose, expect_gifs
from tests.browser.test_photo_input import _RECORD, last_sent
from tests.security.talkative import jpeg, leaks, said

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def page(page: Page) -> Page:
    """The start page, which keeps what it sends."""
    page.add_init_script(_RECORD)
    page.reload()
    return page


def test_what_a_large_photo_says_is_not_even_sent(page: Page) -> None:
    photo = jpeg(Image.effect_noise((2_400, 1_600), 60).convert("RGB"))
    assert len(said(photo)) > 10
    choose(page, photo)
    expect_gifs(page)
    sent = last_sent(page)
    assert len(sent.data) < len(photo)
    assert leaks(sent.data) == []
