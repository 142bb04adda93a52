from __future__ import annotations

import pytest
from tests.hostile.heic_builder import box

from gifmill.errors import UnsupportedPhoto
from gifmill.photo import open_photo


def test_the_error_for_a_sequence_without_a_still_photo_names_it() -> None:
    data = box(b"ftyp", b"msf1", bytes(4), b"msf1hevc") + box(b"moov", bytes(100)) + box(b"mdat", bytes(50))

    with pytest.raises(UnsupportedPhoto, match="an image sequence but no still photo"):
        open_photo(data)
