"""SNS filters messages by values in arrays of their bodies.

Amazon's own guide filters S3 events by `{"Records": {"s3": {"object": {"key": [{"suffix": "/blur.png"}]}}}}`,
where `Records` is an array. Upstream reads objects only: no event passes such a filter.

Source: Amazon SNS developer guide, "Filter policy scope" and "Filter policy for S3 events".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.services import sns

if TYPE_CHECKING:
    from collections.abc import Callable


def apply() -> None:
    """Read arrays too: one matching element is enough."""
    sns._body_lookup = _lookup_in


def _lookup_in(*objects: dict[str, Any]) -> Callable[[str], tuple[bool, list[Any], bool]]:
    """Return upstream's lookup function for all objects at one path of the message."""

    def values_of(key: str) -> list[Any]:
        found = (each.get(key) for each in objects)
        return [
            value for one in found for value in (one if isinstance(one, list) else [one]) if value is not None
        ]

    def lookup(key: str) -> tuple[bool, list[Any], bool]:
        values = values_of(key)
        return bool(values), values, any(objects)

    def child(key: str) -> Callable[[str], tuple[bool, list[Any], bool]] | None:
        inner = [value for value in values_of(key) if isinstance(value, dict)]
        return _lookup_in(*inner) if inner else None

    lookup.child = child  # type: ignore[attr-defined]
    return lookup
