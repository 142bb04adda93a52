"""Options of a deploy, given to the CDK's command as `-c NAME=VALUE`."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

from gifmill.settings import ORIGINS, ORIGINS_ADVICE, REPORT_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping

type Arch = Literal["arm64", "x86_64"]

EDGE_REGION = "us-east-1"
"""The only region from which CloudFront accepts certificates and web ACLs."""

_ARCHES: dict[str, Arch] = {"arm64": "arm64", "x86_64": "x86_64"}
_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_REPORT = re.compile(REPORT_ADDRESS)
_ORIGINS = re.compile(ORIGINS)
_ZONE = re.compile(r"Z[A-Z0-9]{1,31}")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,6}")
_BOOLEANS = {"true": True, "false": False}


class InvalidDeployOption(ValueError):
    """A deploy option is unknown, has an invalid value, or excludes another one."""


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """Validated options of a deploy.

    Attributes:
        domain: the site's domain name; None for CloudFront's.
        zone: the id of a hosted zone that contains the domain; None to create a zone.
        arch: processor architecture of all functions; arm64 costs a fifth less.
        warm: provisioned concurrency of `api` and of each effect's function.
        snapstart: whether `api` and the effects' functions start from a snapshot.
        waf: whether a web ACL protects the distribution.
        budget: monthly budget in US dollars that alarms watch; 0 for none.
        max_concurrency: environments of one effect that may run at once. The default is 2, because a new
            account has ten in all; SQS accepts no fewer.
        report: target of the page's link "Report a GIF"; None for no link.
        cors: origins of other websites whose pages may use the API, separated by commas; None for none.
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
    cors: str | None = None

    @classmethod
    def read(cls, context: Mapping[str, object], region: str | None = None) -> DeployOptions:
        """Read and check the options.

        Args:
            context: the CDK's context; names with a colon, @ or / belong to the CDK and are ignored.
            region: region of the deploy, if it is known.

        Raises:
            InvalidDeployOption: an option is unknown or invalid; the message names the valid values.
        """
        names = [field.name for field in fields(cls)]
        given = {name: str(value) for name, value in context.items() if not re.search("[:@/]", name)}
        if unknown := sorted(given.keys() - set(names)):
            raise InvalidDeployOption(f"Unknown deploy option {unknown[0]!r}. Options: {', '.join(names)}.")
        defaults = cls()
        options = cls(
            domain=_matching("domain", given, _DOMAIN, "a name like gif.example.com, in lower case"),
            zone=_matching("zone", given, _ZONE, "the id of a hosted zone, like Z0123456789ABCDEFGHIJ"),
            arch=_one_of("arch", given, _ARCHES, defaults.arch),
            warm=_number("warm", given, defaults.warm, 0),
            snapstart=_one_of("snapstart", given, _BOOLEANS, defaults.snapstart),
            waf=_one_of("waf", given, _BOOLEANS, defaults.waf),
            budget=_number("budget", given, defaults.budget, 0),
            max_concurrency=_number("max_concurrency", given, defaults.max_concurrency, 2, 1000),
            report=_matching("report", given, _REPORT, "an address that begins with https:// or mailto:"),
            cors=_matching("cors", given, _ORIGINS, ORIGINS_ADVICE),
        )
        options._check_together(region)
        return options

    def _check_together(self, region: str | None) -> None:
        if self.snapstart and self.warm:
            raise InvalidDeployOption(
                "Lambda does not support snapstart and warm together. Set only one of them."
            )
        if self.zone and not self.domain:
            raise InvalidDeployOption(
                "zone needs domain: its records are created in that zone. Set both options or neither."
            )
        if region not in (None, EDGE_REGION) and (self.domain or self.waf):
            name = "domain" if self.domain else "waf"
            raise InvalidDeployOption(
                f"{name} needs a deploy to {EDGE_REGION}, not to {region}: CloudFront accepts certificates "
                f"and web ACLs from that region only. Set AWS_REGION={EDGE_REGION}."
            )


def _matching(name: str, given: Mapping[str, str], form: re.Pattern[str], wanted: str) -> str | None:
    text = given.get(name, "")
    if not text:
        return None
    if not form.fullmatch(text):
        raise InvalidDeployOption(f"{name} must be {wanted}, not {text[:60]!r}.")
    return text


def _one_of[T](name: str, given: Mapping[str, str], choices: Mapping[str, T], default: T) -> T:
    text = given.get(name)
    if text is None:
        return default
    if text.lower() not in choices:
        raise InvalidDeployOption(f"{name} must be {' or '.join(choices)}, not {text[:60]!r}.")
    return choices[text.lower()]


def _number(name: str, given: Mapping[str, str], default: int, least: int, most: int = 999_999) -> int:
    text = given.get(name)
    if text is None:
        return default
    if not _WHOLE_NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise InvalidDeployOption(
            f"{name} must be a whole number from {least} to {most:,}, not {text[:60]!r}."
        )
    return int(text)
