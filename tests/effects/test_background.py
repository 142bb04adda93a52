"""The values of the option `background`."""

from __future__ import annotations

import pytest
from PIL import Image

from gifmill.effects import BACKGROUND, colour_of
from gifmill.errors import InvalidOption


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("auto", "auto"),
        ("none", "none"),
        ("ffeecc", "ffeecc"),
        ("#FFEECC", "ffeecc"),
        ("#fEc", "ffeecc"),
        ("white", "ffffff"),
        ("RebeccaPurple", "663399"),
        ((255, 238, 204), "ffeecc"),
        ([0, 0, 0], "000000"),
    ],
)
def test_a_colour_has_one_form(value: object, read: str) -> None:
    assert BACKGROUND.read(value) == read
    assert BACKGROUND.read(read) == read


def test_a_name_is_read_again_after_pillow_has_used_it() -> None:
    """Pillow replaces a name that it has looked up with its levels."""
    Image.new("RGB", (1, 1), "tomato")
    assert [BACKGROUND.read(name) for name in ("tomato", "Tomato")] == ["ff6347", "ff6347"]


@pytest.mark.parametrize(
    "value",
    [
        *("", "#", "ffff", "#12345", "ffeeccdd", "rgb(1,2,3)", "None", "whyte", " white", 0, None, True, 1.5),
        *((1, 2), (1, 2, 256), (1, 2, -1), (1.5, 2, 3), (True, 2.0, 3), {}),
    ],
    ids=str,
)
def test_what_is_no_colour_is_rejected_with_an_example(value: object) -> None:
    with pytest.raises(InvalidOption, match="#ffeecc"):
        BACKGROUND.read(value)


def test_a_value_has_a_colour_unless_it_is_a_word() -> None:
    assert colour_of("ffeecc") == (255, 238, 204)
    assert colour_of("auto") is None
    assert colour_of("none") is None
