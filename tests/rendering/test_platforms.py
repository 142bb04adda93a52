from __future__ import annotations

import re
import subprocess
import sys

import pytest

from gifmill.rendering.options import COMMON, SIZE
from gifmill.rendering.platforms import NO_PLATFORM, PLATFORMS, Platform

every_platform = pytest.mark.parametrize("platform", PLATFORMS.values(), ids=lambda platform: platform.name)


def test_the_documented_platforms_exist() -> None:
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


@every_platform
def test_every_platform_has_a_source_and_the_month_of_its_check(platform: Platform) -> None:
    assert platform.source
    assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", platform.checked)


@every_platform
def test_the_defaults_of_a_platform_are_within_its_limits(platform: Platform) -> None:
    params = {param.name: param for param in COMMON}
    for name, value in platform.defaults.items():
        assert params[name].read(value) == value
        assert platform.option_problem(name, value) is None


@every_platform
def test_the_default_size_is_within_the_limits_of_a_platform(platform: Platform) -> None:
    size = platform.defaults.get("size", SIZE.default)
    assert platform.option_problem("size", size) is None


@every_platform
def test_a_platform_accepts_options_without_a_limit(platform: Platform) -> None:
    assert platform.option_problem("preset", "fast") is None
    assert platform.option_problem("calm", "yes") is None


def test_a_slack_emoji_is_a_square_of_128_px_and_128_000_bytes() -> None:
    slack = PLATFORMS["slack-emoji"]
    assert slack.defaults == {"crop": "square", "format": "gif", "max_bytes": 128_000, "size": 128}


def test_a_whatsapp_sticker_is_a_webp_of_exactly_512_px() -> None:
    sticker = PLATFORMS["whatsapp-sticker"]
    assert sticker.defaults == {"crop": "square", "format": "webp", "max_bytes": 500_000, "size": 512}
    assert sticker.min_px == sticker.max_px == 512
    assert sticker.animation_problem(512, 512, 1_000) is None
    assert sticker.animation_problem(512, 512, 1_001) == "accepts at most 10 s"
    assert sticker.animation_problem(511, 511, 100) == "requires at least 512 px"
    assert sticker.animation_problem(512, 300, 100) == "accepts only square images"


def test_platforms_do_not_import_numpy() -> None:
    code = "import sys, gifmill.rendering.platforms; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
