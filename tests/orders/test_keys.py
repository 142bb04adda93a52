from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.effects import EFFECTS, PACKS, select_effects
from gifmill.errors import InvalidKey
from gifmill.orders.keys import (
    FailedKey,
    GifKey,
    Key,
    NoteKey,
    OrderKey,
    UploadKey,
    check_photo_id,
    new_photo_id,
    object_prefixes,
    parse_key,
    photo_id_of,
)
from gifmill.rendering.options import FORMAT, PRESET, SIZE, Options

ID = "abcdefghijklmnopqrstuvwxya"
NAMES = [*PACKS, *(effect.name for effect in EFFECTS)]


@st.composite
def keys(draw: st.DrawFn) -> Key:
    photo_id = draw(st.builds(new_photo_id))
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
    order = OrderKey(photo_id, Options.read(values, select_effects(audience)), audience)
    gif = draw(st.sampled_from(order.gifs))
    all_keys: list[Key] = [UploadKey(photo_id), order, gif, NoteKey(gif), FailedKey(gif)]
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
    order = OrderKey(ID, options, "classic")

    assert str(UploadKey(ID)) == f"uploads/{ID}"
    assert str(order) == f"photos/{ID}/preset=smooth,size=300/classic.png"
    assert [str(gif) for gif in order.gifs] == [
        f"gifs/{ID}/preset=smooth,size=300/{effect}.gif" for effect in PACKS["classic"]
    ]
    assert str(FailedKey(order.gifs[0])) == f"gifs/{ID}/preset=smooth,size=300/blur.failed.json"
    assert str(NoteKey(order.gifs[0])) == f"gifs/{ID}/preset=smooth,size=300/blur.note.json"
    assert object_prefixes(ID) == (f"photos/{ID}/", f"gifs/{ID}/")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "uploads/",
        f"/uploads/{ID}",
        f"uploads/{ID}/",
        f"uploads/{ID}\n",
        f"uploads/../{ID}",
        f"photos/{ID}/default/classic.png/",
        f"photos/{ID}/default/classic.PNG",
        f"photos/{ID}/default/../classic.png",
        f"photos/{ID}/../default/classic.png",
        f"photos/{ID}//default/classic.png",
        f"photos/../{ID}/default/classic.png",
        f"photos/{ID}/default/classic.gif",
        f"photos/{ID}/default/none.png",
        f"photos/{ID}/size=480/classic.png",
        f"photos/{ID}/size=0300/classic.png",
        f"photos/{ID}/size=300,preset=small/classic.png",
        f"photos/{ID}/size%3D300/classic.png",
        f"gifs/{ID}/default/classic.gif",
        f"gifs/{ID}/default/blur.png",
        f"gifs/{ID}/default/blur.webp",
        f"gifs/{ID}/format=webp/blur.gif",
        f"gifs/{ID}/format=gif/blur.gif",
        f"gifs/{ID}/for=whatsapp-sticker/blur.gif",
        f"gifs/{ID}/for=whatsapp-sticker,format=webp/blur.webp",
        f"gifs/{ID}/default/blur.json",
        f"gifs/{ID}/default/blur.failed.json.gif",
        f"gifs/{ID}/default/blur.gif\x00",
        f"gifs/{ID}/default/../../etc/passwd",
        f"gifs/{ID.upper()}/default/blur.gif",
        f"gifs/{ID[:-1]}/default/blur.gif",
        f"gifs/{ID}a/default/blur.gif",
        f"other/{ID}/default/blur.gif",
    ],
)
def test_non_canonical_names_are_rejected(name: str) -> None:
    with pytest.raises(InvalidKey):
        parse_key(name)


@pytest.mark.parametrize("options", ["format=webp", "for=whatsapp-sticker"])
def test_a_webp_has_its_extension_by_option_or_platform(options: str) -> None:
    key = parse_key(f"gifs/{ID}/{options}/blur.webp")
    assert isinstance(key, GifKey)
    assert key.format == "webp"
    assert photo_id_of(str(key)) == ID
    assert parse_key(f"gifs/{ID}/{options}/blur.failed.json") == FailedKey(key)


def test_a_photo_id_has_128_random_bits() -> None:
    ids = {new_photo_id() for _ in range(200)}

    assert len(ids) == 200
    assert all(len(check_photo_id(photo_id)) == 26 for photo_id in ids)
    assert {photo_id[-1] for photo_id in ids} == set("aeimquy4")  # the last character has three bits


@pytest.mark.parametrize(
    "text", ["", "a" * 25, "b" * 26, "A" * 26, "1" * 25 + "a", "a" * 25 + "\n", "é" * 26]
)
def test_invalid_photo_ids_are_rejected(text: str) -> None:
    with pytest.raises(InvalidKey, match=r"is not a photo id\..*Copy it from the response"):
        check_photo_id(text)


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
        parse_key(f"gifs/{ID}/{name}")

    assert reason in caught.value.message


def test_each_gif_of_an_order_has_the_options_of_its_effect() -> None:
    order = OrderKey(ID, Options.read({"size": 64}, select_effects("all")), "all")

    assert [gif.effect for gif in order.gifs] == [effect.name for effect in EFFECTS]
    assert all(
        gif == GifKey(ID, order.options.of(effect), effect.name)
        for gif, effect in zip(order.gifs, EFFECTS, strict=True)
    )
