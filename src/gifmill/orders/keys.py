"""Object names. A name is an order: it contains everything about it, so there is no database of jobs.

    uploads/{view}                              raw bytes, not yet checked
    photos/{view}/{options}/{audience}.png      a checked photo, and the GIFs ordered of it
    gifs/{view}/{options}/{effect}.gif          a finished GIF, or .webp if the options ask for it
    gifs/{view}/{options}/{effect}.note.json    how it is different from the request; written before it
    gifs/{view}/{options}/{effect}.failed.json  why it cannot be rendered

Names that were written before photos had views hold the id in its place, until they expire.

Only this module formats and parses these names. Parsing is strict: a name that would not be formatted
exactly the same way is rejected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gifmill.effects import Effect, find_effect, select_effects
from gifmill.errors import InvalidKey, UnknownEffect
from gifmill.orders.capabilities import ID_OR_VIEW, check_id_or_view
from gifmill.rendering import FORMAT, Options

if TYPE_CHECKING:
    from collections.abc import Iterable

_OBJECT_NAME = re.compile(
    rf"uploads/({ID_OR_VIEW})|(?:photos|gifs)/({ID_OR_VIEW})/[^/]+/[^/]+\.(?:png|gif|webp|note\.json|failed\.json)"
)
_NAME_ADVICE = "Use the `url` of the status document."
_WORD = r"[a-z][a-z0-9_-]*"
_OPTIONS = r"[a-z0-9_=,.-]+"
_ORDER = re.compile(rf"photos/([^/]+)/({_OPTIONS})/({_WORD})\.png")
_GIF = re.compile(rf"gifs/([^/]+)/({_OPTIONS})/({_WORD})\.(gif|webp|note\.json|failed\.json)")


@dataclass(frozen=True, slots=True)
class UploadKey:
    """An upload: raw bytes, not checked yet.

    Attributes:
        view: the photo's view, in all keys.
    """

    view: str

    def __str__(self) -> str:
        return f"uploads/{self.view}"


@dataclass(frozen=True, slots=True)
class GifKey:
    """A finished GIF.

    Attributes:
        options: the effect's options that differ from its defaults.
    """

    view: str
    options: Options
    effect: str

    def __str__(self) -> str:
        return self.with_extension(self.format)

    @property
    def format(self) -> str:
        """The file format, gif or webp; the media type is image/gif or image/webp."""
        return str(self.options.values(find_effect(self.effect))[FORMAT.name])

    def with_extension(self, extension: str) -> str:
        """Return the name of the GIF's object with this extension."""
        return f"gifs/{self.view}/{self.options}/{self.effect}.{extension}"


@dataclass(frozen=True, slots=True)
class OrderKey:
    """A checked photo, and the GIFs ordered of it.

    Attributes:
        audience: an effect or a pack.
    """

    view: str
    options: Options
    audience: str

    def __str__(self) -> str:
        return f"photos/{self.view}/{self.options}/{self.audience}.png"

    def gif(self, effect: Effect) -> GifKey:
        """Return the GIF of one effect of this order."""
        return GifKey(self.view, self.options.of(effect), effect.name)

    @property
    def gifs(self) -> tuple[GifKey, ...]:
        """All ordered GIFs, in the registry's order."""
        return tuple(self.gif(effect) for effect in select_effects(self.audience))


@dataclass(frozen=True, slots=True)
class NoteKey:
    """The note on how a GIF is different from the request."""

    gif: GifKey

    def __str__(self) -> str:
        return self.gif.with_extension("note.json")


@dataclass(frozen=True, slots=True)
class FailedKey:
    """The failure marker of a GIF."""

    gif: GifKey

    def __str__(self) -> str:
        return self.gif.with_extension("failed.json")


type Key = UploadKey | OrderKey | GifKey | NoteKey | FailedKey


def object_prefixes(view: str) -> tuple[str, str]:
    """Return the two prefixes of all objects of a photo."""
    return f"photos/{view}/", f"gifs/{view}/"


def view_in(name: str) -> str | None:
    """Return the view in an object's name, or None for other names.

    Checks the form only, so that objects of removed effects still belong to their photo.
    """
    match = _OBJECT_NAME.fullmatch(name)
    return match[1] or match[2] if match else None


def format_orders(orders: Iterable[OrderKey]) -> str:
    """Format a photo's orders for its upload's metadata: `options/audience`, separated by spaces."""
    return " ".join(f"{order.options}/{order.audience}" for order in orders)


def parse_orders(view: str, text: str) -> tuple[OrderKey, ...]:
    """Parse the result of `format_orders`, leaving out invalid orders and removed effects."""
    names = (f"photos/{view}/{each}.png" for each in text.split())
    return tuple(order for name in names if (order := parse_order(name)))


def parse_order(name: str) -> OrderKey | None:
    """Parse an order's name; None if it is not valid, for example because its effect was removed."""
    key = parse_key_or_none(name)
    return key if isinstance(key, OrderKey) else None


def parse_key_or_none(name: str) -> Key | None:
    """Parse an object's name; None if it is not valid."""
    try:
        return parse_key(name)
    except InvalidKey:
        return None


def parse_key(name: str) -> Key:
    """Parse an object's name: `str(parse_key(name)) == name`.

    Raises:
        InvalidKey: not a valid name, or not in its canonical form.
    """
    try:
        if match := _ORDER.fullmatch(name):
            view, options, audience = match.groups()
            return OrderKey(
                check_id_or_view(view), Options.parse(options, select_effects(audience)), audience
            )
        if match := _GIF.fullmatch(name):
            view, options, audience, ending = match.groups()
            effect = find_effect(audience)
            gif = GifKey(check_id_or_view(view), Options.parse(options, (effect,)), audience)
            markers: dict[str, Key] = {"note.json": NoteKey(gif), "failed.json": FailedKey(gif)}
            if str(key := markers.get(ending, gif)) == name:  # not .gif if the options say WebP
                return key
    except UnknownEffect as error:
        raise InvalidKey(f"{name[:120]!r} is not a valid object name. {error}") from error
    if name.startswith("uploads/"):
        return UploadKey(check_id_or_view(name.removeprefix("uploads/")))
    raise InvalidKey(f"{name[:120]!r} is not a valid object name. {_NAME_ADVICE}")
