from __future__ import annotations

import time

import pytest

from gifmill.web.preferences import read_wait

LONGEST_S = 30


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([], 30),
        (["wait=10"], 10),
        (["WAIT = 10"], 10),
        (['wait="10"'], 10),
        (["wait=10; strict"], 10),
        (["wait=10;a=b;c"], 10),
        (["wait=007"], 7),
        (["wait=0"], 0),
        (["wait=31"], 30),
        (["wait=999999999"], 30),
        (["respond-async"], 0),
        (["Respond-Async; x=1"], 0),
        (["respond-async, wait=10"], 10),
        (["wait=10", "respond-async"], 10),
        (["wait=5, wait=10"], 5),
        (["wait=5", "wait=10"], 5),
        (['return=minimal, foo="a,wait=1", wait=10'], 10),
        (['foo="\\",wait=1", wait=10'], 10),
        ([",, wait=10 ,"], 10),
    ],
)
def test_the_wait_is_read_by_the_rules_of_rfc_7240(headers: list[str], seconds: int) -> None:
    assert read_wait(headers, LONGEST_S).seconds == seconds


@pytest.mark.parametrize(
    "header",
    [
        *("wait", "wait=", 'wait=""', "wait=-1", "wait=1.5", "wait=1e1", "wait=soon", "wait=1 s", "wait 1"),
        *("wait==1", "=1", "wait=\u0661", "wait=1234567890", "wait=soon, wait=5", 'wait="5', '"wait=5'),
        *("wait=5\n", "", "foo", 'foo="wait=5"', "waiting=5", "respond async", "no-respond-async"),
    ],
)
def test_malformed_and_other_preferences_are_ignored(header: str) -> None:
    preference = read_wait([header], LONGEST_S)
    assert preference.seconds == LONGEST_S
    assert preference.headers(in_time=True) == preference.headers(in_time=False) == {}


@pytest.mark.parametrize(
    ("header", "in_time", "later"),
    [
        ("wait=10", "wait=10", "wait=10"),
        ("wait=100", "wait=30", "wait=30"),
        ("respond-async, wait=10", "wait=10", "respond-async, wait=10"),
        ("respond-async", None, "respond-async"),
    ],
)
def test_the_response_names_the_preferences_that_it_honours(
    header: str, in_time: str | None, later: str
) -> None:
    preference = read_wait([header], LONGEST_S)
    assert preference.headers(in_time=True).get("Preference-Applied") == in_time
    assert preference.headers(in_time=False)["Preference-Applied"] == later


@pytest.mark.parametrize("header", ['"' * 16_000, '"\\' * 8_000, "a" * 16_000, 'a="' * 5_000, ";" * 16_000])
def test_a_hostile_header_is_read_in_linear_time(header: str) -> None:
    start = time.process_time()
    read_wait([header], LONGEST_S)
    assert time.process_time() - start < 0.5
