"""Command lines: effects and options that they choose, and advice for wrong ones."""

from __future__ import annotations

import pytest
from tests.cli.command_runs import error_line, make

from gifmill.cli.arguments import FLAGS, parse_command_line
from gifmill.cli.chosen_options import chosen_effects, chosen_options
from gifmill.cli.command import main
from gifmill.effects import EFFECTS, PACKS
from gifmill.orders import new_orders


def chosen(*arguments: str) -> tuple[list[str], str]:
    """Return the names of the effects that a command line chooses, and its options as text."""
    parsed = parse_command_line(["make", "cat.jpg", *arguments])
    effects = chosen_effects(parsed)
    return [effect.name for effect in effects], str(chosen_options(parsed, effects))


def test_the_command_alone_prints_its_help_as_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([])

    printed = capsys.readouterr()
    assert caught.value.code == 2
    assert printed.out == ""
    assert printed.err.startswith("usage: gifmill")
    assert "gifmill make cat.jpg" in printed.err


def test_the_help_has_defaults_that_can_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["make", "--help"])
    printed = " ".join(capsys.readouterr().out.split())
    assert "0 = for ever; a whole number from 0 to 65535 (default: 0)" in printed
    assert "empty = none; text of up to 120 bytes in UTF-8 (default: none)" in printed


@pytest.mark.parametrize(
    ("arguments", "effects"),
    [
        (["-e", "blur,zoom"], ["blur", "zoom"]),
        (["-e", "zoom,blur", "-e", "spin"], ["zoom", "blur", "spin"]),
        (["-e", "blur,zoom,blur"], ["blur", "zoom"]),
        (["-e", "classic,zoom"], [*PACKS["classic"], "zoom"]),
        (["-e", "emoji"], list(PACKS["emoji"])),
        (["-e", "all"], [effect.name for effect in EFFECTS]),
        ([], list(PACKS["classic"])),
    ],
)
def test_effects_and_packs_can_be_joined_by_commas(arguments: list[str], effects: list[str]) -> None:
    assert chosen(*arguments)[0] == effects


@pytest.mark.parametrize("effects", ["emoji", "blur,zoom", "classic,zoom", "emoji,blur", "all"])
def test_effects_joined_by_commas_have_the_options_that_the_api_gives_them(effects: str) -> None:
    names, options = chosen("-e", effects)
    orders = new_orders("a" * 26, effects, {})
    assert options == str(orders[0].options)
    if len(orders) > 1:
        assert names == [order.audience for order in orders]


def test_a_pack_as_an_effect_is_the_pack() -> None:
    assert chosen("-e", "emoji", "--preset", "small") == chosen("--pack", "emoji", "--preset", "small")


@pytest.mark.parametrize("effects", ["", "blur,", ",blur", "blur,,zoom"])
def test_an_empty_name_between_commas_is_rejected(
    effects: str, cat: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(cat, "-e", effects) == 2
    assert "Unknown effect or pack ''." in error_line(capsys)


@pytest.mark.parametrize(
    ("size", "max_bytes"),
    [
        ("1MB", 1_000_000),
        ("1 mb", 1_000_000),
        ("1.5 MB", 1_500_000),
        ("128kB", 128_000),
        ("128KB", 128_000),
        ("128kb", 128_000),
        ("256KiB", 262_144),
        ("256kib", 262_144),
        ("0.5MiB", 524_288),
        ("0.001GB", 1_000_000),
        ("128000", 128_000),
    ],
)
def test_a_byte_limit_can_have_a_unit(size: str, max_bytes: int) -> None:
    assert chosen("--max-bytes", size)[1] == f"max_bytes={max_bytes}"
    assert chosen("-p", f"max_bytes={size}")[1] == f"max_bytes={max_bytes}"


@pytest.mark.parametrize(
    "size",
    [
        "1M",
        "128k",
        "1.5",
        "1,5MB",
        "-1MB",
        "1e3kB",
        "1.0001kB",
        "1GB",
        "MB",
        "1MBs",
        "1Mbit",
        "1  MB",
        "٣MB",
        "",
    ],
)
def test_an_unclear_byte_limit_is_rejected_with_examples(
    size: str, cat: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(cat, f"--max-bytes={size}") == 2
    line = error_line(capsys)
    assert f"--max-bytes={size.encode('unicode_escape').decode()} is not valid." in line or "٣" in line
    assert "Use a whole number from 0 to 100000000 bytes, or a unit: 1MB, 128kB, 256KiB." in line


@pytest.mark.parametrize(
    ("arguments", "flag"),
    [
        (["--size", "5"], "--size=5"),
        (["--crop", "round"], "--crop=round"),
        (["--for", "myspace"], "--for=myspace"),
        (["--for", "slack-emoji", "--max-bytes", "1MB"], "--max-bytes=1000000 is not valid for slack-emoji"),
        (["--for", "slack-emoji", "--size", "480"], "Omit --size, or choose another platform (--for)."),
        (["-p", "size=5"], "--size=5"),
        (["--jobs", "0"], "--jobs=0"),
    ],
)
def test_an_invalid_value_is_reported_with_its_flag(
    arguments: list[str], flag: str, cat: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(cat, *arguments) == 2
    assert flag in error_line(capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        ["a.jpg", "-e", "blur", "b.jpg", "-q", "--", "-c.jpg"],
        ["-e", "blur", "a.jpg", "-q", "b.jpg", "--", "-c.jpg"],
        ["-q", "-e", "blur", "--", "a.jpg", "b.jpg", "-c.jpg"],
        ["a.jpg", "-e", "blur", "-q", "--", "b.jpg", "-c.jpg"],
    ],
    ids=" ".join,
)
def test_photos_can_stand_anywhere_among_options(arguments: list[str]) -> None:
    parsed = parse_command_line(["make", *arguments])

    assert parsed.photos == ["a.jpg", "b.jpg", "-c.jpg"]
    assert (parsed.effect, parsed.quiet) == (["blur"], True)


def test_standard_input_can_follow_options() -> None:
    assert parse_command_line(["make", "a.jpg", "-q", "-"]).photos == ["a.jpg", "-"]


@pytest.mark.parametrize("name", [name for name in FLAGS if name not in {"calm", "caption"}])
def test_an_invalid_value_of_every_common_option_is_reported_with_its_flag(
    name: str, cat: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in ([f"{FLAGS[name]}=?"], ["-p", f"{name}=?"]):
        assert make(cat, *arguments) == 2
        assert error_line(capsys).startswith(f"gifmill: {FLAGS[name]}=? is not valid. ")


def test_an_invalid_caption_is_reported_without_its_text(
    cat: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for caption in ("secret\a", "secret" * 30):
        assert make(cat, "--caption", caption) == 2
        line = error_line(capsys)
        assert line.startswith("gifmill: --caption has ")
        assert "secret" not in line
