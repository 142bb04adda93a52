"""Rendering: a photo, an effect and options become a GIF or an animated WebP."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Animation
from gifmill.effects import FOCUS, Effect, find_effect
from gifmill.errors import GifmillError, RenderFailed
from gifmill.photo import Photo, open_photo
from gifmill.rendering.byte_budget import describe_reductions, fit_to_byte_budget
from gifmill.rendering.file_formats import encoder_for
from gifmill.rendering.flash_safety import render_without_flashes
from gifmill.rendering.options import (
    CALM,
    CROP,
    FOR,
    FORMAT,
    FPS,
    FRAMES,
    LOOP,
    MAX_BYTES,
    PRESET,
    SIZE,
    Options,
)
from gifmill.rendering.result import Gif

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gifmill.effects import Value
    from gifmill.photo import Source
    from gifmill.rendering.flash_safety import RenderAttempt
    from gifmill.rendering.platforms import Platform


def render(
    photo: Photo | Source,
    effect: str | Callable[..., Animation],
    *,
    preset: str = PRESET.default,
    size: int | None = None,
    crop: str | None = None,
    calm: bool = False,
    target: str = FOR.default,
    format: str | None = None,  # noqa: A002  # what it is called everywhere
    max_bytes: int | None = None,
    fps: int | None = None,
    frames: int | None = None,
    loop: int = 0,
    focus: str | tuple[float, float] | None = None,
    **params: Value,
) -> Gif:
    """Render a photo as a GIF.

    Args:
        photo: from `open_photo`, of any size; or what that takes: a path, bytes, a binary file, an image of
            Pillow, an array. To make several GIFs of a photo, open it once.
        effect: the name of an effect; or a function that takes a `Photo` and `params`, and returns a
            `gifmill.animation.Animation`.
        preset: the encoder preset: fast, small, balanced, crisp or smooth.
        size: the longest side, in pixels; a smaller photo is not enlarged. Default: the platform's, or 480.
            A byte limit may shrink the default of 480 px, but no other size.
        crop: "none", or "square" for a square around the subject. Default: the platform's, or "none".
        calm: render the slower and softer variant of the effect.
        target: the platform whose limits the file must meet, such as "slack-emoji".
        format: "gif" or "webp". Default: the platform's, or "gif".
        max_bytes: maximum file size in bytes. Default: the platform's, or unlimited.
        fps: frames per second, 1 to 50. Default: the effect's own, mostly 24 frames per loop. An effect of
            fixed steps, and a function without a parameter `frames`, has at most its own frames.
        frames: frames of one loop, 1 to 500, instead of `fps`.
        loop: how often the animation plays; 0 = for ever.
        focus: centre of the effect and of a square crop: "found" (the detected subject), "centre", "top",
            "bottom", "left", "right"; or (x, y), from (0, 0) at the top left to (1, 1) at the bottom right.
        params: the effect's own parameters by name, such as `duration=3`. A function gets them as they are;
            it gets `frames` and `focus` too if it has parameters of these names.

    Raises:
        UnknownEffect: no effect has this name.
        UnknownOption: the effect has no parameter of this name.
        InvalidOption: a value is out of range, malformed, or beyond a limit of the platform.
        CannotFit: the byte limit cannot be met, however far quality is reduced.
        RenderFailed: a named effect failed for this photo, or the platform would not accept the result.
        TypeError: the photo or the effect is of another type.
        PhotoError, OSError: the photo cannot be read, as for `open_photo`.
        Exception: whatever a function that was given as effect raises.
    """
    opened = photo if isinstance(photo, Photo) else open_photo(photo)
    if callable(effect):
        chosen, params = _effect_of(effect, params, focused=focus is not None), {}
    elif isinstance(effect, str):
        chosen = find_effect(effect)
    else:
        raise TypeError(f"An effect is a name or a function, not {type(effect).__name__}.")
    values: dict[str, object] = {
        PRESET.name: preset,
        SIZE.name: size,
        CROP.name: crop,
        CALM.name: {True: "yes", False: "no"}.get(calm, calm),
        FOR.name: target,
        FORMAT.name: format,
        MAX_BYTES.name: max_bytes,
        FPS.name: fps,
        FRAMES.name: frames,
        LOOP.name: loop,
        FOCUS.name: focus,
        **params,
    }
    given = {name: value for name, value in values.items() if value is not None}
    options = Options.read(given, (chosen,), {FOR.name: "target"})
    return _render(opened, chosen, options) if callable(effect) else _render_named(opened, chosen, options)


def _effect_of(function: Callable[..., Animation], params: Mapping[str, object], *, focused: bool) -> Effect:
    """Return an effect that calls a function with these parameters.

    Args:
        function: the function.
        params: its own parameters.
        focused: a focus is given, for the function if it has such a parameter.
    """
    name = str(getattr(function, "__name__", type(function).__name__))
    try:
        accepted = frozenset(signature(function).parameters)
    except ValueError:  # a function that is not written in Python may not tell
        accepted = frozenset()

    def animate(photo: Photo, **common: Value) -> Animation:
        animation = function(photo, **params, **common)
        if not isinstance(animation, Animation):
            raise TypeError(f"The effect {name} returned {type(animation).__name__}, not an Animation.")
        return animation

    focus = (FOCUS,) if focused and FOCUS.name in accepted else ()
    return Effect(name, "", "", focus, function=animate, takes_frames=FRAMES.name in accepted)


def _render_named(photo: Photo, effect: Effect, options: Options) -> Gif:
    """Render with an effect of a package; if it fails, say why, for whoever can read it."""
    try:
        return render_options(photo, effect, options)
    except RenderFailed as error:
        if (cause := error.__cause__) is None:
            raise
        raise RenderFailed(f"{error.message} The cause is {type(cause).__name__}: {cause}.") from cause


def render_options(photo: Photo, effect: Effect, options: Options) -> Gif:
    """Render a photo as a GIF, with validated options.

    An animation that would flash dangerously is slowed or softened, and one beyond the byte limit is reduced;
    `Gif.calmed` and `Gif.given_up` report it.

    Raises:
        CannotFit: the byte limit cannot be met, however far quality is reduced.
        RenderFailed: the effect failed for this photo.
    """
    try:
        return _render(photo, effect, options)
    except GifmillError:
        raise
    except Exception as error:  # an effect may raise anything; the caller needs to know which effect failed
        raise RenderFailed.of_effect(effect.name) from error


def _render(photo: Photo, effect: Effect, options: Options) -> Gif:
    values, platform = options.values(effect), options.platform
    size_px, max_bytes = int(values[SIZE.name]), int(values[MAX_BYTES.name])
    kind = str(values[FORMAT.name])
    encoder = encoder_for(kind, str(values[PRESET.name]), int(values[LOOP.name]))
    cropped = photo
    if values[CROP.name] == "square":
        focus = str(values[FOCUS.name])
        cropped, values[FOCUS.name] = photo.square(focus), photo.focus_in_square(focus)

    requested = render_without_flashes(effect, _resize(cropped, size_px, platform), values, encoder, platform)
    _check_accepted(effect, requested, platform)
    best, step = requested, None
    if max_bytes and len(requested.encoded.data) > max_bytes:
        fixed = SIZE.name in dict(options.chosen) or (platform is not None and platform.size_px is not None)
        best, step = fit_to_byte_budget(requested, cropped, encoder, max_bytes, platform, fixed=fixed)
        _check_accepted(effect, best, platform)
    return Gif(
        best.encoded.data,
        effect.name,
        best.encoded.frames,
        *best.size,
        best.duration_cs * 10,
        best.calmed,
        kind,
        describe_reductions(requested, encoder, best, step),
    )


def _check_accepted(effect: Effect, made: RenderAttempt, platform: Platform | None) -> None:
    """Check the platform's limits again: an effect may change the photo's shape, and may have been slowed.

    Raises:
        RenderFailed: the platform would not accept the file.
    """
    if platform is not None and (problem := platform.animation_problem(*made.size, made.duration_cs)):
        width, height = made.size
        found = f"The effect {effect.name} has {width} x {height} px and lasts {made.duration_cs / 100:g} s"
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
