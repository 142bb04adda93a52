"""Fuzz targets: each takes any bytes, and fails if the result breaks a contract."""

from __future__ import annotations

import traceback
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import gifmill
from gifmill.effects import EFFECTS, PACKS, select_effects
from gifmill.errors import InputError, InvalidKey, PhotoError, UnknownEffect
from gifmill.orders.keys import OrderKey, parse_key, parse_order, parse_orders, view_in
from gifmill.orders.pipeline import new_orders
from gifmill.photo import open_photo
from gifmill.rendering.options import COMMON, Options
from gifmill.rendering.platforms import PLATFORMS
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

ID = "abcdefghijklmnopqrstuvwxya"

_PACKAGE_FOLDER = str(Path(gifmill.__file__).parent)
_LOW_LIMITS = Settings(max_photo_pixels=1_000_000, max_jpeg_pixels=1_000_000)
"""Low limits, so that a run has time for many files instead of a few large ones."""

_SIDE_PX = 64


def photo(data: bytes) -> None:
    """Check that any bytes give a photo or a photo error, and that no bug of gifmill causes the error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            opened = open_photo(data, max_side_px=_SIDE_PX, settings=_LOW_LIMITS)
        except PhotoError as error:
            assert error.message.endswith("."), error.message  # noqa: PT017
            assert not _hides_bug(error.__cause__), traceback.format_exception(error)  # noqa: PT017
        else:
            assert 1 <= min(opened.size) <= max(opened.size) <= _SIDE_PX
            if opened.has_alpha:
                assert not opened.pixels[opened.pixels[..., 3] == 0].any()
            assert (open_photo(opened.png()).pixels == opened.pixels).all()


def _hides_bug(cause: BaseException | None) -> bool:
    """Return whether an error hides a bug: `open_photo` reports any error of a decoder as damage."""
    if not isinstance(cause, TypeError | AttributeError | LookupError | AssertionError | NameError):
        return False
    return traceback.extract_tb(cause.__traceback__)[-1].filename.startswith(_PACKAGE_FOLDER)


def keys(data: bytes) -> None:
    """Check that any text is either rejected or the canonical spelling of an object name."""
    text = data.decode("utf-8", "replace")
    try:
        key = parse_key(text)
    except InvalidKey:
        assert parse_order(text) is None
    else:
        assert str(key) == text
        assert view_in(text)
        assert (parse_order(text) is not None) == isinstance(key, OrderKey)
    for found in parse_orders(ID, text):
        assert str(found).removeprefix(f"photos/{ID}/").removesuffix(".png") in text.split()
    _options(*text.partition("/")[::2])


def _options(text: str, effects: str) -> None:
    """Check the same for options, as part of a name and of a query."""
    try:
        wanted = select_effects(effects)
    except UnknownEffect:
        wanted = EFFECTS
    with suppress(InvalidKey):
        assert str(Options.parse(text, wanted)) == text
    values = dict(pair.partition("=")[::2] for pair in text.split(","))
    try:
        named = new_orders(ID, effects, values)
    except InputError as error:
        assert error.message.endswith("."), error.message  # noqa: PT017
    else:
        assert all(parse_key(str(each)) == each for each in named)


def key_seeds() -> list[bytes]:
    """Return seeds for `keys`: object names of every kind, and options of every kind."""
    params = {
        param.name: param for param in (*COMMON, *(each for effect in EFFECTS for each in effect.params))
    }
    pairs = [f"{name}={getattr(each, 'choices', (each.default,))[-1]}" for name, each in params.items()]
    names = [f"uploads/{ID}", *(f"photos/{ID}/default/{name}.png" for name in PACKS)]
    for effect in EFFECTS:
        names += [f"gifs/{ID}/{pair}/{effect.name}.gif" for pair in pairs[:3]]
    names += [f"gifs/{ID}/format=webp/blur.{ending}" for ending in ("webp", "note.json", "failed.json")]
    names += [f"for={target}/classic" for target in PLATFORMS]
    return [each.encode() for each in (*names, *(f"{pair}/all" for pair in pairs), ",".join(pairs) + "/blur")]


TARGETS_BY_NAME: dict[str, Callable[[bytes], None]] = {"photo": photo, "keys": keys}
