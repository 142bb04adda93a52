"""Command lines: effects and options that they choose, and advice for wrong ones."""

from __future__ import annotations

import json
from pathlib import Path

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
    ("arguments", "expected"),
    [
        (["make", "cat.jpg", "--presett", "small"], "Unknown option '--presett'. Did you mean '--preset'?"),
        (["make", "cat.jpg", "--max_bytes=3"], "Unknown option '--max_bytes'. Did you mean '--max-bytes'?"),
        (["make", "cat.jpg", "-e", "spin", "--turns=2"], "For this parameter, use -p turns=2."),
        (["make", "cat.jpg", "-e", "zoom", "-p", "strenght=3"], "Did you mean 'strength'?"),
        (["make", "cat.jpg", "-p", "sise=300"], "Unknown option 'sise'. Did you mean '--size'?"),
        (["make", "cat.jpg", "--pack", "emojis"], "Unknown pack 'emojis'. Did you mean 'emoji'?"),
        (["make", "cat.jpg", "--for", "slack"], "--for=slack is not valid. Did you mean 'slack-emoji'?"),
        (["make", "cat.jpg", "--format", "wepb"], "--format=wepb is not valid. Did you mean 'webp'?"),
        (["make", "cat.jpg", "--preset", "balenced"], "Did you mean 'balanced'?"),
        (["make", "cat.jpg", "-e", "blurr,zoom"], "Unknown effect or pack 'blurr'. Did you mean 'blur'?"),
        (["effect"], "Unknown command 'effect'. Did you mean 'effects'?"),
        (["blur", "cat.jpg"], "To make this effect, use `gifmill make PHOTO -e blur`."),
        (["cat.jpg"], "Unknown command 'cat.jpg'. To make GIFs of a photo, use `gifmill make cat.jpg`."),
        (["serve", "--prot", "80"], "Unknown option '--prot'. Did you mean '--port'?"),
        (
            ["completion", "bsh"],
            "shell=bsh is not valid. Did you mean 'bash' or 'zsh'? Use one of bash, zsh, fish.",
        ),
        (
            ["make", "-cat.jpg"],
            "-cat.jpg begins with -, as options do. For a file of this name, write ./-cat.jpg",
        ),
        (["make", "cat.jpg", "-dog.PNG"], "write ./-dog.PNG, or -- before it."),
        (["make", "-elk.jpg"], "write ./-elk.jpg, or -- before it."),
        (["make", "--", "--no-photo.jpg"], "--no-photo.jpg: No such file."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_command_line_is_answered_with_the_right_one(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert expected in error_line(capsys)


def test_a_file_without_a_suffix_whose_name_begins_with_a_dash_gets_the_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-kitten").touch()

    assert make("-kitten") == 2
    assert "write ./-kitten, or -- before it" in error_line(capsys)


def test_a_name_that_begins_with_a_dash_can_be_given(
    cat: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(cat).rename(tmp_path / "-cat.jpg")

    assert make("./-cat.jpg", "-e", "blur", "--size", "16", "-o", "one") == 0
    assert make("-e", "blur", "--size", "16", "-o", "two", "--", "-cat.jpg") == 0
    assert (tmp_path / "one/-cat-blur.gif").read_bytes() == (tmp_path / "two/-cat-blur.gif").read_bytes()


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


def test_quiet_prints_errors_only(cat: str, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make(cat, "-e", "blur", "--size", "16", "-o", out, "--quiet") == 0
    assert capsys.readouterr() == ("", "")
    assert (out / "cat-blur.gif").exists()

    assert make(cat, "none.jpg", "-e", "blur", "--size", "16", "-o", out, "-q") == 2
    assert error_line(capsys) == "gifmill: none.jpg: No such file. Check the name.\n"


def test_with_json_each_photo_that_fails_is_an_object_on_standard_output(
    cat: str, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.jpg").write_text("no photo")

    code = make("none.jpg", cat, tmp_path / "text.jpg", "-e", "blur", "--size", "16", "-o", out, "--json")

    printed = capsys.readouterr()
    objects = [json.loads(line) for line in printed.out.splitlines()]
    assert code == 2
    assert [each["photo"] for each in objects] == ["none.jpg", cat, str(tmp_path / "text.jpg")]
    assert [each.get("error", {}).get("code") for each in objects] == [
        "photo_unreadable",
        None,
        "not_a_photo",
    ]
    assert objects[0]["error"]["message"] == "No such file. Check the name."
    assert printed.err.count("\n") == 2  # the lines for people stay


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["make", "--json"], "invalid_request"),
        (["make", "cat.jpg", "--json", "--presett"], "invalid_request"),
        (["make", "cat.jpg", "--json", "-e", "blurr"], "unknown_effect"),
        (["make", "cat.jpg", "--json", "-p", "turn=1"], "unknown_option"),
        (["make", "cat.jpg", "--json", "--size", "1"], "invalid_option"),
        (["effects", "--json", "blurr"], "unknown_effect"),
        (["mke", "--json"], "invalid_request"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_with_json_a_wrong_command_line_is_an_object_on_standard_output(
    arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2

    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert document["photo"] is None
    assert document["error"]["code"] == code
    assert printed.err == f"gifmill: {document['error']['message']}\n"


def test_a_photo_named_json_does_not_make_errors_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert make("--", "--json") == 2
    assert error_line(capsys).startswith("gifmill: --json: No such file.")


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


@pytest.mark.parametrize("name", [name for name in FLAGS if name != "calm"])
def test_an_invalid_value_of_every_common_option_is_reported_with_its_flag(
    name: str, cat: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in ([f"{FLAGS[name]}=?"], ["-p", f"{name}=?"]):
        assert make(cat, *arguments) == 2
        assert error_line(capsys).startswith(f"gifmill: {FLAGS[name]}=? is not valid. ")
