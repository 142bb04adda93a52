from __future__ import annotations

import pytest

from bench import encode_scaling
from bench.encode_scaling import line


def test_a_line_is_found_and_explains_all() -> None:
    assert line([1, 2, 4], [15, 25, 45]) == pytest.approx((10, 5, 1))


def test_what_bends_is_explained_less() -> None:
    assert line([1, 2, 3, 4], [1, 4, 9, 16])[2] < 0.99


def test_every_effect_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode_scaling, "SIZES_PX", (16, 24, 32, 40))

    assert len(encode_scaling.growth("fast", 1).splitlines()) == 2 + len(encode_scaling.EFFECTS)
