from __future__ import annotations

from dataclasses import fields

import pytest

from gifmill.errors import InvalidSetting
from gifmill.settings import Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_env({}) == Settings()
    assert Settings().max_photo_bytes == 25_000_000
    assert Settings().max_photo_pixels == 100_000_000


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_can_be_set(name: str) -> None:
    settings = Settings.from_env({f"GIFMILL_{name.upper()}": "17", "PATH": "/bin"})

    assert getattr(settings, name) == 17


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "1.5", "1e3", "25 MB", "²", "\N{ARABIC-INDIC DIGIT ONE}", "many", "9" * 5_000]
)
def test_what_is_no_whole_number_above_zero_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting, match="GIFMILL_MAX_QUEUE must be a whole number above 0"):
        Settings.from_env({"GIFMILL_MAX_QUEUE": text})


def test_a_misspelt_setting_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(InvalidSetting, match=r"GIFMILL_MAXQUEUE is no setting of ours.*GIFMILL_MAX_QUEUE"):
        Settings.from_env({"GIFMILL_MAXQUEUE": "3"})
