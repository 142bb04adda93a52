"""Where a GIF is to go, and what is taken there: one dated table. Importing this imports no numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gifmill.effects import Value

ANYWHERE = "anywhere"
"""The name of no target."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a place takes.

    Attributes:
        name: what it is called everywhere.
        title: the same for people.
        max_bytes: of a file. Where a platform says KB or MB without a definition it is read as thousands.
        size_px: the longest side that is made for it, where nothing else is chosen; None is our default.
        smallest_px: the longest side must have so many; a smaller photo is enlarged.
        largest_px: the longest side must not have more; None is no limit of theirs below ours.
        square: it must be as wide as it is high.
        max_frames: None is no limit.
        max_pixels: of all frames together; None is no limit.
        longest_cs: what a turn may last; None is no limit.
        format: the one that it takes of those we write.
        source: where the limits are written.
        checked: the month in which that was looked up.
    """

    name: str
    title: str
    max_bytes: int
    source: str
    size_px: int | None = None
    smallest_px: int = 1
    largest_px: int | None = None
    square: bool = False
    max_frames: int | None = None
    max_pixels: int | None = None
    longest_cs: int | None = None
    format: str = "gif"
    checked: str = "2026-11"

    @property
    def defaults(self) -> dict[str, Value]:
        """What it chooses of the common options, unless it is chosen otherwise."""
        chosen: dict[str, Value] = {"format": self.format, "max_bytes": self.max_bytes}
        if self.size_px is not None:
            chosen["size"] = self.size_px
        if self.square:
            chosen["crop"] = "square"
        return chosen

    def most_frames(self, width: int, height: int) -> int | None:
        """How many frames of a size it takes; None is no limit."""
        limits = [limit for limit in (self.max_frames, (self.max_pixels or 0) // (width * height)) if limit]
        return min(limits, default=None)

    def refusal(self, name: str, value: Value) -> str | None:
        """Why a value that was chosen for a common option is not taken there, in words; None where it is."""
        match name:
            case "max_bytes" if not 0 < int(value) <= self.max_bytes:
                return f"takes at most {self.max_bytes} bytes"
            case "size" if int(value) < self.smallest_px:
                return f"takes no less than {self.smallest_px} px"
            case "size" if self.largest_px is not None and int(value) > self.largest_px:
                return f"takes at most {self.largest_px} px"
            case "crop" if self.square and value != "square":
                return "takes squares only"
            case "format" if value != self.format:
                return f"takes {self.format} only"
        return None

    def objection(self, width: int, height: int, duration_cs: int) -> str | None:
        """Why an animation of a size and a duration is not taken there, in words; None where it is."""
        if width != height and (why := self.refusal("crop", "none")):
            return why
        if self.longest_cs is not None and duration_cs > self.longest_cs:
            return f"takes at most {self.longest_cs / 100:g} s"
        return self.refusal("size", max(width, height))


TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target(
            "slack-emoji",
            "an emoji in Slack",
            128_000,
            "docs.slack.dev, admin.emoji.add; the frames are from third parties",
            size_px=128,
            largest_px=128,
            square=True,
            max_frames=50,
        ),
        Target(
            "discord-emoji",
            "an emoji in Discord",
            256_000,
            "support.discord.com, article 360036479811",
            size_px=128,
            largest_px=128,
        ),
        Target(
            "discord",
            "a message in Discord",
            10_000_000,
            "the clients, without a subscription; no official page was seen",
        ),
        Target(
            "github",
            "a comment on GitHub",
            10_000_000,
            "docs.github.com, Attaching files",
        ),
        Target(
            "twitch",
            "an emote on Twitch",
            1_000_000,
            "docs.elgato.com, twitchshop.gg",
            size_px=112,
            smallest_px=112,
            square=True,
            max_frames=60,
        ),
        Target(
            "giphy",
            "an upload to GIPHY",
            100_000_000,
            "developers.giphy.com; what is shown has at most 480 px",
        ),
        Target(
            "whatsapp-sticker",
            "a sticker in WhatsApp",
            500_000,
            "github.com/WhatsApp/stickers, StickerPackValidator.java; 8 ms or more a frame",
            size_px=512,
            smallest_px=512,
            largest_px=512,
            square=True,
            longest_cs=1_000,
            format="webp",
        ),
        Target(
            "x",
            "a post on X",
            15_000_000,
            "xdevplatform/docs, best-practices.mdx; at most 1280 x 1080 px",
            max_frames=350,
            max_pixels=300_000_000,
        ),
    )
}
