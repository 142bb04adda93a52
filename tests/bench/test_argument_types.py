from __future__ import annotations

from argparse import ArgumentTypeError

import pytest

from bench.argument_types import at_least_one


def test_a_number_may_be_one_or_more() -> None:
    assert [at_least_one(text) for text in ("1", "12")] == [1, 12]


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", ""])
def test_anything_else_is_refused_with_words(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"'{text}' is not a whole number of at least 1"):
        at_least_one(text)
