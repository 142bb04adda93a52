from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from bench.encoder_results import Row
from bench.pareto_chart import COLOURS, draw, relative_figures
from bench.peers import PEERS

if TYPE_CHECKING:
    from pathlib import Path

OURS = Row(300, "cat", "blur", "gifmill balanced", 20, 100, 0.5, 1.0, 80, 0.4)
PILLOW = replace(OURS, encoder="Pillow", kilobytes=120, de_mean=1.0, ssimulacra2=75)


def test_points_are_relative_to_the_default_preset() -> None:
    assert relative_figures([OURS, PILLOW])["Pillow"] == pytest.approx((1.2, 2.0, -5))
    assert relative_figures([OURS, PILLOW])["gifmill balanced"] == pytest.approx((1, 1, 0))


def test_a_point_is_over_the_animations_that_both_wrote() -> None:
    other = replace(OURS, photo="dog", kilobytes=1e6)

    assert relative_figures([OURS, other, PILLOW])["Pillow"][0] == pytest.approx(1.2)


def test_every_peer_has_a_colour() -> None:
    assert {name.split()[0] for name in PEERS} == set(COLOURS)


def test_the_chart_is_drawn(tmp_path: Path) -> None:
    draw([OURS, PILLOW], "Some encoders", tmp_path / "chart.png")

    with Image.open(tmp_path / "chart.png") as chart:
        assert chart.width > 1000
        colours = chart.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert (0xD6, 0x2F, 0x4B) in {colour for _, colour in colours}
