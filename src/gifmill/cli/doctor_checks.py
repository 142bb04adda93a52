"""Checks that `gifmill doctor` runs in a worker process, where a crashing codec does not end the doctor."""

from __future__ import annotations

import platform
from importlib import import_module, metadata

from gifmill import __version__
from gifmill.cli.doctor_photos import COLOUR, SAMPLES

_PACKAGES = ("pillow", "numpy", "pi-heif", "isal", "obstore", "starlette", "uvicorn", "websockets", "anyio")
_CODECS = ("libjpeg_turbo", "zlib_ng", "zlib", "webp", "avif", "libtiff", "littlecms2")
"""As `PIL.features` names them."""


def colour_error(name: str) -> float:
    """Decode the sample of a format and return the largest error of its colour, of 255."""
    from gifmill.photo import open_photo

    mean = open_photo(SAMPLES[name]).pixels.reshape(-1, 3).mean(axis=0)
    return max(abs(float(channel) - right) for channel, right in zip(mean, COLOUR, strict=True))


def make_gif() -> int:
    """Make a tiny GIF and return its size in bytes."""
    from gifmill.photo import open_photo
    from gifmill.rendering import render

    return len(render(open_photo(SAMPLES["PNG"]), "blur").data)


def versions() -> dict[str, str]:
    """Return the installed versions by name. Codecs are those bundled with Pillow and pi-heif."""
    found = {"gifmill": __version__, "python": platform.python_version(), "system": platform.platform()}
    found |= {name: metadata.version(name) for name in _PACKAGES}
    features = import_module("PIL.features")
    found |= {name: text for name in _CODECS if (text := features.version(name))}
    return found | {"libheif": import_module("pi_heif").libheif_version()}
