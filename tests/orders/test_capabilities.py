from __future__ import annotations

import pytest

from gifmill.errors import InvalidKey
from gifmill.orders.capabilities import check_id_or_view, derive_view, is_id_or_view, new_photo_id, view_of


def test_a_photo_id_has_128_random_bits() -> None:
    ids = {new_photo_id() for _ in range(200)}

    assert len(ids) == 200
    assert all(len(check_id_or_view(photo_id)) == 26 for photo_id in ids)
    assert {photo_id[-1] for photo_id in ids} == set("aeimquy4")  # the last character has three bits


def test_the_view_of_an_id_never_changes() -> None:
    assert derive_view("lht5vcphg2ppiofwu5ab4xqr2a") == "sdndpt4e5rqvmbaadxclxmpynj"


def test_the_view_of_a_view_is_the_view() -> None:
    photo_id = new_photo_id()
    view = view_of(photo_id)

    assert view_of(view) == view == derive_view(photo_id)


def test_a_view_in_place_of_an_id_gives_another_view() -> None:
    """So a view is an unknown photo where an id is needed."""
    view = derive_view(new_photo_id())

    assert derive_view(view) != view


@pytest.mark.parametrize(
    "text", ["", "a" * 25, "c" * 26, "A" * 26, "1" * 25 + "a", "a" * 25 + "\n", "é" * 26]
)
def test_invalid_photo_ids_are_rejected(text: str) -> None:
    assert not is_id_or_view(text)
    with pytest.raises(InvalidKey, match=r"is not a photo id\..*Copy it from the response"):
        check_id_or_view(text)
