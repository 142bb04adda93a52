from __future__ import annotations

from gifmill.cli.effect_list import list_effects
from gifmill.effects import EFFECTS, PACKS
from gifmill.rendering import COMMON


def test_the_listing_names_every_effect_parameter_option_and_pack() -> None:
    text = "\n".join(list_effects())

    for name in [*PACKS, *(effect.name for effect in EFFECTS)]:
        assert name in text
    for param in [*COMMON, *(param for effect in EFFECTS for param in effect.params)]:
        assert f"{param.name}=" in text
        assert param.valid in text
