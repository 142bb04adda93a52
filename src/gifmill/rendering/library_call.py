"""The library's call: `render`, with a type for each effect.

The overloads are derived from the registry: `make reference` writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from gifmill.effects import (
    BACKGROUND,
    CAPTION_MOTION,
    CAPTION_PLACE,
    CAPTION_STYLE,
    FOCUS,
    Effect,
    display_value,
    find_effect,
)
from gifmill.errors import InvalidOption, RenderFailed
from gifmill.photo import Photo, open_photo
from gifmill.rendering.function_effect import effect_of_function
from gifmill.rendering.options import FOR, PRESET, Options
from gifmill.rendering.renderer import render_effect, render_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal, Unpack

    from gifmill.animation import Animation
    from gifmill.photo import Source
    from gifmill.rendering import option_types as of
    from gifmill.rendering.result import Gif


# overloads
@overload
def render(photo: Photo | Source, effect: Literal["blur"], **options: Unpack[of.BlurOptions]) -> Gif: ...
@overload
def render(
    photo: Photo | Source, effect: Literal["recursive"], **options: Unpack[of.RecursiveOptions]
) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["cyclic"], **options: Unpack[of.CyclicOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["shake"], **options: Unpack[of.ShakeOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["party"], **options: Unpack[of.PartyOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["glitch"], **options: Unpack[of.GlitchOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["pat"], **options: Unpack[of.PatOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["spin"], **options: Unpack[of.SpinOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["bounce"], **options: Unpack[of.BounceOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["zoom"], **options: Unpack[of.ZoomOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["wiggle"], **options: Unpack[of.WiggleOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["swirl"], **options: Unpack[of.SwirlOptions]) -> Gif: ...
@overload
def render(
    photo: Photo | Source, effect: Literal["kaleidoscope"], **options: Unpack[of.KaleidoscopeOptions]
) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["reveal"], **options: Unpack[of.RevealOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["droste"], **options: Unpack[of.DrosteOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["ripple"], **options: Unpack[of.RippleOptions]) -> Gif: ...
@overload
def render(
    photo: Photo | Source, effect: Literal["intensifies"], **options: Unpack[of.IntensifiesOptions]
) -> Gif: ...
@overload
def render(
    photo: Photo | Source, effect: Literal["heartbeat"], **options: Unpack[of.HeartbeatOptions]
) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["jello"], **options: Unpack[of.JelloOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["flip"], **options: Unpack[of.FlipOptions]) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["slide"], **options: Unpack[of.SlideOptions]) -> Gif: ...
@overload
def render(
    photo: Photo | Source, effect: Literal["dissolve"], **options: Unpack[of.DissolveOptions]
) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: Literal["neon"], **options: Unpack[of.NeonOptions]) -> Gif: ...
@overload
def render(
    photo: Photo | Source, effect: Literal["confetti"], **options: Unpack[of.ConfettiOptions]
) -> Gif: ...
@overload
def render(
    photo: Photo | Source, effect: Literal["sunglasses"], **options: Unpack[of.SunglassesOptions]
) -> Gif: ...
@overload
def render(photo: Photo | Source, effect: str, **options: Unpack[of.SharedOptions]) -> Gif: ...
@overload
def render(
    photo: Photo | Source,
    effect: Effect | Callable[..., Animation],
    *,
    background: str | tuple[int, int, int] | None = ...,
    calm: bool = ...,
    caption: str | None = ...,
    caption_motion: Literal["static", "typewriter", "wave", "shake"] = ...,
    caption_place: Literal["bottom", "top"] = ...,
    caption_style: Literal["outline", "bar"] = ...,
    crop: Literal["none", "square"] | None = ...,
    focus: Literal["found", "centre", "top", "bottom", "left", "right"] | tuple[float, float] | None = ...,
    target: of.PlatformName | Literal["anywhere"] = ...,
    format: of.FormatName | None = ...,
    fps: int | None = ...,
    frames: int | None = ...,
    loop: int = ...,
    max_bytes: int | None = ...,
    preset: of.PresetName = ...,
    size: int | None = ...,
    allow_flashing: bool = ...,
    **params: Any,  # noqa: ANN401  # a function may have any
) -> Gif: ...
# /overloads
def render(
    photo: Photo | Source,
    effect: str | Effect | Callable[..., Animation],
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
    background: str | tuple[int, int, int] | None = None,
    caption: str | None = None,
    caption_place: str = CAPTION_PLACE.default,
    caption_style: str = CAPTION_STYLE.default,
    caption_motion: str = CAPTION_MOTION.default,
    allow_flashing: bool = False,
    **params: Any,  # the overloads have their types
) -> Gif:
    """Render a photo as a GIF.

    Args:
        photo: from `open_photo`, of any size; or what that takes: a path, bytes, a binary file, an image of
            Pillow, an array. To make several GIFs of a photo, open it once.
        effect: the name of an effect; its `Effect`; or a function that takes a `Photo` and `params`, and
            returns a `gifmill.animation.Animation`.
        preset: the encoder preset: fast, small, balanced, crisp or smooth.
        size: the longest side, in pixels; a smaller photo is not enlarged. Default: the platform's, or 480.
            A byte limit may shrink the default of 480 px, but no other size.
        crop: "none", or "square" for a square around the subject. Default: the platform's, or "none".
        calm: render the slower and softer variant of the effect.
        target: the platform whose limits the file must meet, such as "slack-emoji".
        format: "gif" or "webp". Default: the platform's, or "gif".
        max_bytes: maximum file size in bytes. Default: the platform's, or unlimited.
        fps: frames per second, 1 to 50. Default: the effect's own, mostly 15 to 25. An effect of
            fixed steps, and a function without a parameter `frames`, has at most its own frames.
        frames: frames of one loop, 1 to 500, instead of `fps`.
        loop: how often the animation plays; 0 = for ever. A finite loop ends on its first frame.
        focus: centre of the effect and of a square crop: "found" (the detected subject), "centre", "top",
            "bottom", "left", "right"; or (x, y), from (0, 0) at the top left to (1, 1) at the bottom right.
        background: "auto": transparent if the photo is, otherwise the effect's own; "none": transparent; or a
            colour, such as "white", "#ffeecc" or (255, 238, 204). Default: "auto". A function gets a photo
            with alpha only with "none"; otherwise the photo is laid on the colour, or on white.
        caption: text over the picture, up to 120 bytes of UTF-8; it is wrapped and sized to fit, and line
            breaks are kept. Default: none, or the effect's own.
        caption_place: "bottom" or "top".
        caption_style: "outline" for white letters with a black outline, "bar" for black ones on a white bar.
        caption_motion: "static", "typewriter", "wave" or "shake". The first frame shows the whole text.
        allow_flashing: do not slow or soften a GIF that flashes dangerously; `Gif.flashes` reports it.
            Flashes can cause seizures: show such a GIF to nobody who does not expect it.
        params: the effect's own parameters by name, such as `duration=3`. A function gets them as they are;
            it gets `frames`, `focus` and `background` too if it has parameters of these names.

    Raises:
        UnknownEffect: no effect has this name.
        UnknownOption: the effect has no parameter of this name.
        InvalidOption: a value is out of range, malformed, or beyond a limit of the platform.
        MissingGlyph: no font has a character of the caption.
        CannotFit: the byte limit cannot be met, however far quality is reduced.
        RenderFailed: a named effect failed for this photo, or the platform would not accept the result.
        TypeError: the photo or the effect is of another type.
        PhotoError, OSError: the photo cannot be read, as for `open_photo`.
        Exception: whatever a function that was given as effect raises.
    """
    if allow_flashing not in (True, False):
        shown = display_value(allow_flashing)
        raise InvalidOption(f"allow_flashing={shown} is not valid. Use True or False.")
    opened = photo if isinstance(photo, Photo) else open_photo(photo)
    if callable(effect):
        common = [param for param, value in ((FOCUS, focus), (BACKGROUND, background)) if value is not None]
        chosen, params = effect_of_function(effect, params, common, takes_alpha=background == "none"), {}
    elif isinstance(effect, Effect):
        chosen = effect
    elif isinstance(effect, str):
        chosen = find_effect(effect)
    else:
        raise TypeError(f"An effect is a name or a function or an Effect, not {type(effect).__name__}.")
    values: dict[str, object] = {
        "preset": preset,
        "size": size,
        "crop": crop,
        "calm": {True: "yes", False: "no"}.get(calm, calm),
        "for": target,
        "format": format,
        "max_bytes": max_bytes,
        "fps": fps,
        "frames": frames,
        "loop": loop,
        "focus": focus,
        "background": background,
        "caption": caption,
        "caption_place": caption_place,
        "caption_style": caption_style,
        "caption_motion": caption_motion,
        **params,
    }
    given = {name: value for name, value in values.items() if value is not None}
    options = Options.read(given, (chosen,), {FOR.name: "target"})
    if callable(effect):
        return render_effect(opened, chosen, options, allow_flashing=allow_flashing)
    return _render_named(opened, chosen, options, allow_flashing=allow_flashing)


def _render_named(photo: Photo, effect: Effect, options: Options, *, allow_flashing: bool) -> Gif:
    """Render with an effect of a package; the error names the cause, for a developer to read."""
    try:
        return render_options(photo, effect, options, allow_flashing=allow_flashing)
    except RenderFailed as error:
        if (cause := error.__cause__) is None:
            raise
        raise RenderFailed(f"{error.message} The cause is {type(cause).__name__}: {cause}.") from cause
