from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from PIL import Image
from tests.cli.command_runs import error_line, make


def test_make_writes_to_the_current_folder_by_default(
    cat: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert make(Path(cat).name, "-e", "blur", "--size", "16") == 0
    assert (tmp_path / "cat-blur.gif").read_bytes().startswith(b"GIF89a")


def test_two_photos_with_the_same_output_file_are_rejected_at_once(
    cat: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(cat, "other/cat.png", "-o", out) == 2

    assert f"{cat} and other/cat.png would both be saved as {out / 'cat-blur.gif'}" in error_line(capsys)
    assert not out.exists()


def test_a_photo_is_not_overwritten_by_a_gif_of_another_photo(
    cat: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    existing = tmp_path / "cat-blur.gif"
    existing.write_bytes(b"a photo")

    assert make(cat, existing, "-o", tmp_path) == 2

    assert "is one of the photos" in error_line(capsys)
    assert existing.read_bytes() == b"a photo"


def test_an_existing_gif_is_replaced_without_leftover_files(cat: str, out: Path) -> None:
    out.mkdir()
    (out / "cat-blur.gif").write_bytes(b"old")

    assert make(cat, "-e", "blur", "-o", out, "--size", "16") == 0

    assert [path.name for path in out.iterdir()] == ["cat-blur.gif"]
    assert (out / "cat-blur.gif").read_bytes().startswith(b"GIF89a")


@pytest.mark.parametrize("inside", ["", "folder"])
def test_an_output_folder_that_is_a_file_is_rejected(
    cat: str, tmp_path: Path, inside: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()

    assert make(cat, "-o", tmp_path / "file" / inside) == 2
    assert "is not a folder" in error_line(capsys)


def test_an_output_folder_that_cannot_be_created_is_an_input_error(
    cat: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(cat, "-o", "/proc/foo") == 2
    assert "Cannot create the folder /proc/foo: No such file or directory. Choose another" in error_line(
        capsys
    )


def test_a_failed_write_is_reported_and_the_other_gifs_are_made(
    cat: str, out: Path, tmp_path: Path, photo: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (out / "cat-blur.gif").mkdir(parents=True)
    (tmp_path / "dog.jpg").write_bytes(photo)

    assert make(cat, tmp_path / "dog.jpg", "-e", "blur", "-o", out, "--size", "16") == 1

    assert (
        f"Cannot write {out / 'cat-blur.gif'}: Is a directory. Choose another folder (-o)."
        in capsys.readouterr().err
    )
    assert sorted(path.name for path in out.iterdir()) == ["cat-blur.gif", "dog-blur.gif"]


def test_gifs_have_the_permissions_of_the_umask(cat: str, out: Path) -> None:
    assert make(cat, "-e", "blur", "--size", "16", "-o", out) == 0

    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((out / "cat-blur.gif").stat().st_mode) == 0o666 & ~mask


def test_a_webp_has_its_own_extension(cat: str, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make(cat, "-e", "blur", "--format", "webp", "--size", "32", "-o", out, "--json") == 0

    document = json.loads(capsys.readouterr().out)
    assert (document["format"], document["path"]) == ("webp", str(out / "cat-blur.webp"))
    with Image.open(out / "cat-blur.webp") as image:
        assert image.format == "WEBP"
