"""A photo, an effect and options -> a GIF."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.effects import effect_named
from gifmill.errors import GifmillError, RenderFailed
from gifmill.gif import PRESETS
from gifmill.gif.encoder import encode_animation
from gifmill.options import CROP, PRESET, SIZE, Options

if TYPE_CHECKING:
    from gifmill.effects import Effect
    from gifmill.params import Value
    from gifmill.photo import Photo


@dataclass(frozen=True, slots=True)
class Gif:
    """A finished GIF.

    Attributes:
        data: the whole file.
        effect: the name of the effect.
        frames: how many the file has; equal neighbours are one.
        width: of the canvas, in pixels.
        height: of the canvas, in pixels.
        duration_ms: of one turn.
    """

    data: bytes
    effect: str
    frames: int
    width: int
    height: int
    duration_ms: int

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the file so that nobody ever sees half of it: beside its place, then renamed.

        Raises:
            OSError: the directory is missing, full or not ours to write.
        """
        target = Path(path)
        unfinished = target.parent / f".{os.urandom(8).hex()}.gif.part"
        try:
            with unfinished.open("xb") as file:
                file.write(self.data)
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


def render(
    photo: Photo,
    effect: str,
    *,
    preset: str = PRESET.default,
    size: int = int(SIZE.default),
    crop: str = CROP.default,
    calm: bool = False,
    **params: Value,
) -> Gif:
    """Make a GIF of a photo.

    Args:
        photo: from `open_photo`, of any size.
        effect: the name of an effect.
        preset: what the encoder favours: fast, small, balanced or smooth.
        size: the longest side, in pixels; a smaller photo is not enlarged.
        crop: "none", or "square" for the square around the focal point.
        calm: a gentler variant of the effect.
        params: the effect's own parameters by name, such as `duration=3`.

    Raises:
        UnknownEffect: no effect has this name.
        UnknownOption: the effect has no parameter of this name.
        InvalidOption: a value is out of range or of the wrong form.
        RenderFailed: the effect could not be made of this photo.
    """
    chosen = effect_named(effect)
    values = {"preset": preset, "size": size, "crop": crop, "calm": "yes" if calm else "no", **params}
    return render_options(photo, chosen, Options.read(values, (chosen,)))


def render_options(photo: Photo, effect: Effect, options: Options) -> Gif:
    """Make a GIF with options that have been checked.

    Raises:
        RenderFailed: the effect could not be made of this photo.
    """
    values = options.values(effect)
    preset, size = PRESETS[str(values.pop("preset"))], int(values.pop("size"))
    cropped = photo.square() if values.pop("crop") == "square" else photo
    del values["calm"]  # the other values have heard of it
    try:
        animation = effect.animate(cropped.fit(size), **values)
        data, frames = encode_animation(animation, preset)
    except GifmillError:
        raise
    except Exception as error:  # an effect may fail in any way; who asked needs to know which one did
        raise RenderFailed(f"The effect {effect.name} could not be made of this photo.") from error
    width, height = animation.size
    return Gif(data, effect.name, frames, width, height, animation.duration_cs * 10)
