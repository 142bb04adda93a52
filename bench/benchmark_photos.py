"""The photos of the benchmarks: two groups of small photos, and large ones enlarged from them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops

FOLDER = Path(__file__).parent / "photos"

PHOTOS: dict[str, Path] = {path.stem: path for path in sorted(FOLDER.glob("*.jpg"))}
"""Real photos. Constants of the encoder may be tuned on these, and on these only."""

JUDGES: dict[str, Path] = {path.stem: path for path in sorted((FOLDER / "judges").glob("*.*"))}
"""Pictures of every kind that only judge: what is said of the encoder is said of these."""

OUT = Path(__file__).parent / "out"
"""What the benches write; git does not see it."""


def large_photo(path: Path, size: tuple[int, int], *, noise: float = 0, progressive: bool = False) -> Path:
    """Write a JPEG as large as a camera's, made of one of the small photos.

    Enlarging alone leaves almost nothing to decode above the lowest frequencies; noise brings back what a
    sensor adds, and with it a camera's number of bytes and the time they take.

    Args:
        path: where to write; a file that is there already is kept.
        size: width and height in pixels.
        noise: standard deviation of the grain in brightness, in levels of 256.
        progressive: several scans instead of one: its decoder must hold every coefficient.

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
