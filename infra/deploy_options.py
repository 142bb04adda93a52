"""What can be chosen at a deploy: `-c NAME=VALUE` of the CDK's command."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

from gifmill.settings import REPORT_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping

type Arch = Literal["arm64", "x86_64"]

EDGE_REGION = "us-east-1"
"""Where CloudFront looks for certificates and web ACLs, and nowhere else."""

_ARCHES: dict[str, Arch] = {"arm64": "arm64", "x86_64": "x86_64"}
_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_REPORT = re.compile(REPORT_ADDRESS)
_ZONE = re.compile(r"Z[A-Z0-9]{1,31}")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,6}")
_TRUTHS = {"true": True, "false": False}


class InvalidSwitch(ValueError):
    """A switch is unknown, has a wrong value, or excludes another one."""


@dataclass(frozen=True, slots=True)
class Switches:
    """The choices, checked.

    Attributes:
        domain: the site's own name; without one it has CloudFront's.
        zone: the id of a hosted zone that holds the domain; without one a new zone is made.
        arch: the processors of all functions; arm64 costs a fifth less.
        warm: how many environments each of `api` and the effects keeps ready (provisioned concurrency).
        snapstart: whether `api` and the effects start from a snapshot.
        waf: whether a web ACL stands before the site.
        budget: dollars a month that are to be watched; 0 for none.
        max_concurrency: how many environments of one effect may run at once. Two, because a new account has
            ten for everything; SQS takes no fewer.
        report: where the page's link "Report a GIF" leads; without one there is no link.
    """

    domain: str | None = None
    zone: str | None = None
    arch: Arch = "arm64"
    warm: int = 0
    snapstart: bool = False
    waf: bool = False
    budget: int = 0
    max_concurrency: int = 2
    report: str | None = None

    @classmethod
    def read(cls, context: Mapping[str, object], region: str | None = None) -> Switches:
        """Check what was given.

        Args:
            context: the CDK's context; what has a colon, @ or / in its name is the CDK's own and passed over.
            region: where the deploy goes to, if that is known.

        Raises:
            InvalidSwitch: with a message that says what to do.
        """
        names = [field.name for field in fields(cls)]
        given = {name: str(value) for name, value in context.items() if not re.search("[:@/]", name)}
        if unknown := sorted(given.keys() - set(names)):
            raise InvalidSwitch(f"There is no switch {unknown[0]!r}. There are: {', '.join(names)}.")
        usual = cls()
        switches = cls(
            domain=_matching("domain", given, _DOMAIN, "a name like gif.example.com, in lower case"),
            zone=_matching("zone", given, _ZONE, "the id of a hosted zone, like Z0123456789ABCDEFGHIJ"),
            arch=_one_of("arch", given, _ARCHES, usual.arch),
            warm=_number("warm", given, usual.warm, 0),
            snapstart=_one_of("snapstart", given, _TRUTHS, usual.snapstart),
            waf=_one_of("waf", given, _TRUTHS, usual.waf),
            budget=_number("budget", given, usual.budget, 0),
            max_concurrency=_number("max_concurrency", given, usual.max_concurrency, 2, 1000),
            report=_matching("report", given, _REPORT, "an address that begins with https:// or mailto:"),
        )
        switches._check_together(region)
        return switches

    def _check_together(self, region: str | None) -> None:
        if self.snapstart and self.warm:
            raise InvalidSwitch("snapstart and warm exclude each other on Lambda. Choose one of them.")
        if self.zone and not self.domain:
            raise InvalidSwitch("zone says where domain is to be entered. Give domain too, or neither.")
        if region not in (None, EDGE_REGION) and (self.domain or self.waf):
            asked = "domain" if self.domain else "waf"
            raise InvalidSwitch(
                f"{asked} needs a deploy to {EDGE_REGION}: CloudFront takes certificates and web ACLs "
                f"from nowhere else. The region is {region}: set AWS_REGION={EDGE_REGION}."
            )


def _matching(name: str, given: Mapping[str, str], form: re.Pattern[str], wanted: str) -> str | None:
    text = given.get(name, "")
    if not text:
        return None
    if not form.fullmatch(text):
        raise InvalidSwitch(f"{name} must be {wanted}, not {text[:60]!r}.")
    return text


def _one_of[T](name: str, given: Mapping[str, str], choices: Mapping[str, T], default: T) -> T:
    text = given.get(name)
    if text is None:
        return default
    if text.lower() not in choices:
        raise InvalidSwitch(f"{name} must be {' or '.join(choices)}, not {text[:60]!r}.")
    return choices[text.lower()]


def _number(name: str, given: Mapping[str, str], default: int, least: int, most: int = 999_999) -> int:
    text = given.get(name)
    if text is None:
        return default
    if not _WHOLE_NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise InvalidSwitch(f"{name} must be a whole number from {least} to {most:,}, not {text[:60]!r}.")
    return int(text)
