"""Rendering: a photo, an effect and options become a GIF or an animated WebP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.effects import BACKGROUND, FOCUS, colour_of
from gifmill.errors import GifmillError, RenderFailed
from gifmill.photo import Photo
from gifmill.rendering.byte_budget import describe_reductions, fit_to_byte_budget
from gifmill.rendering.file_formats import encoder_for
from gifmill.rendering.options import (
    CROP,
    FORMAT,
    LOOP,
    MAX_BYTES,
    PRESET,
    SIZE,
    Options,
)
from gifmill.rendering.render_attempt import render_at_requested_quality
from gifmill.rendering.result import Gif

if TYPE_CHECKING:
    from gifmill.effects import Effect
    from gifmill.rendering.platforms import Platform
    from gifmill.rendering.render_attempt import RenderAttempt

_WHITE = (255, 255, 255)


def render_options(photo: Photo, effect: Effect, options: Options, *, allow_flashing: bool = False) -> Gif:
    """Render a photo as a GIF, with validated options.

    An animation that would flash dangerously is slowed or softened, and one beyond the byte limit is reduced;
    `Gif.calmed` and `Gif.given_up` report it.

    Args:
        photo: of any size.
        effect: the effect.
        options: the options.
        allow_flashing: encode an animation that flashes dangerously as it is. Never for a photo of a server.

    Raises:
        CannotFit: the byte limit cannot be met, however far quality is reduced.
        RenderFailed: the effect failed for this photo.
    """
    try:
        return render_effect(photo, effect, options, allow_flashing=allow_flashing)
    except GifmillError:
        raise
    except Exception as error:  # an effect may raise anything; the caller needs to know which effect failed
        raise RenderFailed.of_effect(effect.name) from error


def render_effect(photo: Photo, effect: Effect, options: Options, *, allow_flashing: bool = False) -> Gif:
    """Render a photo, with validated options. An error of the effect's function passes through."""
    values, platform = options.values(effect), options.platform
    size_px, max_bytes = int(values[SIZE.name]), int(values[MAX_BYTES.name])
    kind = str(values[FORMAT.name])
    encoder = encoder_for(kind, str(values[PRESET.name]), int(values[LOOP.name]))
    cropped = _on_background(photo, effect, str(values[BACKGROUND.name]))
    aspect = 1 if values[CROP.name] == "square" else effect.max_aspect
    if aspect is not None:
        focus = str(values[FOCUS.name])
        values[FOCUS.name] = cropped.focus_in_crop(aspect, focus)
        cropped = cropped.crop_to_aspect(aspect, focus)

    requested = render_at_requested_quality(
        effect, _resize(cropped, size_px, platform), values, encoder, platform, allow_flashing=allow_flashing
    )
    _check_accepted(effect, requested, platform)
    best, step = requested, None
    if max_bytes and len(requested.file.encoded.data) > max_bytes:
        fixed = SIZE.name in dict(options.chosen) or (platform is not None and platform.size_px is not None)
        best, step = fit_to_byte_budget(requested, cropped, encoder, max_bytes, platform, fixed=fixed)
        _check_accepted(effect, best, platform)
    encoded = best.file.encoded
    return Gif(
        encoded.data,
        effect.name,
        encoded.frames,
        *best.size,
        best.file.duration_cs * 10,
        best.calmed,
        kind,
        describe_reductions(requested, encoder, best, step),
        best.requested_cs * 10,
        best.file.softened,
        allow_flashing and not encoded.is_safe,
    )


def _on_background(photo: Photo, effect: Effect, background: str) -> Photo:
    """Lay the photo on the chosen colour; on white if the effect cannot draw alpha."""
    colour = colour_of(background) or (None if effect.takes_alpha else _WHITE)
    return photo if colour is None else photo.on_colour(colour)


def _check_accepted(effect: Effect, made: RenderAttempt, platform: Platform | None) -> None:
    """Check the platform's limits again: an effect may change the photo's shape, and may have been slowed.

    Raises:
        RenderFailed: the platform would not accept the file.
    """
    if platform is not None and (problem := platform.animation_problem(*made.size, made.file.duration_cs)):
        width, height = made.size
        duration_s = made.file.duration_cs / 100
        found = f"The effect {effect.name} has {width} x {height} px and lasts {duration_s:g} s"
        advice = "Choose other parameters, another effect or another platform."
        raise RenderFailed(f"{found}, but {platform.name} {problem}. {advice}")


def _resize(photo: Photo, size_px: int, platform: Platform | None) -> Photo:
    """Resize the photo to the requested size; enlarge it only to the platform's minimum."""
    fitting = photo.fit(size_px)
    longest = max(fitting.size)
    if platform is None or longest >= platform.min_px:
        return fitting
    size = [max(1, round(side * platform.min_px / longest)) for side in fitting.size]
    return Photo(np.asarray(Image.fromarray(fitting.pixels).resize(size, Image.Resampling.LANCZOS)))
