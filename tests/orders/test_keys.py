from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.views import new_view

from gifmill.effects import EFFECTS, PACKS, select_effects
from gifmill.errors import InvalidKey
from gifmill.orders.capabilities import new_photo_id
from gifmill.orders.keys import (
    FailedKey,
    GifKey,
    Key,
    NoteKey,
    OrderKey,
    UploadKey,
    object_prefixes,
    parse_key,
    view_in,
)
from gifmill.rendering.options import FORMAT, PRESET, SIZE, Options

VIEW = f"{'a' * 25}b"
NAMES = [*PACKS, *(effect.name for effect in EFFECTS)]


@st.composite
def keys(draw: st.DrawFn) -> Key:
    view = draw(st.builds(new_view) | st.builds(new_photo_id))  # a name from before photos had views
    values = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "size": st.integers(int(SIZE.minimum), int(SIZE.maximum)),
                "preset": st.sampled_from(PRESET.choices),
                "format": st.sampled_from(FORMAT.choices),
            },
        )
    )
    audience = draw(st.sampled_from(NAMES))
    order = OrderKey(view, Options.read(values, select_effects(audience)), audience)
    gif = draw(st.sampled_from(order.gifs))
    all_keys: list[Key] = [UploadKey(view), order, gif, NoteKey(gif), FailedKey(gif)]
    return draw(st.sampled_from(all_keys))


@given(keys())
def test_formatted_keys_are_parsed_back(key: Key) -> None:
    assert parse_key(str(key)) == key


@given(keys(), st.data())
def test_a_name_with_one_changed_character_is_rejected_or_another_key(key: Key, data: st.DataObject) -> None:
    name = str(key)
    index = data.draw(st.integers(0, len(name) - 1))
    changed = name[:index] + data.draw(st.sampled_from("a2Z/.=,- \n%\x00é")) + name[index + 1 :]
    try:
        other = parse_key(changed)
    except InvalidKey:
        return
    assert str(other) == changed


@given(st.text())
def test_any_text_is_parsed_or_rejected(text: str) -> None:
    try:
        key = parse_key(text)
    except InvalidKey:
        return
    assert str(key) == text


def test_object_names_have_the_documented_form() -> None:
    options = Options.read({"size": 300, "preset": "smooth"}, select_effects("classic"))
    order = OrderKey(VIEW, options, "classic")

    assert str(UploadKey(VIEW)) == f"uploads/{VIEW}"
    assert str(order) == f"photos/{VIEW}/preset=smooth,size=300/classic.png"
    assert [str(gif) for gif in order.gifs] == [
        f"gifs/{VIEW}/preset=smooth,size=300/{effect}.gif" for effect in PACKS["classic"]
    ]
    assert str(FailedKey(order.gifs[0])) == f"gifs/{VIEW}/preset=smooth,size=300/blur.failed.json"
    assert str(NoteKey(order.gifs[0])) == f"gifs/{VIEW}/preset=smooth,size=300/blur.note.json"
    assert object_prefixes(VIEW) == (f"photos/{VIEW}/", f"gifs/{VIEW}/")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "uploads/",
        f"/uploads/{VIEW}",
        f"uploads/{VIEW}/",
        f"uploads/{VIEW}\n",
        f"uploads/../{VIEW}",
        f"photos/{VIEW}/default/classic.png/",
        f"photos/{VIEW}/default/classic.PNG",
        f"photos/{VIEW}/default/../classic.png",
        f"photos/{VIEW}/../default/classic.png",
        f"photos/{VIEW}//default/classic.png",
        f"photos/../{VIEW}/default/classic.png",
        f"photos/{VIEW}/default/classic.gif",
        f"photos/{VIEW}/default/none.png",
        f"photos/{VIEW}/size=480/classic.png",
        f"photos/{VIEW}/size=0300/classic.png",
        f"photos/{VIEW}/size=300,preset=small/classic.png",
        f"photos/{VIEW}/size%3D300/classic.png",
        f"gifs/{VIEW}/default/classic.gif",
        f"gifs/{VIEW}/default/blur.png",
        f"gifs/{VIEW}/default/blur.webp",
        f"gifs/{VIEW}/format=webp/blur.gif",
        f"gifs/{VIEW}/format=gif/blur.gif",
        f"gifs/{VIEW}/for=whatsapp-sticker/blur.gif",
        f"gifs/{VIEW}/for=whatsapp-sticker,format=webp/blur.webp",
        f"gifs/{VIEW}/default/blur.json",
        f"gifs/{VIEW}/default/blur.failed.json.gif",
        f"gifs/{VIEW}/default/blur.gif\x00",
        f"gifs/{VIEW}/default/../../etc/passwd",
        f"gifs/{VIEW.upper()}/default/blur.gif",
        f"gifs/{VIEW[:-1]}/default/blur.gif",
        f"gifs/{VIEW}a/default/blur.gif",
        f"other/{VIEW}/default/blur.gif",
    ],
)
def test_non_canonical_names_are_rejected(name: str) -> None:
    with pytest.raises(InvalidKey):
        parse_key(name)


@pytest.mark.parametrize("options", ["format=webp", "for=whatsapp-sticker"])
def test_a_webp_has_its_extension_by_option_or_platform(options: str) -> None:
    key = parse_key(f"gifs/{VIEW}/{options}/blur.webp")
    assert isinstance(key, GifKey)
    assert key.format == "webp"
    assert view_in(str(key)) == VIEW
    assert parse_key(f"gifs/{VIEW}/{options}/blur.failed.json") == FailedKey(key)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("default/c.gif", "Unknown effect 'c'. Effects: blur"),
        ("size=0300/blur.gif", "The options 'size=0300' are not valid: size=0300 is not valid. Use a whole"),
        ("default/blur.webp", "Use the `url` of the status document"),
    ],
)
def test_an_invalid_name_is_rejected_with_its_reason(name: str, reason: str) -> None:
    with pytest.raises(InvalidKey) as caught:
        parse_key(f"gifs/{VIEW}/{name}")

    assert reason in caught.value.message


def test_each_gif_of_an_order_has_the_options_of_its_effect() -> None:
    order = OrderKey(VIEW, Options.read({"size": 64}, select_effects("all")), "all")

    assert [gif.effect for gif in order.gifs] == [effect.name for effect in EFFECTS]
    assert all(
        gif == GifKey(VIEW, order.options.of(effect), effect.name)
        for gif, effect in zip(order.gifs, EFFECTS, strict=True)
    )
