from __future__ import annotations

import pytest

from bench import encode_scaling
from bench.encode_scaling import fit_line


def test_points_on_a_line_have_an_exact_fit() -> None:
    assert fit_line([1, 2, 4], [15, 25, 45]) == pytest.approx((10, 5, 1))


def test_a_curve_has_a_lower_r2() -> None:
    assert fit_line([1, 2, 3, 4], [1, 4, 9, 16])[2] < 0.99


def test_every_effect_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode_scaling, "SIZES_PX", (16, 24, 32, 40))

    assert len(encode_scaling.scaling_table("fast", 1).splitlines()) == 2 + len(encode_scaling.EFFECTS)
