"""The option --name."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.command_runs import error_line, make

from gifmill.cli.arguments import DEFAULT_NAME, FIELDS
from gifmill.cli.name_template import NameTemplate
from gifmill.errors import InvalidRequest

if TYPE_CHECKING:
    from pathlib import Path

VALUES = {
    "stem": "cat",
    "effect": "spin",
    "format": "gif",
    "index": "1",
    "preset": "small",
    "size": "64",
}


@pytest.mark.parametrize(
    ("template", "name"),
    [
        (DEFAULT_NAME, "cat-spin.gif"),
        ("{effect} of {stem}.{format}", "spin of cat.gif"),
        ("{index}_{preset}_{size}px.gif", "1_small_64px.gif"),
        ("{{stem}} {{{stem}}}.{format}", "{stem} {cat}.gif"),
        ("a.b.{format}", "a.b.gif"),
    ],
)
def test_fields_are_replaced(template: str, name: str) -> None:
    assert NameTemplate.parse(template).fill(VALUES) == name


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("", "--name is empty."),
        ("{photo}.gif", "Unknown field {photo} in --name. Fields: {stem}, {effect}, {format}, {index}"),
        ("{stm}.gif", "Unknown field {stm} in --name. Did you mean 'stem'? Fields: "),
        ("{}.gif", "Unknown field {} in --name."),
        ("{0}.gif", "Unknown field {0} in --name."),
        ("{stem.__class__}.gif", "Unknown field {stem.__class__} in --name."),
        ("{stem[0]}.gif", "Unknown field {stem[0]} in --name."),
        ("{stem!r}.gif", "Unknown field {stem!r} in --name."),
        ("{stem:>999999999}.gif", "Unknown field {stem:>999999999} in --name."),
        ("{stem.gif", "has a single {."),
        ("stem}.gif", "has a single }."),
        ("a/{stem}.gif", "contains /, which no name may. Choose the folder with -o."),
        ("../{stem}.gif", "contains /"),
        ("/{stem}.gif", "contains /"),
        ("\0.gif", "contains a NUL character"),
        ("{stem}", "has no file format. Let it end in .{format}."),
        ("{stem}{format}", "has no file format."),
        ("{stem}.png", "has no file format."),
        (".", "has no file format."),
        ("..", "has no file format."),
        (".gif", "is only an ending."),
        (".{format}", "is only an ending."),
    ],
)
def test_a_template_that_is_not_the_name_of_a_gif_is_rejected(template: str, problem: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        NameTemplate.parse(template)
    assert problem in caught.value.message


@given(st.text(string.ascii_letters + "{}.!:[]_0123456789", max_size=30))
def test_a_template_is_rejected_or_leaves_no_field(text: str) -> None:
    try:
        template = NameTemplate.parse(text + ".gif")
    except InvalidRequest:
        return
    name = template.fill(VALUES)
    assert name.endswith(".gif")
    if "{{" not in text:
        assert not any(f"{{{field}}}" in name for field in FIELDS)


@given(st.text(max_size=30))
def test_a_literal_name_stays_as_it_is(name: str) -> None:
    assert NameTemplate.literal(name).fill({}) == name


def names(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir())


def test_files_are_named_by_the_template(cat: str, out: Path) -> None:
    template = "{index}-{effect}-{stem}-{preset}-{size}.{format}"
    assert make(cat, "-e", "blur", "-e", "cyclic", "--size", "16", "-o", out, "--name", template) == 0
    assert names(out) == ["1-blur-cat-balanced-16.gif", "1-cyclic-cat-balanced-16.gif"]


def test_the_end_of_the_template_decides_the_format(cat: str, out: Path) -> None:
    assert make(cat, "-e", "blur", "--size", "16", "-o", out, "--name", "{stem}.webp") == 0
    assert (out / "cat.webp").read_bytes().startswith(b"RIFF")


def test_a_template_that_contradicts_the_format_is_rejected(
    cat: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(cat, "--format", "webp", "-o", out, "--name", "{stem}-{effect}.gif") == 2
    assert "--name {stem}-{effect}.gif contradicts the format, which is webp." in error_line(capsys)


def test_photos_of_one_name_need_no_number_where_the_template_has_one(
    cat: str, out: Path, tmp_path: Path, photo: bytes
) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "cat.jpg").write_bytes(photo)
    template = "{index}-{stem}.{format}"
    photos = (cat, tmp_path / "b" / "cat.jpg")

    assert make(*photos, "-e", "blur", "--size", "16", "-o", out, "--name", template) == 0
    assert names(out) == ["1-cat.gif", "2-cat.gif"]


@pytest.mark.parametrize(
    ("photos", "template", "expected"),
    [
        (("cat.jpg",), "{stem}.gif", "Several effects of cat.jpg would be saved as"),
        (("cat.jpg", "dog.jpg"), "{effect}.gif", "cat.jpg and dog.jpg would both be saved as"),
    ],
)
def test_a_template_that_gives_several_files_one_name_is_rejected(
    photos: tuple[str, ...], template: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(*photos, "--name", template) == 2
    line = error_line(capsys)
    assert expected in line
    assert "Add {" in line


def test_a_name_that_is_too_long_is_an_input_error(
    cat: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(cat, "-e", "blur", "-o", out, "--name", "x" * 252 + ".gif") == 2
    assert "File name too long. Choose a shorter name" in error_line(capsys)
