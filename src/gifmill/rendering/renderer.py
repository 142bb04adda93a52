"""A photo, an effect and options -> a GIF or a WebP."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.effects import find_effect
from gifmill.errors import GifmillError, RenderFailed
from gifmill.photo import Photo
from gifmill.rendering.byte_budget import fitted, given_up
from gifmill.rendering.file_formats import coding_of
from gifmill.rendering.flash_safety import harmless
from gifmill.rendering.options import CALM, CROP, FOR, FORMAT, MAX_BYTES, PRESET, SIZE, Options

if TYPE_CHECKING:
    from gifmill.effects import Effect, Value
    from gifmill.rendering.flash_safety import Made
    from gifmill.rendering.platforms import Target


@dataclass(frozen=True, slots=True)
class Gif:
    """A finished GIF, or a WebP that moves.

    Attributes:
        data: the whole file.
        effect: the name of the effect.
        frames: how many the file has; equal neighbours are one.
        width: of the canvas, in pixels.
        height: of the canvas, in pixels.
        duration_ms: of one turn.
        calmed: it would have flashed so that it can harm people; it is slower or gentler than was asked for.
        format: "gif" or "webp".
        given_up: what it has less than was asked for, so that it fits, in words such as "64 colours instead
            of 256".
    """

    data: bytes
    effect: str
    frames: int
    width: int
    height: int
    duration_ms: int
    calmed: bool = False
    format: str = "gif"
    given_up: tuple[str, ...] = ()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the file so that nobody ever sees half of it: beside its place, then renamed.

        Raises:
            OSError: the directory is missing, full or not ours to write.
        """
        target = Path(path)
        unfinished = target.parent / f".{os.urandom(8).hex()}.part"
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
    size: int | None = None,
    crop: str | None = None,
    calm: bool = False,
    target: str = FOR.default,
    format: str | None = None,  # noqa: A002  # what it is called everywhere
    max_bytes: int | None = None,
    **params: Value,
) -> Gif:
    """Make a GIF of a photo.

    Args:
        photo: from `open_photo`, of any size.
        effect: the name of an effect.
        preset: what the encoder favours: fast, small, balanced, crisp or smooth.
        size: the longest side, in pixels; a smaller photo is not enlarged. By default the target's, or 480;
            to fit, those 480 may shrink, any other size stays.
        crop: "none", or "square" for the square around the focal point. By default the target's, or "none".
        calm: a gentler variant of the effect.
        target: where it is to go, such as "slack-emoji"; it then keeps to the limits there.
        format: "gif" or "webp". By default the target's, or "gif".
        max_bytes: the most that the file may have. By default the target's, or no limit.
        params: the effect's own parameters by name, such as `duration=3`.

    Raises:
        UnknownEffect: no effect has this name.
        UnknownOption: the effect has no parameter of this name.
        InvalidOption: a value is out of range, of the wrong form, or beyond what the target takes.
        CannotFit: whatever is given up, it has more bytes than it may have.
        RenderFailed: the effect could not be made of this photo, or the target would not take what it is.
    """
    chosen = find_effect(effect)
    values: dict[str, Value | bool | None] = {
        PRESET.name: preset,
        SIZE.name: size,
        CROP.name: crop,
        CALM.name: {True: "yes", False: "no"}.get(calm, calm),
        FOR.name: target,
        FORMAT.name: format,
        MAX_BYTES.name: max_bytes,
        **params,
    }
    given = {name: value for name, value in values.items() if value is not None}
    return render_options(photo, chosen, Options.read(given, (chosen,)))


def render_options(photo: Photo, effect: Effect, options: Options) -> Gif:
    """Make a GIF with options that have been checked.

    If it flashed it would be made calmer, and if it has too many bytes something is given up; it says so.

    Raises:
        CannotFit: whatever is given up, it has more bytes than it may have.
        RenderFailed: the effect could not be made of this photo.
    """
    try:
        return _rendered(photo, effect, options)
    except GifmillError:
        raise
    except Exception as error:  # an effect may fail in any way; who asked needs to know which one did
        raise RenderFailed(f"The effect {effect.name} could not be made of this photo.") from error


def _rendered(photo: Photo, effect: Effect, options: Options) -> Gif:
    values, target = options.values(effect), options.target
    size_px, max_bytes = int(values[SIZE.name]), int(values[MAX_BYTES.name])
    kind = str(values[FORMAT.name])
    coding = coding_of(kind, str(values[PRESET.name]))
    cropped = photo.square() if values[CROP.name] == "square" else photo
    own = {param.name: values[param.name] for param in effect.params}

    asked = harmless(effect, _sized(cropped, size_px, target), own, coding, target)
    _check_taken(effect, asked, target)
    best, rung = asked, None
    if max_bytes and len(asked.encoded.data) > max_bytes:
        fixed = SIZE.name in dict(options.chosen) or (target is not None and target.size_px is not None)
        best, rung = fitted(asked, cropped, coding, max_bytes, target, fixed=fixed)
        _check_taken(effect, best, target)
    return Gif(
        best.encoded.data,
        effect.name,
        best.encoded.frames,
        *best.size,
        best.duration_cs * 10,
        best.calmed,
        kind,
        given_up(asked, coding, best, rung),
    )


def _check_taken(effect: Effect, made: Made, target: Target | None) -> None:
    """Refuse what the target would not take: an effect need not keep to the photo's shape, and may be slowed.

    Raises:
        RenderFailed: the target would not.
    """
    if target is not None and (why := target.objection(*made.size, made.duration_cs)):
        width, height = made.size
        found = f"The effect {effect.name} has {width} x {height} px here, in {made.duration_cs / 100:g} s"
        advice = "Choose other parameters, another effect or another place."
        raise RenderFailed(f"{found}, and {target.name} {why}. {advice}")


def _sized(photo: Photo, size_px: int, target: Target | None) -> Photo:
    """The photo in the size that was asked for, enlarged only where the target would not take it else."""
    fitting = photo.fit(size_px)
    longest = max(fitting.size)
    if target is None or longest >= target.smallest_px:
        return fitting
    size = [max(1, round(side * target.smallest_px / longest)) for side in fitting.size]
    return Photo(np.asarray(Image.fromarray(fitting.pixels).resize(size, Image.Resampling.LANCZOS)))
