from __future__ import annotations

import re
import subprocess
import sys

import pytest

from gifmill.rendering.options import COMMON, SIZE
from gifmill.rendering.platforms import NO_PLATFORM, PLATFORMS, Platform

every_target = pytest.mark.parametrize("target", PLATFORMS.values(), ids=lambda target: target.name)


def test_the_targets_are_those_that_are_promised() -> None:
    assert set(PLATFORMS) == {
        "slack-emoji",
        "discord-emoji",
        "discord",
        "github",
        "twitch",
        "giphy",
        "whatsapp-sticker",
        "x",
    }
    assert NO_PLATFORM not in PLATFORMS


@every_target
def test_a_target_says_where_and_when_its_limits_were_read(target: Platform) -> None:
    assert target.source
    assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", target.checked)


@every_target
def test_a_targets_defaults_are_options_that_it_takes_itself(target: Platform) -> None:
    params = {param.name: param for param in COMMON}
    for name, value in target.defaults.items():
        assert params[name].read(value) == value
        assert target.option_problem(name, value) is None


@every_target
def test_our_default_size_or_its_own_lies_within_a_targets_limits(target: Platform) -> None:
    size = target.defaults.get("size", SIZE.default)
    assert target.option_problem("size", size) is None


@every_target
def test_what_a_target_says_nothing_of_it_takes(target: Platform) -> None:
    assert target.option_problem("preset", "fast") is None
    assert target.option_problem("calm", "yes") is None


def test_an_emoji_in_slack_is_a_square_of_128_px_in_128_000_bytes() -> None:
    slack = PLATFORMS["slack-emoji"]
    assert slack.defaults == {"crop": "square", "format": "gif", "max_bytes": 128_000, "size": 128}


def test_a_sticker_in_whatsapp_is_a_webp_of_exactly_512_px() -> None:
    sticker = PLATFORMS["whatsapp-sticker"]
    assert sticker.defaults == {"crop": "square", "format": "webp", "max_bytes": 500_000, "size": 512}
    assert sticker.min_px == sticker.max_px == 512
    assert sticker.animation_problem(512, 512, 1_000) is None
    assert sticker.animation_problem(512, 512, 1_001) == "accepts at most 10 s"
    assert sticker.animation_problem(511, 511, 100) == "requires at least 512 px"
    assert sticker.animation_problem(512, 300, 100) == "accepts only square images"


def test_reading_the_targets_imports_no_numpy() -> None:
    code = "import sys, gifmill.rendering.platforms; print('numpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "False\n"
