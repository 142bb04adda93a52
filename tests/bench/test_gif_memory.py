from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from bench.benchmark_photos import PHOTOS
from bench.gif_memory import LONG_ANIMATION
from bench.process_measurement import PYTHON, run

if TYPE_CHECKING:
    from pathlib import Path


def test_a_long_animation_has_as_many_frames_as_requested(tmp_path: Path) -> None:
    gif = tmp_path / "long.gif"

    run([PYTHON, "-c", LONG_ANIMATION, str(PHOTOS["chelsea"]), "16", "40", str(gif)])

    with Image.open(gif) as image:
        assert (image.size, getattr(image, "n_frames", 1)) == ((16, 16), 40)


def test_the_measuring_process_does_not_import_numpy() -> None:
    """It would add 30 MB to each process that it measures."""
    run([PYTHON, "-c", "import bench.gif_memory, sys; assert 'numpy' not in sys.modules"])
