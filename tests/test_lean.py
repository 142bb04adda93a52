from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from gifmill.errors import TooManyPixels
from gifmill.formats import sniff
from gifmill.lean import lean

HEIC = Path(__file__).parent / "photos" / "sideways_p3.heic"


@pytest.mark.parametrize(("bits", "a_pixel"), [(8, 4.4), (10, 6.6)])
def test_a_heic_takes_half_as_much_more_if_it_has_more_than_8_bits(bits: int, a_pixel: float) -> None:
    data = HEIC.read_bytes()
    known = sniff(data)
    assert known is not None
    with known.open(BytesIO(data)) as image:
        image.info["bit_depth"] = bits
        needed = round(image.width * image.height * a_pixel)
        assert lean(data, "HEIC", image, 1_080, needed) is not None
        with pytest.raises(TooManyPixels):
            lean(data, "HEIC", image, 1_080, needed - 1)
