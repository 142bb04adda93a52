from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from bench.intake import inflation

if TYPE_CHECKING:
    from pathlib import Path


def test_inflating_alone_is_told_of_both_inflaters(tmp_path: Path) -> None:
    Image.new("RGB", (3, 2)).save(tmp_path / "small.png")

    told = inflation(tmp_path / "small.png", 1)

    assert told.startswith("Inflating alone, CPU ms: zlib 1.")
    assert ", ISA-L 0." in told
