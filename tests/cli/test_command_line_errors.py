"""Advice for wrong command lines: misspelt names, and names that begin with a dash."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.command_runs import error_line, make

from gifmill.cli.command import main


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
        (["--verson"], "Unknown option '--verson'. Did you mean '--version'? Try `gifmill --help`."),
        (["-v"], "Unknown option '-v'. Try `gifmill --help`."),
        (["make", "--presett"], "Unknown option '--presett'. Did you mean '--preset'?"),
        (["make", "-e", "spin", "--turns=2"], "For this parameter, use -p turns=2."),
        (["make", "a.jpg", "-q", "b.jpg", "--sise", "9"], "Unknown option '--sise'. Did you mean '--size'?"),
        (["help"], "Use `gifmill --help`, or `gifmill COMMAND --help`."),
        (["make"], "The following arguments are required: PHOTO. Try `gifmill make --help`."),
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
        (["make", "cat.jpg", "--focus", "-1,0"], "Write --focus=-1,0."),
        (["make", "cat.jpg", "--name", "-{stem}.gif"], "Write --name=-{stem}.gif."),
        (["make", "cat.jpg", "-e", "zoom", "-o", "-x.gif"], "The value of -o begins with -, as options do."),
        (["make", "cat.jpg", "--calm=yes"], "--calm takes no value. Omit the value."),
        (["make", "cat.jpg", "--quiet=1"], "--quiet takes no value. Omit the value."),
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
