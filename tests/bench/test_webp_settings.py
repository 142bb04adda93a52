from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from bench import webp_settings
from bench.encoder_timing import Job
from bench.webp_settings import OPTIONS, encoders, timed
from gifmill.gif import PRESETS

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

JOB = Job("coffee", "cyclic", 48)


def format_of(data: bytes) -> str | None:
    with Image.open(io.BytesIO(data)) as image:
        return image.format


def test_presets_of_both_formats_are_measured_in_the_same_run() -> None:
    settings = encoders([0], [90])
    assert {f"{kind} {preset}" for kind in ("GIF", "WebP") for preset in PRESETS} < set(settings)
    assert format_of(settings["GIF fast"](JOB.animation())) == "GIF"
    assert format_of(settings["WebP fast"](JOB.animation())) == "WEBP"


def test_the_grid_has_every_method_with_every_quality() -> None:
    names = [name for name in encoders([0, 4], [75, 90]) if name.startswith("method ")]
    assert names == [f"method {method}, quality {quality}" for method in (0, 4) for quality in (75, 90)]


def test_every_single_option_has_its_own_name() -> None:
    assert len([name for name in encoders([], []) if name.startswith("Pillow: ")]) == len(OPTIONS)


def test_the_least_time_of_all_rounds_counts() -> None:
    runs = timed(JOB.animation(), {"GIF": encoders([], [])["GIF fast"]}, 3)
    assert len(runs["GIF"].seconds) == 1
    assert format_of(runs["GIF"].gif) == "GIF"


def test_means_are_printed_with_ratios_to_the_balanced_gif(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bench.quality_cache.CACHE_FOLDER", tmp_path)
    options = "--photos coffee --effects cyclic --size 48 --repeats 1 --methods 0 --qualities 90"
    monkeypatch.setattr("sys.argv", ["webp_settings", *options.split()])
    assert webp_settings.main() == 0
    lines = capsys.readouterr().out.splitlines()
    row = next(line for line in lines if line.startswith("| GIF balanced "))
    assert row.count(" 1.00 |") >= 2
