"""A photo, an effect and options -> a GIF."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.effects import effect_named
from gifmill.errors import GifmillError, InvalidOption, RenderFailed
from gifmill.gif import PRESETS
from gifmill.gif.encoder import encode_animation
from gifmill.gif.flashes import MOST_CHANGES, FlashWatch
from gifmill.options import CROP, PRESET, SIZE, Options
from gifmill.params import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gifmill.effects import Effect
    from gifmill.frames import Animation
    from gifmill.gif import Preset
    from gifmill.params import Value
    from gifmill.photo import Photo

_SLOWEST = 2
"""Up to how many times slower an effect is still itself. What takes more is made gentler instead."""

_SAFE_DELAY_CS = 17
"""Of frames that last this long at most six begin within a second: with them nothing flashes too often."""


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
        calmed: it would have flashed so that it can harm people; it is slower or gentler than was asked for.
    """

    data: bytes
    effect: str
    frames: int
    width: int
    height: int
    duration_ms: int
    calmed: bool = False

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
    values = {
        "preset": preset,
        "size": size,
        "crop": crop,
        "calm": {True: "yes", False: "no"}.get(calm, calm),
        **params,
    }
    return render_options(photo, chosen, Options.read(values, (chosen,)))


def render_options(photo: Photo, effect: Effect, options: Options) -> Gif:
    """Make a GIF with options that have been checked. If it flashed it would be made calmer, and say so.

    Raises:
        RenderFailed: the effect could not be made of this photo.
    """
    values = options.values(effect)
    if values.pop("format") != "gif" or values.pop("max_bytes"):
        raise InvalidOption("format=webp and max_bytes are known, but not made yet. Leave them out.")
    del values["for"]  # the other values have heard of it
    preset, size = PRESETS[str(values.pop("preset"))], int(values.pop("size"))
    cropped = photo.square() if values.pop("crop") == "square" else photo
    del values["calm"]  # the other values have heard of it
    try:
        return _harmless(effect, cropped.fit(size), values, preset)
    except GifmillError:
        raise
    except Exception as error:  # an effect may fail in any way; who asked needs to know which one did
        raise RenderFailed(f"The effect {effect.name} could not be made of this photo.") from error


def _harmless(effect: Effect, photo: Photo, values: Mapping[str, Value], preset: Preset) -> Gif:
    """The GIF as asked for, or where that flashes the first that does not: slower; gentle; frame by frame.

    Args:
        effect: what is made.
        photo: of the size that the GIF is to have.
        values: the effect's parameters as they were asked for.
        preset: what to favour.
    """
    animation = effect.animate(photo, **values)
    gif, worst = _encoded(effect, animation, preset)
    if worst <= MOST_CHANGES:
        return gif
    slower = (worst + 1) / MOST_CHANGES
    if slower <= _SLOWEST:
        gif, worst = _encoded(effect, _timed(animation, lambda cs: ceil(cs * slower)), preset)
    if worst > MOST_CHANGES and effect.calm:
        del animation  # two at once would take twice the memory
        animation = effect.animate(photo, **_gentle(effect, values))
        gif, worst = _encoded(effect, animation, preset)
    if worst > MOST_CHANGES:
        gif, _ = _encoded(effect, _timed(animation, lambda cs: max(cs, _SAFE_DELAY_CS)), preset)
    return replace(gif, calmed=True)


def _encoded(effect: Effect, animation: Animation, preset: Preset) -> tuple[Gif, int]:
    """The GIF, and how often it flashes: see `FlashWatch.worst_second`."""
    watch = FlashWatch(animation.size)
    data, frames = encode_animation(animation, preset, watch)
    width, height = animation.size
    return Gif(data, effect.name, frames, width, height, animation.duration_cs * 10), watch.worst_second()


def _gentle(effect: Effect, values: Mapping[str, Value]) -> dict[str, Value]:
    """The values of the effect's calm variant, but those that were asked for where they are calmer still."""
    gentle = {**values, **effect.calm}
    for param in effect.params:
        if isinstance(param, Number) and param.name in effect.calm:
            calm = effect.calm[param.name]
            calmer = max if float(calm) > param.default else min
            gentle[param.name] = calmer(calm, values[param.name], key=float)
    return gentle


def _timed(animation: Animation, delay: Callable[[int], int]) -> Animation:
    """The same frames, each with what `delay` makes of its delay in centiseconds."""
    frames = tuple(replace(frame, delay_cs=delay(frame.delay_cs)) for frame in animation.frames)
    return replace(animation, frames=frames)
