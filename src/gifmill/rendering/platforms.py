"""Upload limits of platforms, with sources and dates. Importing this module does not import numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gifmill.effects import Value

NO_PLATFORM = "anywhere"
"""The value of `for` that means no platform."""


@dataclass(frozen=True, slots=True)
class Platform:
    """The upload limits of a platform.

    Attributes:
        name: the value of the option `for`.
        title: the platform's name as users see it.
        max_bytes: maximum file size. Where a platform does not define KB or MB, they are powers of 1,000.
        size_px: default longest side for this platform; None for the general default.
        min_px: minimum longest side; a smaller photo is enlarged.
        max_px: maximum longest side; None if it is not below our own maximum.
        square: the image must be square.
        max_frames: None for no limit.
        max_pixels: maximum pixels of all frames together; None for no limit.
        max_duration_cs: maximum duration of a loop; None for no limit.
        format: the file format that the platform accepts.
        source: where the limits are published.
        checked: the month in which the source was checked.
    """

    name: str
    title: str
    max_bytes: int
    source: str
    size_px: int | None = None
    min_px: int = 1
    max_px: int | None = None
    square: bool = False
    max_frames: int | None = None
    max_pixels: int | None = None
    max_duration_cs: int | None = None
    format: str = "gif"
    checked: str = "2026-11"

    @property
    def defaults(self) -> dict[str, Value]:
        """The platform's defaults for common options."""
        chosen: dict[str, Value] = {"format": self.format, "max_bytes": self.max_bytes}
        if self.size_px is not None:
            chosen["size"] = self.size_px
        if self.square:
            chosen["crop"] = "square"
        return chosen

    def frame_limit(self, width: int, height: int) -> int | None:
        """Return the maximum number of frames of a size; None for no limit."""
        limits = [limit for limit in (self.max_frames, (self.max_pixels or 0) // (width * height)) if limit]
        return min(limits, default=None)

    def option_problem(self, name: str, value: Value) -> str | None:
        """Explain why the platform does not accept a value of a common option; None if it does."""
        match name:
            case "max_bytes" if not 0 < int(value) <= self.max_bytes:
                return f"accepts at most {self.max_bytes} bytes"
            case "size" if int(value) < self.min_px:
                return f"requires at least {self.min_px} px"
            case "size" if self.max_px is not None and int(value) > self.max_px:
                return f"accepts at most {self.max_px} px"
            case "crop" if self.square and value != "square":
                return "accepts only square images"
            case "format" if value != self.format:
                return f"accepts only {self.format}"
        return None

    def animation_problem(self, width: int, height: int, duration_cs: int) -> str | None:
        """Explain why the platform does not accept this size or duration; None if it does."""
        if width != height and (why := self.option_problem("crop", "none")):
            return why
        if self.max_duration_cs is not None and duration_cs > self.max_duration_cs:
            return f"accepts at most {self.max_duration_cs / 100:g} s"
        return self.option_problem("size", max(width, height))


PLATFORMS: dict[str, Platform] = {
    platform.name: platform
    for platform in (
        Platform(
            "slack-emoji",
            "an emoji in Slack",
            128_000,
            "docs.slack.dev, admin.emoji.add; the frames are from third parties",
            size_px=128,
            max_px=128,
            square=True,
            max_frames=50,
        ),
        Platform(
            "discord-emoji",
            "an emoji in Discord",
            256_000,
            "support.discord.com, article 360036479811",
            size_px=128,
            max_px=128,
        ),
        Platform(
            "discord",
            "a message in Discord",
            10_000_000,
            "the clients, without a subscription; no official page was seen",
        ),
        Platform(
            "github",
            "a comment on GitHub",
            10_000_000,
            "docs.github.com, Attaching files",
        ),
        Platform(
            "twitch",
            "an emote on Twitch",
            1_000_000,
            "docs.elgato.com, twitchshop.gg",
            size_px=112,
            min_px=112,
            square=True,
            max_frames=60,
        ),
        Platform(
            "giphy",
            "an upload to GIPHY",
            100_000_000,
            "developers.giphy.com; what is shown has at most 480 px",
        ),
        Platform(
            "whatsapp-sticker",
            "a sticker in WhatsApp",
            500_000,
            "github.com/WhatsApp/stickers, StickerPackValidator.java; 8 ms or more a frame",
            size_px=512,
            min_px=512,
            max_px=512,
            square=True,
            max_duration_cs=1_000,
            format="webp",
        ),
        Platform(
            "x",
            "a post on X",
            15_000_000,
            "xdevplatform/docs, best-practices.mdx; at most 1280 x 1080 px",
            max_frames=350,
            max_pixels=300_000_000,
        ),
    )
}
