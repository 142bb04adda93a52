"""Metadata of photos that the page resizes: it is not uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.browser.recorded_uploads import RECORD_UPLOADS, last_upload
from tests.browser.steps import choose_photo, expect_accepted
from tests.security.metadata_photos import jpeg, marker_encodings, metadata_names

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def page(page: Page) -> Page:
    """The start page, which records its uploads."""
    page.add_init_script(RECORD_UPLOADS)
    page.reload()
    return page


def test_a_large_photos_metadata_is_not_uploaded(page: Page) -> None:
    photo = jpeg(Image.effect_noise((2_400, 1_600), 60).convert("RGB"))
    assert len(metadata_names(photo)) > 10
    choose_photo(page, photo)
    expect_accepted(page)
    sent = last_upload(page)
    assert len(sent.data) < len(photo)
    assert marker_encodings(sent.data) == []
