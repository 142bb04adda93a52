"""Object names. A name is an order: it contains everything about it, so there is no database of jobs.

    uploads/{id}                              raw bytes, not yet checked
    photos/{id}/{options}/{audience}.png      a checked photo, and the GIFs ordered of it
    gifs/{id}/{options}/{effect}.gif          a finished GIF, or .webp if the options ask for it
    gifs/{id}/{options}/{effect}.note.json    how it is different from the request; written before it
    gifs/{id}/{options}/{effect}.failed.json  why it cannot be rendered

Only this module formats and parses these names. Parsing is strict: a name that would not be formatted
exactly the same way is rejected.
"""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gifmill.effects import Effect, find_effect, select_effects
from gifmill.errors import InvalidKey, UnknownEffect
from gifmill.rendering import FORMAT, Options

if TYPE_CHECKING:
    from collections.abc import Iterable

_PHOTO_ID = re.compile(r"[a-z2-7]{25}[aeimquy4]")  # the last letter carries 3 of its 5 bits: 26 x 5 = 128 + 2
_OBJECT_NAME = re.compile(
    rf"uploads/({_PHOTO_ID.pattern})|(?:photos|gifs)/({_PHOTO_ID.pattern})"
    r"/[^/]+/[^/]+\.(?:png|gif|webp|note\.json|failed\.json)"
)
_ID_ADVICE = "An id has 26 characters, a to z and 2 to 7. Copy it from the response."
_NAME_ADVICE = "Use the `url` of the status document."
_WORD = r"[a-z][a-z0-9_-]*"
_OPTIONS = r"[a-z0-9_=,.-]+"
_ORDER = re.compile(rf"photos/([^/]+)/({_OPTIONS})/({_WORD})\.png")
_GIF = re.compile(rf"gifs/([^/]+)/({_OPTIONS})/({_WORD})\.(gif|webp|note\.json|failed\.json)")


def new_photo_id() -> str:
    """Return 128 random bits as 26 lower-case letters and digits: a capability that cannot be guessed.

    Source: RFC 4648, section 6 (base32, without padding).
    """
    return b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def is_photo_id(text: str) -> bool:
    """Return whether the text has the form of an id."""
    return _PHOTO_ID.fullmatch(text) is not None


def check_photo_id(text: str) -> str:
    """Return the text if it has the form of an id.

    Raises:
        InvalidKey: it has another form.
    """
    if not is_photo_id(text):
        raise InvalidKey(f"{text[:40]!r} is not a photo id. {_ID_ADVICE}")
    return text


@dataclass(frozen=True, slots=True)
class UploadKey:
    """An upload: raw bytes, not checked yet."""

    photo_id: str

    def __str__(self) -> str:
        return f"uploads/{self.photo_id}"


@dataclass(frozen=True, slots=True)
class GifKey:
    """A finished GIF.

    Attributes:
        options: the effect's options that differ from its defaults.
    """

    photo_id: str
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
        return f"gifs/{self.photo_id}/{self.options}/{self.effect}.{extension}"


@dataclass(frozen=True, slots=True)
class OrderKey:
    """A checked photo, and the GIFs ordered of it.

    Attributes:
        audience: an effect or a pack.
    """

    photo_id: str
    options: Options
    audience: str

    def __str__(self) -> str:
        return f"photos/{self.photo_id}/{self.options}/{self.audience}.png"

    def gif(self, effect: Effect) -> GifKey:
        """Return the GIF of one effect of this order."""
        return GifKey(self.photo_id, self.options.of(effect), effect.name)

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


def object_prefixes(photo_id: str) -> tuple[str, str]:
    """Return the two prefixes of all objects of a photo."""
    return f"photos/{photo_id}/", f"gifs/{photo_id}/"


def photo_id_of(name: str) -> str | None:
    """Return the photo id in an object's name, or None for other names.

    Checks the form only, so that objects of removed effects still belong to their photo.
    """
    match = _OBJECT_NAME.fullmatch(name)
    return match[1] or match[2] if match else None


def format_orders(orders: Iterable[OrderKey]) -> str:
    """Format a photo's orders for its upload's metadata: `options/audience`, separated by spaces."""
    return " ".join(f"{order.options}/{order.audience}" for order in orders)


def parse_orders(photo_id: str, text: str) -> tuple[OrderKey, ...]:
    """Parse the result of `format_orders`, leaving out invalid orders and removed effects."""
    names = (f"photos/{photo_id}/{each}.png" for each in text.split())
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
            photo_id, options, audience = match.groups()
            return OrderKey(
                check_photo_id(photo_id), Options.parse(options, select_effects(audience)), audience
            )
        if match := _GIF.fullmatch(name):
            photo_id, options, audience, ending = match.groups()
            effect = find_effect(audience)
            gif = GifKey(check_photo_id(photo_id), Options.parse(options, (effect,)), audience)
            markers: dict[str, Key] = {"note.json": NoteKey(gif), "failed.json": FailedKey(gif)}
            if str(key := markers.get(ending, gif)) == name:  # not .gif if the options say WebP
                return key
    except UnknownEffect as error:
        raise InvalidKey(f"{name[:120]!r} is not a valid object name. {error}") from error
    if name.startswith("uploads/"):
        return UploadKey(check_photo_id(name.removeprefix("uploads/")))
    raise InvalidKey(f"{name[:120]!r} is not a valid object name. {_NAME_ADVICE}")
