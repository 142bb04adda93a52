"""Goals of the page, compared with the measurements of the working tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEADER = ("goal", "at most", "before", "after", "result")


class Goal(NamedTuple):
    """A goal.

    Attributes:
        name: what is limited.
        limit: the maximum.
        form: format of a value with its unit, such as "{:.1f} s".
    """

    name: str
    limit: float
    form: str


GOALS = {
    "phone.1": Goal("phone, first GIF", 0.5, "{:.2f} s"),
    "phone.3": Goal("phone, three GIFs", 0.8, "{:.2f} s"),
    "phone.15": Goal("phone, fifteen GIFs", 3.0, "{:.2f} s"),
    "4G.3": Goal("4G, three GIFs", 4.0, "{:.2f} s"),
    "gif_bytes": Goal("phone, bytes of fifteen GIFs", 5_000_000, "{:,.0f}"),
    "first_load_bytes": Goal("first load, bytes", 60_000, "{:,.0f}"),
    "start page, phone": Goal("idle share, start page, phone", 0.01, "{:.1%}"),
    "start page, desktop": Goal("idle share, start page, desktop", 0.01, "{:.1%}"),
    "GIFs, phone": Goal("idle share, GIFs, phone", 0.15, "{:.1%}"),
    "GIFs, desktop, fifteen on the screen": Goal("idle share, fifteen GIFs, desktop", 0.30, "{:.1%}"),
    "growth.nodes": Goal("DOM nodes for each further photo", 30, "{:.1f}"),
    "growth.heap": Goal("heap for each further photo", 100_000, "{:,.0f} bytes"),
    "growth.renderer": Goal("renderer's memory for each further photo", 500_000, "{:,.0f} bytes"),
}
"""The goals by the key of their measurement.

The page lists the photos of a visit, so each further photo may add an entry of this list, which has some
twenty-five nodes and a picture, and nothing else.
"""


def rows(measured: Mapping[str, Mapping[str, float]]) -> list[tuple[str, ...]]:
    """Return a row for each goal that was measured.

    Args:
        measured: by revision, "before" or "after", the values by the goals' keys.
    """
    after = measured["after"]
    before = measured.get("before", {})
    return [
        (
            goal.name,
            goal.form.format(goal.limit),
            goal.form.format(before[key]) if key in before else "",
            goal.form.format(after[key]),
            verdict(after[key], goal.limit),
        )
        for key, goal in GOALS.items()
        if key in after
    ]


def verdict(value: float, limit: float) -> str:
    """Return "met" or "NOT MET"."""
    return "met" if value <= limit else "NOT MET"


def all_met(found: Sequence[tuple[str, ...]]) -> bool:
    """Return whether all goals of rows are met."""
    return all(result == "met" for *_, result in found)
