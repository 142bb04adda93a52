from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.effects import CAPTION, Effect, find_effect, select_effects
from gifmill.effects.params import Number, Value
from gifmill.errors import InvalidKey, InvalidOption, UnknownOption
from gifmill.rendering.options import COMMON, PRESET, SIZE, Options
from gifmill.rendering.platforms import PLATFORMS

if TYPE_CHECKING:
    from gifmill.rendering.platforms import Platform

SPIN = Effect("spin", "turns", "motion", (Number("turns", "how many", 1, 1, 9), Number("zoom", "", 2, 1, 4)))
WAVE = Effect("wave", "waves", "warp", (Number("turns", "how many", 2, 1, 4),))
CLASSIC = select_effects("classic")


def chosen() -> st.SearchStrategy[dict[str, Value]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "size": st.integers(int(SIZE.minimum), int(SIZE.maximum)),
            "preset": st.sampled_from(PRESET.choices),
            "duration": st.integers(5, 100).map(lambda tenths: tenths / 10),
            "caption": st.text(
                st.characters(exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")), max_size=20
            ).map(CAPTION.read),
        },
    )


def test_values_that_equal_the_default_are_dropped() -> None:
    assert Options.read({"size": "480", "preset": "balanced", "duration": "3"}, CLASSIC) == Options()


def test_default_options_are_written_as_default() -> None:
    assert str(Options()) == "default"
    assert Options.parse("default", CLASSIC) == Options()


def test_options_are_written_sorted_and_in_their_shortest_form() -> None:
    options = Options.read({"size": 300, "preset": "small", "duration": 2.50}, CLASSIC)

    assert str(options) == "duration=2.5,preset=small,size=300"


@given(chosen())
def test_written_options_are_read_back(values: dict[str, Value]) -> None:
    options = Options.read(values, CLASSIC)

    assert Options.parse(str(options), CLASSIC) == options


@given(chosen(), st.randoms())
def test_the_order_of_options_does_not_matter(values: dict[str, Value], random: object) -> None:
    shuffled = list(values.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert Options.read(dict(shuffled), CLASSIC) == Options.read(values, CLASSIC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "size=480",
        "size=0300",
        "size=300.0",
        "size=300,preset=small",
        "size=300,size=300",
        "size=300,",
        ",size=300",
        "size",
        "size=",
        "size=300,default",
        "Size=300",
        "size=300 ",
        "size==300",
        "turns=2",
    ],
)
def test_any_other_spelling_is_rejected(text: str) -> None:
    with pytest.raises(InvalidKey):
        Options.parse(text, CLASSIC)


@given(st.text(st.sampled_from("size=3001,preu.-"), max_size=25))
def test_parsed_options_are_written_with_the_same_letters(text: str) -> None:
    try:
        options = Options.parse(text, CLASSIC)
    except InvalidKey:
        return
    assert str(options) == text


def test_an_unknown_option_is_rejected_with_the_list_of_known_ones() -> None:
    with pytest.raises(
        UnknownOption,
        match=r"Options: background, calm, caption, .* crop, duration, .* focus, for, .* preset, size",
    ):
        Options.read({"colour": "red"}, CLASSIC)


def test_a_value_must_be_valid_for_every_effect_with_the_option() -> None:
    assert Options.read({"turns": 4}, [SPIN, WAVE]).chosen == (("turns", 4),)
    with pytest.raises(InvalidOption, match="from 1 to 4"):
        Options.read({"turns": 5}, [SPIN, WAVE])


def test_an_option_that_is_a_default_for_one_effect_only_is_kept_for_the_other() -> None:
    options = Options.read({"turns": 2}, [SPIN, WAVE])

    assert str(options.of(SPIN)) == "turns=2"
    assert str(options.of(WAVE)) == "default"


def test_an_effect_ignores_options_of_other_effects() -> None:
    options = Options.read({"zoom": 3, "size": 300}, [SPIN, WAVE])

    assert str(options.of(WAVE)) == "size=300"
    common = {param.name: param.default for param in COMMON} | {"size": 300}
    assert options.values(WAVE) == {**common, "turns": 2}
    assert options.values(SPIN) == {**common, "turns": 1, "zoom": 3}


def test_the_calm_variant_has_its_own_defaults() -> None:
    shake = find_effect("shake")
    assert Options.read({"calm": "yes"}, [shake]).values(shake)["strength"] == shake.calm["strength"]
    assert Options.read({"calm": "yes", "strength": 70}, [shake]).values(shake)["strength"] == 70
    assert Options.read({}, [shake]).values(shake)["strength"] == 50


def test_a_default_chosen_for_a_calm_variant_is_kept() -> None:
    shake = find_effect("shake")
    options = Options.read({"calm": "yes", "strength": "50"}, [shake])
    assert str(options) == "calm=yes,strength=50"
    assert options.of(shake) == options
    assert options.values(shake)["strength"] == 50
    assert Options.parse("calm=yes,strength=50", [shake]) == options


def test_a_default_of_the_calm_variant_does_not_change_the_name() -> None:
    shake = find_effect("shake")
    assert str(Options.read({"calm": "yes", "strength": shake.calm["strength"]}, [shake])) == "calm=yes"


def test_a_target_sets_options_that_are_not_chosen() -> None:
    options = Options.read({"for": "slack-emoji"}, CLASSIC)
    assert str(options) == "for=slack-emoji"
    values = options.values(CLASSIC[0])
    assert (values["size"], values["crop"], values["max_bytes"]) == (128, "square", 128_000)
    assert values["preset"] == PRESET.default


@pytest.mark.parametrize("target", PLATFORMS.values(), ids=lambda target: target.name)
def test_defaults_of_a_target_are_accepted_and_do_not_change_the_name(target: Platform) -> None:
    options = Options.read({"for": target.name, **target.defaults}, CLASSIC)
    assert str(options) == f"for={target.name}"
    assert options.platform is target
    assert all(options.values(effect).items() >= target.defaults.items() for effect in CLASSIC)


def test_values_within_a_platform_s_limits_are_kept() -> None:
    text = "for=slack-emoji,max_bytes=64000,preset=small,size=64"
    assert str(Options.parse(text, CLASSIC)) == text


def test_a_default_that_differs_from_the_platform_s_is_kept() -> None:
    assert str(Options.read({"for": "twitch", "size": SIZE.default}, CLASSIC)) == "for=twitch,size=480"


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        ({"for": "slack-emoji", "size": 129}, "at most 128 px"),
        ({"for": "slack-emoji", "max_bytes": 128_001}, "at most 128000 bytes"),
        ({"for": "slack-emoji", "max_bytes": 0}, "at most 128000 bytes"),
        ({"for": "slack-emoji", "crop": "none"}, "only square images"),
        ({"for": "slack-emoji", "format": "webp"}, "only gif"),
        ({"for": "whatsapp-sticker", "format": "gif"}, "only webp"),
        ({"for": "whatsapp-sticker", "size": 256}, "at least 512 px"),
    ],
)
def test_a_value_beyond_a_platform_limit_is_rejected(chosen: dict[str, Value], why: str) -> None:
    with pytest.raises(InvalidOption, match=why):
        Options.read(chosen, CLASSIC)
    pairs = ",".join(f"{name}={value}" for name, value in sorted(chosen.items()))
    with pytest.raises(InvalidKey):
        Options.parse(pairs, CLASSIC)


def test_a_target_can_be_combined_with_calm() -> None:
    shake = find_effect("shake")
    values = Options.parse("calm=yes,for=discord-emoji", [shake]).values(shake)
    assert (values["size"], values["strength"]) == (128, shake.calm["strength"])


def test_options_without_a_target_have_no_platform() -> None:
    assert Options.read({"for": "anywhere"}, CLASSIC) == Options()
    assert Options().platform is None


def test_a_point_is_read_back_from_the_text_of_options() -> None:
    options = Options.read({"focus": (0.25, 1), "size": 300, "crop": "square"}, CLASSIC)
    assert str(options) == "crop=square,focus=0.25,1,size=300"
    assert Options.parse(str(options), CLASSIC) == options


def test_fps_and_frames_exclude_each_other() -> None:
    with pytest.raises(InvalidOption, match="Give one of them"):
        Options.read({"fps": 20, "frames": 40}, CLASSIC)
    assert Options.read({"fps": 20, "frames": 0}, CLASSIC).chosen == (("fps", 20),)


def test_a_caption_is_encoded_in_the_text_form() -> None:
    options = Options.read({"caption": "Hi, x=1/é", "caption_place": "top"}, CLASSIC)

    assert str(options) == "caption=jbusyidyhuys7q5j,caption_place=top"
    assert Options.parse(str(options), CLASSIC) == options


@pytest.mark.parametrize("encoded", ["Hi", "jbu", "JBUSY", "jbusy===", "aa======", "abaaa", "7777"])
def test_a_caption_that_is_not_encoded_in_its_only_form_is_rejected(encoded: str) -> None:
    with pytest.raises(InvalidKey):
        Options.parse(f"caption={encoded}", CLASSIC)


def test_the_longest_caption_leaves_room_for_other_options() -> None:
    options = Options.read({"caption": "x" * 120, "caption_style": "bar", "size": 300}, CLASSIC)

    assert len(str(options)) < 240
    assert Options.parse(str(options), CLASSIC) == options


def test_options_that_are_too_long_together_are_rejected_without_showing_the_caption() -> None:
    values = {"caption": "x" * 120, "caption_motion": "typewriter", "caption_place": "top", "size": 300}

    with pytest.raises(
        InvalidOption, match=r"^All options together are \d+ characters too long\. Shorten"
    ) as caught:
        Options.read(values, CLASSIC)
    assert "xx" not in str(caught.value)


LOUD = Effect("loud", "shouts", "motion", (replace(CAPTION, default="[shouts]"),))


def test_an_effect_may_have_a_caption_of_its_own() -> None:
    assert Options().values(LOUD)["caption"] == "[shouts]"
    assert Options.read({"caption": "[shouts]"}, (LOUD,)) == Options()
    assert Options.read({"caption": "quiet"}, (LOUD,)).values(LOUD)["caption"] == "quiet"


def test_the_caption_of_an_effect_can_be_removed() -> None:
    options = Options.read({"caption": ""}, (LOUD,))

    assert str(options) == "caption="
    assert Options.parse("caption=", (LOUD,)) == options
    assert options.values(LOUD)["caption"] == ""
