"""Every limit and every default of the service in one place, each with its unit in its name.

A field `max_queue` is set by the environment variable `GIFMILL_MAX_QUEUE`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from gifmill.errors import InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "GIFMILL_"
_WHOLE_NUMBER = re.compile(r"0*[1-9][0-9]{0,9}")


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and defaults.

    Attributes:
        max_photo_bytes: a photo with more is refused before it is read.
        max_direct_bytes: what a photo may have that is sent to the API itself; a larger one takes a form.
        max_photo_pixels: a photo whose header asks for more is refused before it is decoded.
        max_side_px: photos are kept with their longest side shrunk to this; no GIF is larger.
        form_lifetime_s: how long a form for an upload can be used.
        upload_lifetime_s: how long bytes that became no photo are kept.
        photo_lifetime_s: how long photos and their GIFs are kept.
        upload_timeout_s: how long a client may take to send a photo.
        upload_idle_s: how long it may send nothing meanwhile.
        max_uploads: how many photos may be on their way here at once.
        max_orders: how many orders of one photo are taken, after which it has to be sent again.
        max_queue: how many GIFs may wait to be made before new orders are refused.
        intake_timeout_s: how long the decoding of one photo may take.
        render_timeout_s: how long the making of one GIF may take.
        sweep_interval_s: how often what has expired is looked for.
    """

    max_photo_bytes: int = 25_000_000
    max_direct_bytes: int = 25_000_000
    max_photo_pixels: int = 100_000_000
    max_side_px: int = 1080
    form_lifetime_s: int = 900
    upload_lifetime_s: int = 3_600
    photo_lifetime_s: int = 86_400
    upload_timeout_s: int = 600
    upload_idle_s: int = 20
    max_uploads: int = 64
    max_orders: int = 64
    max_queue: int = 256
    intake_timeout_s: int = 20
    render_timeout_s: int = 60
    sweep_interval_s: int = 300

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """The defaults, changed by what the environment says.

        Raises:
            InvalidSetting: a variable of ours is unknown, or no whole number from 1 to 9,999,999,999.
        """
        known = {PREFIX + field.name.upper(): field.name for field in fields(cls)}
        changed: dict[str, int] = {}
        for variable, text in environ.items():
            if not variable.startswith(PREFIX):
                continue
            if variable not in known:
                names = ", ".join(sorted(known))
                raise InvalidSetting(f"{variable} is no setting of ours. There are: {names}.")
            if not _WHOLE_NUMBER.fullmatch(text):
                raise InvalidSetting(
                    f"{variable} must be a whole number above 0, of at most ten digits, not {text[:40]!r}."
                )
            changed[known[variable]] = int(text)
        return cls(**changed)


def page_config(live: str, settings: Settings) -> dict[str, str | int]:
    """What the page needs to know of the place where it is, as `/config.json` gives it.

    Args:
        live: the address of the WebSocket; a path is one of the page's own host.
        settings: the limits there.
    """
    return {
        "live": live,
        "max_photo_bytes": settings.max_photo_bytes,
        "max_direct_bytes": settings.max_direct_bytes,
    }
