"""Names of objects. A name is an order: it says all there is to know, so there is no database of jobs.

    uploads/{id}                              raw bytes, not yet checked
    photos/{id}/{options}/{audience}.png      a checked photo, and what is to be made of it
    gifs/{id}/{options}/{effect}.gif          a finished GIF; .webp where the options say so
    gifs/{id}/{options}/{effect}.note.json    in what it is other than was asked for; there before it
    gifs/{id}/{options}/{effect}.failed.json  the reason why there will be none

Only this module writes and reads these names. Reading is strict: a name that would not be written again
letter by letter is refused.
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
_OURS = re.compile(
    rf"uploads/({_PHOTO_ID.pattern})|(?:photos|gifs)/({_PHOTO_ID.pattern})"
    r"/[^/]+/[^/]+\.(?:png|gif|webp|note\.json|failed\.json)"
)
_WORD = r"[a-z][a-z0-9_-]*"
_OPTIONS = r"[a-z0-9_=,.-]+"
_ORDER = re.compile(rf"photos/([^/]+)/({_OPTIONS})/({_WORD})\.png")
_GIF = re.compile(rf"gifs/([^/]+)/({_OPTIONS})/({_WORD})\.(gif|webp|note\.json|failed\.json)")


def new_photo_id() -> str:
    """128 random bits as 26 lower-case letters and digits. The id is the capability: it cannot be guessed.

    Source: RFC 4648, section 6 (base32, without padding).
    """
    return b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def is_photo_id(text: str) -> bool:
    """Whether the text has the form of an id."""
    return _PHOTO_ID.fullmatch(text) is not None


def check_photo_id(text: str) -> str:
    """The text, if it has the form of an id.

    Raises:
        InvalidKey: it has not.
    """
    if not is_photo_id(text):
        raise InvalidKey(f"{text[:40]!r} is not the id of a photo: 26 letters a to z and digits 2 to 7.")
    return text


@dataclass(frozen=True, slots=True)
class UploadKey:
    """Raw bytes that nobody has checked yet."""

    photo_id: str

    def __str__(self) -> str:
        return f"uploads/{self.photo_id}"


@dataclass(frozen=True, slots=True)
class GifKey:
    """A finished GIF.

    Attributes:
        options: only what this effect knows and what differs from its defaults.
    """

    photo_id: str
    options: Options
    effect: str

    def __str__(self) -> str:
        return self.named(self.format)

    @property
    def format(self) -> str:
        """What the file is: gif or webp, and so image/gif or image/webp."""
        return str(self.options.values(find_effect(self.effect))[FORMAT.name])

    def named(self, ending: str) -> str:
        """The name of what belongs to this GIF and ends so."""
        return f"gifs/{self.photo_id}/{self.options}/{self.effect}.{ending}"


@dataclass(frozen=True, slots=True)
class OrderKey:
    """A checked photo, and what is to be made of it.

    Attributes:
        audience: an effect or a pack.
    """

    photo_id: str
    options: Options
    audience: str

    def __str__(self) -> str:
        return f"photos/{self.photo_id}/{self.options}/{self.audience}.png"

    def gif(self, effect: Effect) -> GifKey:
        """The GIF of one effect of this order."""
        return GifKey(self.photo_id, self.options.of(effect), effect.name)

    @property
    def gifs(self) -> tuple[GifKey, ...]:
        """All that the order asks for, in the registry's order."""
        return tuple(self.gif(effect) for effect in select_effects(self.audience))


@dataclass(frozen=True, slots=True)
class NoteKey:
    """The marker beside a GIF that is other than was asked for."""

    gif: GifKey

    def __str__(self) -> str:
        return self.gif.named("note.json")


@dataclass(frozen=True, slots=True)
class FailedKey:
    """The marker that takes a GIF's place where there will be none."""

    gif: GifKey

    def __str__(self) -> str:
        return self.gif.named("failed.json")


type Key = UploadKey | OrderKey | GifKey | NoteKey | FailedKey


def photo_prefixes(photo_id: str) -> tuple[str, str]:
    """The two prefixes under which all that belongs to a photo is found."""
    return f"photos/{photo_id}/", f"gifs/{photo_id}/"


def photo_id_of(name: str) -> str | None:
    """Whose an object is, or None where its name has not the form of ours.

    Knows the form only, so that orders and GIFs of effects that have been withdrawn are still somebody's.
    """
    match = _OURS.fullmatch(name)
    return match[1] or match[2] if match else None


def format_orders(orders: Iterable[OrderKey]) -> str:
    """Orders of one photo as they are noted beside its upload: `options/audience`, separated by spaces."""
    return " ".join(f"{order.options}/{order.audience}" for order in orders)


def parse_orders(photo_id: str, text: str) -> tuple[OrderKey, ...]:
    """The reverse of `format_orders`, leaving out what is no order (any more)."""
    names = (f"photos/{photo_id}/{each}.png" for each in text.split())
    return tuple(order for name in names if (order := parse_order(name)))


def parse_order(name: str) -> OrderKey | None:
    """An order, or None where the name is none that we understand: its effect may have been withdrawn."""
    try:
        key = parse_key(name)
    except InvalidKey:
        return None
    return key if isinstance(key, OrderKey) else None


def parse_key(name: str) -> Key:
    """Read an object's name: `str(parse_key(name)) == name`.

    Raises:
        InvalidKey: none of our names, or not written the one way that we write it.
    """
    try:
        if match := _ORDER.fullmatch(name):
            photo_id, options, who = match.groups()
            return OrderKey(check_photo_id(photo_id), Options.parse(options, select_effects(who)), who)
        if match := _GIF.fullmatch(name):
            photo_id, options, who, ending = match.groups()
            effect = find_effect(who)
            gif = GifKey(check_photo_id(photo_id), Options.parse(options, (effect,)), who)
            markers: dict[str, Key] = {"note.json": NoteKey(gif), "failed.json": FailedKey(gif)}
            if str(key := markers.get(ending, gif)) == name:  # not .gif where the options say WebP
                return key
    except UnknownEffect as error:
        raise InvalidKey(f"{name[:120]!r} names no effect of ours.") from error
    if name.startswith("uploads/"):
        return UploadKey(check_photo_id(name.removeprefix("uploads/")))
    raise InvalidKey(f"{name[:120]!r} is no name of ours.")
