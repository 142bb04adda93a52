from __future__ import annotations

from bench import page_goals
from bench.page_idle import STATES


def test_a_goal_is_judged_by_the_working_tree() -> None:
    measured = {"before": {"phone.1": 0.4}, "after": {"phone.1": 0.6}}
    assert page_goals.rows(measured) == [("phone, first GIF", "0.50 s", "0.40 s", "0.60 s", "NOT MET")]


def test_a_value_at_the_limit_meets_its_goal() -> None:
    (row,) = page_goals.rows({"after": {"first_load_bytes": 60_000}})
    assert row == ("first load, bytes", "60,000", "", "60,000", "met")


def test_what_was_not_measured_has_no_row() -> None:
    assert page_goals.rows({"after": {}}) == []


def test_all_goals_are_met_unless_one_is_not() -> None:
    assert page_goals.all_met(page_goals.rows({"after": {"phone.1": 0.5, "phone.3": 0.8}}))
    assert not page_goals.all_met(page_goals.rows({"after": {"phone.1": 0.5, "phone.3": 0.9}}))


def test_every_goal_of_idle_load_has_its_state() -> None:
    idle = {key for key, goal in page_goals.GOALS.items() if goal.name.startswith("idle share")}
    assert idle <= STATES.keys()
