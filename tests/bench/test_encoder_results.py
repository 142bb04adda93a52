from __future__ import annotations

from dataclasses import replace

import pytest

from bench.encoder_results import Row, formatted, mean, means

OURS = Row(300, "cat", "blur", "gifmill balanced", 20, 180, 0.5, 1.0, 85, 0.4)


def test_time_and_bytes_are_averaged_geometrically_quality_arithmetically() -> None:
    both = mean([OURS, replace(OURS, ms=80, kilobytes=720, de_mean=0.7, ssimulacra2=95, flicker=0.8)])

    assert (both.ms, both.kilobytes) == pytest.approx((40, 360))
    assert (both.de_mean, both.ssimulacra2, both.flicker) == pytest.approx((0.6, 90, 0.6))


def test_means_over_selected_effects_exclude_others() -> None:
    rows = [OURS, replace(OURS, effect="cyclic", ms=500), replace(OURS, encoder="Pillow", ms=100)]

    found = means(rows, ["blur"])

    assert {name: row.ms for name, row in found.items()} == pytest.approx(
        {"gifmill balanced": 20, "Pillow": 100}
    )


def test_a_row_shows_all_its_figures() -> None:
    assert "| 20.0 | 180.0 | 0.500 | 1.00 | 85.0 | 0.40 |" in " ".join(formatted([OURS]).split())
