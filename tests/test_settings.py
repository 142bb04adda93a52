from __future__ import annotations

import re
from dataclasses import fields

import pytest

from gifmill.errors import InvalidSetting
from gifmill.settings import SINGLE_USER, Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_env({}) == Settings()
    assert Settings().max_photo_bytes == 25_000_000
    assert Settings().max_photo_pixels == 100_000_000


def test_the_environment_changes_the_defaults_of_the_command() -> None:
    changed = Settings.from_env({"GIFMILL_MAX_PHOTO_PIXELS": "17"}, SINGLE_USER)

    assert (changed.max_photo_bytes, changed.max_photo_pixels) == (200_000_000, 17)


@pytest.mark.parametrize("name", [field.name for field in fields(Settings) if field.type == "int"])
def test_every_limit_can_be_set(name: str) -> None:
    settings = Settings.from_env({f"GIFMILL_{name.upper()}": "17", "PATH": "/bin"})

    assert getattr(settings, name) == 17


def test_every_default_matches_its_pattern() -> None:
    for field in fields(Settings):
        assert re.fullmatch(field.metadata["form"], str(field.default)), field.name


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "1.5", "1e3", "25 MB", "²", "\N{ARABIC-INDIC DIGIT ONE}", "many", "9" * 5_000]
)
def test_only_whole_numbers_above_zero_are_accepted(text: str) -> None:
    with pytest.raises(InvalidSetting, match="GIFMILL_MAX_QUEUE must be a whole number above 0"):
        Settings.from_env({"GIFMILL_MAX_QUEUE": text})


def test_a_misspelt_setting_is_rejected_with_the_three_most_similar() -> None:
    with pytest.raises(InvalidSetting) as caught:
        Settings.from_env({"GIFMILL_MAXQUEUE": "3"})

    assert caught.value.message.startswith(
        "Unknown setting GIFMILL_MAXQUEUE. Did you mean GIFMILL_MAX_QUEUE, GIFMILL_MAX_"
    )
    assert caught.value.message.count("GIFMILL_") == 4
    assert "docs/reference/settings.md" in caught.value.message


@pytest.mark.parametrize("name", ["GIFMILL_", "GIFMILL_\n", "GIFMILL_" + "x" * 5_000])
def test_any_unknown_setting_is_rejected_in_a_short_message(name: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        Settings.from_env({name: "3"})

    assert len(caught.value.message) < 400


@pytest.mark.parametrize("text", ["text", "json", "auto"])
def test_the_log_format_can_be_set(text: str) -> None:
    assert Settings.from_env({"GIFMILL_LOG_FORMAT": text}).log_format == text


def test_an_unknown_log_format_is_rejected_with_the_valid_ones() -> None:
    with pytest.raises(InvalidSetting, match="GIFMILL_LOG_FORMAT must be text, json or auto, not 'xml'"):
        Settings.from_env({"GIFMILL_LOG_FORMAT": "xml"})


@pytest.mark.parametrize("text", ["", "https://example.com/report?about=gif", "mailto:abuse@example.com"])
def test_the_report_address_can_be_set(text: str) -> None:
    assert Settings.from_env({"GIFMILL_REPORT_URL": text}).report_url == text


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "http://example.com", "//example.com", "https://", 'https://x/"><b>', "x@y.z"],
)
def test_an_invalid_report_address_is_rejected(text: str) -> None:
    with pytest.raises(
        InvalidSetting, match="GIFMILL_REPORT_URL must be an address that begins with https://"
    ):
        Settings.from_env({"GIFMILL_REPORT_URL": text})


@pytest.mark.parametrize(
    "origins",
    [
        "",
        "https://blog.example.com",
        "http://localhost:3000",
        "https://blog.example.com,http://[::1]:8080,https://blog.example.com:8443",
    ],
)
def test_origins_are_accepted_as_browsers_write_them(origins: str) -> None:
    settings = Settings.from_env({"GIFMILL_CORS_ORIGINS": origins})
    assert settings.allowed_origins == {each for each in origins.split(",") if each}


@pytest.mark.parametrize(
    "origins",
    [
        "*",
        "null",
        "blog.example.com",
        "https://Blog.example.com",
        "https://blog.example.com/",
        "https://blog.example.com:443",
        "http://blog.example.com:80",
        "https://*.example.com",
        "https://blog.example.com, https://other.example",
        "https://blog.example.com,",
        "https://user@blog.example.com",
        "file://",
        ",".join(["https://blog.example.com"] * 33),
    ],
)
def test_other_origins_are_rejected(origins: str) -> None:
    with pytest.raises(InvalidSetting, match="GIFMILL_CORS_ORIGINS must be up to 32 origins like https://"):
        Settings.from_env({"GIFMILL_CORS_ORIGINS": origins})
