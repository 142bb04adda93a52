from __future__ import annotations

from argparse import ArgumentTypeError

import pytest

from bench.argument_types import at_least_one


def test_numbers_from_1_are_accepted() -> None:
    assert [at_least_one(text) for text in ("1", "12")] == [1, 12]


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", ""])
def test_other_text_is_rejected_with_a_message(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"'{text}' is not a whole number of at least 1"):
        at_least_one(text)
