"""The error hierarchy: each error has a stable code and a message for the user.

    GifmillError
    ├── InputError                 an error caused by the input: change it and try again
    │   ├── PhotoError
    │   │   ├── NotAPhoto          not_a_photo       not in a supported format
    │   │   ├── UnsupportedPhoto   unsupported_photo an unsupported variant of a supported format
    │   │   ├── PhotoTooLarge      photo_too_large   more bytes than allowed
    │   │   ├── TooManyPixels      too_many_pixels   a header with more pixels than allowed
    │   │   └── DamagedPhoto       damaged_photo     truncated or broken
    │   ├── UnknownEffect          unknown_effect
    │   ├── UnknownOption          unknown_option
    │   ├── InvalidOption          invalid_option    a value out of range or malformed
    │   ├── MissingGlyph           missing_glyph     no font has a character of the caption
    │   ├── CannotFit              cannot_fit        the byte limit cannot be met
    │   ├── InvalidKey             invalid_key       not an object name of gifmill
    │   ├── InvalidRequest         invalid_request   a malformed body or command line
    │   ├── InvalidForm            invalid_form      an upload form that expired or was changed
    │   ├── TooManyOrders          too_many_orders   the limit of orders for one photo is reached
    │   ├── TooSlow                too_slow          an upload that stalled or took too long
    │   └── InvalidSetting         invalid_setting   a malformed environment variable
    ├── PluginFailed               plugin_failed     an installed effect package is broken
    ├── MissingExtra               missing_extra     an optional set of packages is not installed
    ├── Forbidden                  forbidden         an API call without a key
    ├── CrossSite                  cross_site        a request that another website made a browser send
    ├── NotFound                   not_found         unknown, expired or deleted
    ├── Busy                       busy              the queue is full: try again later
    │   └── TooManyRequests        too_many_requests a client is over the rate limit
    ├── IntakeFailed               intake_failed     an upload could not be processed
    ├── RenderFailed               render_failed     this effect failed on this photo
    └── StoreFailed                store_failed      the object store does not respond or rejects

This module knows no HTTP status, exit code or Lambda: each edge has its own table.
"""

from __future__ import annotations

from typing import ClassVar


class GifmillError(Exception):
    """The root. A subclass sets `code` and `title`; an instance has a message.

    Attributes:
        code: stable, snake case; programs may rely on it.
        title: the same few words for every error of this code.
        message: one or two sentences for the user: what is wrong, then what to do.
    """

    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def problem(self) -> dict[str, str]:
        """Return the error as a problem document, without the HTTP status.

        Source: RFC 9457, section 3.1 (`code` is an extension member).
        """
        return {
            "type": problem_type(self.code),
            "title": self.title,
            "detail": self.message,
            "code": self.code,
        }


class InputError(GifmillError):
    """The input cannot be used."""

    code = "invalid_input"
    title = "The input cannot be used"


class PhotoError(InputError):
    """The bytes are not a usable photo.

    Attributes:
        setting: the field of `Settings` whose limit the photo exceeds; None if no limit is the reason.
    """

    code = "invalid_photo"
    title = "This photo cannot be used"

    def __init__(self, message: str, setting: str | None = None) -> None:
        super().__init__(message)
        self.setting = setting


class NotAPhoto(PhotoError):
    """The content is in no supported format. The file name is not considered."""

    code = "not_a_photo"
    title = "Not a supported photo format"


class UnsupportedPhoto(PhotoError):
    """An unsupported variant of a supported format: other samples, another compression."""

    code = "unsupported_photo"
    title = "Unsupported kind of photo"


class PhotoTooLarge(PhotoError):
    """The photo has more bytes than the limit."""

    code = "photo_too_large"
    title = "The photo is too large"


class TooManyPixels(PhotoError):
    """The header has more pixels than the limit, or decoding needs more memory than is available."""

    code = "too_many_pixels"
    title = "The photo has too many pixels"


class DamagedPhoto(PhotoError):
    """The photo is truncated or broken: its header is readable, its pixels are not."""

    code = "damaged_photo"
    title = "The photo is damaged"


class UnknownEffect(InputError, KeyError):
    """No effect or pack has this name. A KeyError, because `EFFECTS` is indexed by name."""

    code = "unknown_effect"
    title = "Unknown effect"

    def __str__(self) -> str:
        return self.message  # a KeyError's text is the message in quotes


class UnknownOption(InputError):
    """None of the requested effects has an option of this name."""

    code = "unknown_option"
    title = "Unknown option"


class InvalidOption(InputError):
    """The option exists, but its value is out of range or malformed."""

    code = "invalid_option"
    title = "Invalid value of an option"


class MissingGlyph(InputError):
    """The caption has a character that no font has, or that cannot be laid out."""

    code = "missing_glyph"
    title = "A character cannot be drawn"


class CannotFit(InputError):
    """The byte limit cannot be met, even at the lowest quality."""

    code = "cannot_fit"
    title = "The byte limit cannot be met"


class InvalidKey(InputError):
    """The text is not a valid object name of gifmill."""

    code = "invalid_key"
    title = "Invalid object name"


class InvalidRequest(InputError):
    """The request as a whole is malformed."""

    code = "invalid_request"
    title = "Invalid request"


class InvalidForm(InputError):
    """An upload form has expired, was changed, or was sent with a different file."""

    code = "invalid_form"
    title = "Invalid upload form"


class TooManyOrders(InputError):
    """The limit of orders for one photo is reached: each order is stored and listed in its status."""

    code = "too_many_orders"
    title = "Too many orders for one photo"


class TooSlow(InputError):
    """The upload stalled, or exceeded its timeout."""

    code = "too_slow"
    title = "The upload took too long"


class InvalidSetting(InputError):
    """An environment variable that sets a limit is malformed."""

    code = "invalid_setting"
    title = "Invalid setting"


class PluginFailed(GifmillError):
    """An installed effect package is broken."""

    code = "plugin_failed"
    title = "An effect package is broken"


class MissingExtra(GifmillError):
    """An extra is not installed, such as `gifmill[server]` for the server."""

    code = "missing_extra"
    title = "An extra is not installed"


class Forbidden(GifmillError):
    """An API call without a key. It is rejected before it reaches this code."""

    code = "forbidden"
    title = "A key is needed"


class CrossSite(GifmillError):
    """Another website made a browser send this request, perhaps without its user's knowledge."""

    code = "cross_site"
    title = "Request from another website"


class NotFound(GifmillError):
    """Unknown, expired or deleted: the three are indistinguishable."""

    code = "not_found"
    title = "Not found"


class Busy(GifmillError):
    """The queue is full. Nothing was stored; the same request may succeed later."""

    code = "busy"
    title = "The server is busy"

    def __init__(self, message: str, retry_after_s: int = 5) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TooManyRequests(Busy):
    """A client is over the rate limit. Nothing was stored; the same request may succeed later."""

    code = "too_many_requests"
    title = "Too many requests"


class IntakeFailed(GifmillError):
    """An upload could not be processed after several attempts. The photo is not necessarily at fault."""

    code = "intake_failed"
    title = "The photo could not be processed"


class RenderFailed(GifmillError):
    """One effect failed on one photo. Other effects are not affected."""

    code = "render_failed"
    title = "This GIF could not be made"

    @classmethod
    def of_effect(cls, name: str) -> RenderFailed:
        """Return the error for the effect of this name, in one wording for all who report it."""
        return cls(f"The effect {name} failed on this photo. Try again, or another size or effect.")


class StoreFailed(GifmillError):
    """The object store does not respond, or rejects the operation."""

    code = "store_failed"
    title = "The object store does not respond"


def problem_type(code: str) -> str:
    """Return the `type` of the problem documents with this code: a name, not an address.

    Source: RFC 9457, section 3.1.1.
    """
    return f"urn:gifmill:problem:{code}"


def all_errors() -> list[type[GifmillError]]:
    """Return every class of the hierarchy, the root first."""
    kinds: list[type[GifmillError]] = [GifmillError]
    for kind in kinds:  # the list grows during the loop
        kinds += kind.__subclasses__()
    return kinds
