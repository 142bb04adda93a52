"""Everything that can go wrong, as types with a stable code and a message for whoever asked.

    GifmillError
    ├── InputError                 what was handed in cannot be used: change it and try again
    │   ├── PhotoError
    │   │   ├── NotAPhoto          not_a_photo       no format that we read
    │   │   ├── UnsupportedPhoto   unsupported_photo a kind of such a format that we do not read
    │   │   ├── PhotoTooLarge      photo_too_large   more bytes than allowed
    │   │   ├── TooManyPixels      too_many_pixels   a header that asks for more pixels than allowed
    │   │   └── DamagedPhoto       damaged_photo     truncated or broken
    │   ├── UnknownEffect          unknown_effect
    │   ├── UnknownOption          unknown_option
    │   ├── InvalidOption          invalid_option    a value out of range or of the wrong form
    │   ├── CannotFit              cannot_fit        too few bytes for the effect, whatever is given up
    │   ├── InvalidKey             invalid_key       no name of an object of ours
    │   ├── InvalidRequest         invalid_request   a body or a command line of the wrong form
    │   ├── InvalidForm            invalid_form      a form for an upload that has expired or was changed
    │   ├── TooManyOrders          too_many_orders   one photo has been ordered often enough
    │   ├── TooSlow                too_slow          an upload that stopped or took too long
    │   └── InvalidSetting         invalid_setting   an environment variable of the wrong form
    ├── PluginFailed               plugin_failed     an installed package that adds an effect is broken
    ├── Forbidden                  forbidden         a program's call without its key
    ├── CrossSite                  cross_site        a call that another web page had a browser send
    ├── NotFound                   not_found         unknown, expired or deleted
    ├── Busy                       busy              the queue is full: try again later
    │   └── TooManyRequests        too_many_requests one client asks for more than its share
    ├── IntakeFailed               intake_failed     an upload could not be taken in
    ├── RenderFailed               render_failed     this effect could not be made of this photo
    └── StoreFailed                store_failed      the object store does not answer or refuses

Nothing here knows HTTP, exit codes or Lambda: each edge has its own table.
"""

from typing import ClassVar


class GifmillError(Exception):
    """The root. A subclass gives `code` and `title`; an instance gives the message.

    Attributes:
        code: stable, snake case; programs may rely on it.
        title: the same few words for every error of this code.
        message: one or two sentences for people: what is wrong, then what to do.
    """

    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def problem(self) -> dict[str, str]:
        """The error as a problem document, without the HTTP status.

        Source: RFC 9457, section 3.1 (`code` is our extension member).
        """
        return {
            "type": f"urn:gifmill:problem:{self.code}",
            "title": self.title,
            "detail": self.message,
            "code": self.code,
        }


class InputError(GifmillError):
    """What was handed in cannot be used."""

    code = "invalid_input"
    title = "This cannot be used"


class PhotoError(InputError):
    """The bytes handed in are no photo that we can work with.

    Attributes:
        setting: the field of `Settings` whose limit the photo exceeds, if that is the reason.
    """

    code = "invalid_photo"
    title = "This photo cannot be used"

    def __init__(self, message: str, setting: str | None = None) -> None:
        super().__init__(message)
        self.setting = setting


class NotAPhoto(PhotoError):
    """The content is of no format that we read, whatever its name says."""

    code = "not_a_photo"
    title = "Not a photo that we can read"


class UnsupportedPhoto(PhotoError):
    """A photo of a kind that we do not read in a format that we do: other samples, another compression."""

    code = "unsupported_photo"
    title = "This kind of photo cannot be read"


class PhotoTooLarge(PhotoError):
    """The photo has more bytes than the limit."""

    code = "photo_too_large"
    title = "The photo is too large"


class TooManyPixels(PhotoError):
    """The photo's header asks for more pixels than the limit, or its pixels for more memory than there is."""

    code = "too_many_pixels"
    title = "The photo has too many pixels"


class DamagedPhoto(PhotoError):
    """The photo is truncated or broken: its header is read, its pixels are not."""

    code = "damaged_photo"
    title = "The photo is damaged"


class UnknownEffect(InputError):
    """No effect or pack has this name."""

    code = "unknown_effect"
    title = "Unknown effect"


class UnknownOption(InputError):
    """None of the effects asked for has an option of this name."""

    code = "unknown_option"
    title = "Unknown option"


class InvalidOption(InputError):
    """The option exists, its value is out of range or of the wrong form."""

    code = "invalid_option"
    title = "Invalid value of an option"


class CannotFit(InputError):
    """The effect does not fit into the bytes that it may have, whatever is given up."""

    code = "cannot_fit"
    title = "It does not fit"


class InvalidKey(InputError):
    """The text is no name that one of our objects can have."""

    code = "invalid_key"
    title = "Not a name of ours"


class InvalidRequest(InputError):
    """The request as a whole has the wrong form."""

    code = "invalid_request"
    title = "Invalid request"


class InvalidForm(InputError):
    """A form for an upload has expired, was changed, or was filled with another file than it is for."""

    code = "invalid_form"
    title = "This form cannot be used"


class TooManyOrders(InputError):
    """One photo has been ordered as often as is allowed: each order is kept, and each is in its status."""

    code = "too_many_orders"
    title = "Too many orders of one photo"


class TooSlow(InputError):
    """The upload stopped, or took longer than is waited for."""

    code = "too_slow"
    title = "The upload took too long"


class InvalidSetting(InputError):
    """An environment variable that sets a limit has the wrong form."""

    code = "invalid_setting"
    title = "Invalid setting"


class PluginFailed(GifmillError):
    """An installed package that adds an effect is broken."""

    code = "plugin_failed"
    title = "An effect of another package is broken"


class Forbidden(GifmillError):
    """A call of a program without its key. What is answered so is decided before our code is asked."""

    code = "forbidden"
    title = "A key is needed"


class CrossSite(GifmillError):
    """A browser was made to send this by a page that is not ours, perhaps without its user's knowledge."""

    code = "cross_site"
    title = "From another web page"


class NotFound(GifmillError):
    """Unknown, expired or deleted: the three cannot be told apart."""

    code = "not_found"
    title = "Not here"


class Busy(GifmillError):
    """The queue is full. Nothing was kept; the same request may succeed later."""

    code = "busy"
    title = "The mill is busy"

    def __init__(self, message: str, retry_after_s: int = 5) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TooManyRequests(Busy):
    """One client asks for more than its share. Nothing was kept; it may ask again later."""

    code = "too_many_requests"
    title = "Too many requests"


class IntakeFailed(GifmillError):
    """An upload could not be taken in, after several tries; that need not be the photo's fault."""

    code = "intake_failed"
    title = "This photo could not be taken in"


class RenderFailed(GifmillError):
    """One effect could not be made of one photo; the others are not touched by it."""

    code = "render_failed"
    title = "This GIF could not be made"


class StoreFailed(GifmillError):
    """The object store does not answer or refuses."""

    code = "store_failed"
    title = "The store does not answer"


def all_errors() -> list[type[GifmillError]]:
    """All of the tree, the root first."""
    kinds: list[type[GifmillError]] = [GifmillError]
    for kind in kinds:  # which grows meanwhile
        kinds += kind.__subclasses__()
    return kinds
