"""Errors as lines for people, and as JSON objects for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.cli.command_runs import error_line, make

from gifmill.cli.command import main

if TYPE_CHECKING:
    from pathlib import Path


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
