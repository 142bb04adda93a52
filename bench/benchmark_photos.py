"""The photos of the benchmarks: two groups of small photos, and large ones enlarged from them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops

FOLDER = Path(__file__).parent / "photos"

PHOTOS: dict[str, Path] = {path.stem: path for path in sorted(FOLDER.glob("*.jpg"))}
"""Tuning photos: constants of the encoder may be tuned on these, and on these only."""

EVALUATION_PHOTOS: dict[str, Path] = {path.stem: path for path in sorted((FOLDER / "judges").glob("*.*"))}
"""Evaluation photos of every kind: all published results are measured on these."""

OUT = Path(__file__).parent / "out"
"""Output folder of the benchmarks, ignored by git."""


def large_photo(path: Path, size: tuple[int, int], *, noise: float = 0, progressive: bool = False) -> Path:
    """Write a JPEG of camera size, enlarged from one of the small photos.

    An enlarged photo has almost no high frequencies to decode. Noise adds the grain of a sensor, and with it
    the bytes and the decoding time of a camera photo.

    Args:
        path: file to write; an existing file is kept.
        size: width and height in pixels.
        noise: standard deviation of the grain in brightness, in levels of 256.
        progressive: whether the JPEG has several scans; its decoder must hold every coefficient.

    Returns:
        The path.
    """
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(PHOTOS["coffee"]) as small:
        photo = small.convert("RGB").resize(size, Image.Resampling.BICUBIC)
    if noise:
        grain = Image.effect_noise(size, noise)
        photo = ImageChops.add(photo, Image.merge("RGB", (grain, grain, grain)), scale=1, offset=-128)
    unfinished = path.with_suffix(".part")
    photo.save(unfinished, "JPEG", quality=90, progressive=progressive)
    unfinished.replace(path)
    return path
