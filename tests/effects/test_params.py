from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.effects import FOCUS
from gifmill.effects.params import Choice, Number, format_value
from gifmill.errors import InvalidOption

TURNS = Number("turns", "how many", 1, -5, 20)
DURATION = Number("duration", "how long", 3.0, 0.5, 10, 0.1, "s")
PRESET = Choice("preset", "what to favour", "fast", ("fast", "small"))


NUMBERS = [("7", 7), (7, 7), (7.0, 7), (np.uint8(7), 7), (np.float32(7), 7), ("-5", -5), (20, 20), ("0", 0)]


@pytest.mark.parametrize(("value", "read"), NUMBERS)
def test_an_integer_is_read_from_text_and_from_numbers(value: object, read: int) -> None:
    number = TURNS.read(value)

    assert number == read
    assert isinstance(number, int)


@pytest.mark.parametrize(
    ("value", "read"), [("0.5", 0.5), (3, 3.0), ("3", 3.0), (0.7, 0.7), ("9.9", 9.9), (np.float32(0.7), 0.7)]
)
def test_a_number_is_read_from_text_and_from_numbers(value: object, read: float) -> None:
    number = DURATION.read(value)

    assert number == read
    assert isinstance(number, float)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " 1",
        "1 ",
        "+1",
        "01",
        "1.5",
        "1e1",
        "1_0",
        "0x1",
        "-6",
        "21",
        "\N{ARABIC-INDIC DIGIT ONE}",
        "1\n",
        "nan",
        "inf",
        "--1",
        ".5",
    ],
)
def test_malformed_or_out_of_range_text_is_rejected(value: str) -> None:
    with pytest.raises(InvalidOption, match="a whole number from -5 to 20"):
        TURNS.read(value)


@pytest.mark.parametrize(
    "value", [True, None, 1.5, float("nan"), float("inf"), -6, [1], b"1", 10**30, 10**400]
)
def test_a_value_of_another_type_or_out_of_range_is_rejected(value: object) -> None:
    with pytest.raises(InvalidOption, match="turns="):
        TURNS.read(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ([1, "a"], '[1, "a"]'),
        (float("inf"), "Infinity"),
        ("x", "x"),
        ("\n", "\\n"),
    ],
)
def test_an_error_shows_the_value_as_json_has_it(value: object, text: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        TURNS.read(value)

    assert f"turns={text} is not valid" in caught.value.message


@pytest.mark.parametrize("value", ["0.55", "0.4", "10.1", "3.0000001", "1e0", 0.05])
def test_a_number_between_two_steps_or_out_of_range_is_rejected(value: object) -> None:
    with pytest.raises(InvalidOption, match=r"a multiple of 0\.1 from 0\.5 to 10 s"):
        DURATION.read(value)


@given(st.integers(5, 100))
def test_every_step_is_written_and_read_again(tenths: int) -> None:
    value = DURATION.read(tenths / 10)

    assert DURATION.read(format_value(value)) == value
    assert format_value(value) == f"{tenths // 10}.{tenths % 10}".removesuffix(".0")


@given(st.text() | st.integers() | st.floats() | st.none() | st.booleans())
def test_any_value_is_read_or_rejected(value: object) -> None:
    for param in (TURNS, DURATION, PRESET):
        try:
            read = param.read(value)
        except InvalidOption as error:
            assert param.name in error.message  # noqa: PT017
        else:
            assert param.read(format_value(read)) == read


@pytest.mark.parametrize("value", ["", "Fast", "fast ", "best", 1, None, True])
def test_a_choice_is_compared_exactly(value: object) -> None:
    assert PRESET.read("small") == "small"
    with pytest.raises(InvalidOption, match="Use one of fast, small"):
        PRESET.read(value)


def test_true_is_yes_and_false_is_no() -> None:
    calm = Choice("calm", "gentler", "no", ("no", "yes"))

    assert (calm.read(value=True), calm.read(value=False)) == ("yes", "no")
    with pytest.raises(InvalidOption, match="calm=True is not valid"):
        calm.read("True")


def test_an_error_shortens_the_quoted_value() -> None:
    with pytest.raises(InvalidOption) as caught:
        TURNS.read("9" * 10_000)

    assert len(caught.value.message) < 150


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (3, "3"), (0.25, "0.25"), (0.1 + 0.2, "0.3"), (-1.5, "-1.5"), ("a", "a")]
)
def test_a_value_is_written_in_one_way(value: float | str, text: str) -> None:
    assert format_value(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("left", "left"),
        ("0.25,0.5", "0.25,0.5"),
        ("0,1", "0,1"),
        ((0.25, 0.5), "0.25,0.5"),
        ([1, 0.0], "1,0"),
        ((1 / 3, np.float64(0.1)), "0.333333,0.1"),
        ((np.float32(0.2), np.float32(1)), "0.2,1"),
    ],
)
def test_a_focus_is_a_name_or_a_point(value: object, text: str) -> None:
    assert FOCUS.read(value) == text
    assert FOCUS.read(text) == text


@pytest.mark.parametrize(
    "value",
    [
        "",
        "middle",
        "0.5",
        "0.5,",
        ",",
        "0.5,0.5,0.5",
        "1.1,0",
        "-0.1,0",
        "0.5, 0.5",
        "nan,0",
        "00,1",
        "1e-3,0",
        "0.1234567,0",
        *((0.5,), (0.5, 0.5, 0.5), (float("nan"), 0), ("a", 0), (True, 0), {0.5, 0.6}, 0.5, None),
    ],
)
def test_a_focus_outside_the_photo_or_malformed_is_rejected(value: object) -> None:
    with pytest.raises(
        InvalidOption,
        match=r"focus=.* is not valid\. Use found, .*, or x,y from 0 to 1 with up to 6 decimals",
    ):
        FOCUS.read(value)


def test_a_misspelt_focus_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(InvalidOption, match=r"focus=center is not valid\. Did you mean 'centre'\? Use found"):
        FOCUS.read("center")
