from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from PIL import Image
from tests.cli.command_runs import error_line, make

import gifmill.rendering
from gifmill.cli.arguments import DEFAULT_NAME
from gifmill.cli.name_template import NameTemplate
from gifmill.cli.output_paths import plan_output_paths
from gifmill.effects import find_effect


def test_make_writes_to_the_current_folder_by_default(
    cat: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert make(Path(cat).name, "-e", "blur", "--size", "16") == 0
    assert (tmp_path / "cat-blur.gif").read_bytes().startswith(b"GIF89a")


def test_photos_of_one_name_get_numbered_names(cat: str, out: Path, tmp_path: Path, photo: bytes) -> None:
    """A number is left out where a photo has it in its name."""
    others = ("b/cat.jpg", "b/cat-2.jpg", "c/cat.jpg", "photo.jpg")
    for other in others:
        (tmp_path / other).parent.mkdir(exist_ok=True)
        (tmp_path / other).write_bytes(photo)
    photos = [cat, *(str(tmp_path / other) for other in others)]

    assert make(*photos, "-e", "blur", "--size", "16", "-o", out) == 0

    stems = ("cat", "cat-3", "cat-2", "cat-4", "photo")
    template = NameTemplate.parse(DEFAULT_NAME)
    planned = plan_output_paths([*photos, "-"], out, template, [find_effect("blur")], {"format": "gif"})
    names = [path.name for paths in planned.values() for path in paths]
    assert names == [f"{stem}-blur.gif" for stem in (*stems, "photo-2")]
    assert sorted(path.name for path in out.iterdir()) == sorted(f"{stem}-blur.gif" for stem in stems)


@pytest.mark.parametrize(
    "again", ["{cat}", "{folder}/./cat.jpg", "{folder}//cat.jpg", "{folder}/b/../cat.jpg"]
)
def test_a_photo_that_is_listed_twice_is_an_error_however_it_is_written(
    cat: str, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], again: str
) -> None:
    (tmp_path / "b").mkdir()
    again = again.format(cat=cat, folder=tmp_path)

    assert make(cat, again, "-o", out) == 2

    also = "" if again == cat else f", also as {cat}"
    assert error_line(capsys) == f"gifmill: {again} is listed twice{also}. List it once.\n"
    assert not out.exists()


def test_links_to_one_photo_are_photos_of_their_own(cat: str, out: Path, tmp_path: Path) -> None:
    (tmp_path / "kitten.jpg").symlink_to(cat)

    assert make(cat, tmp_path / "kitten.jpg", "-e", "blur", "--size", "16", "-o", out) == 0
    assert sorted(path.name for path in out.iterdir()) == ["cat-blur.gif", "kitten-blur.gif"]


def test_two_names_that_lead_to_one_file_are_rejected(
    cat: str, out: Path, tmp_path: Path, photo: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dog.jpg").write_bytes(photo)
    out.mkdir()
    (out / "dog-blur.gif").symlink_to("cat-blur.gif")

    assert make(cat, tmp_path / "dog.jpg", "-e", "blur", "-o", out) == 2
    assert "would both be saved as" in error_line(capsys)


def test_a_photo_is_not_overwritten_through_a_link(
    cat: str, out: Path, photo: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    out.mkdir()
    (out / "cat-blur.gif").symlink_to(cat)

    assert make(cat, "-e", "blur", "-o", out) == 2

    assert "is one of the photos" in error_line(capsys)
    assert Path(cat).read_bytes() == photo


def test_a_link_in_the_place_of_a_gif_stays_and_its_file_is_replaced(
    cat: str, out: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "old.gif").write_bytes(b"old")
    out.mkdir()
    (out / "cat-blur.gif").symlink_to("../elsewhere/old.gif")

    assert make(cat, "-e", "blur", "--size", "16", "-o", out) == 0

    assert (out / "cat-blur.gif").is_symlink()
    assert (tmp_path / "elsewhere" / "old.gif").read_bytes().startswith(b"GIF89a")


@pytest.mark.parametrize("exists", [True, False])
def test_an_output_folder_that_is_a_link_is_followed(
    cat: str, out: Path, tmp_path: Path, exists: bool
) -> None:
    if exists:
        (tmp_path / "elsewhere").mkdir()
    out.symlink_to("elsewhere")

    assert make(cat, "-e", "blur", "--size", "16", "-o", out) == 0

    assert out.is_symlink()
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["cat-blur.gif"]


def test_a_read_only_file_is_not_replaced(
    cat: str, out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out.mkdir()
    existing = out / "cat-blur.gif"
    existing.write_bytes(b"old")
    existing.chmod(0o444)
    monkeypatch.setattr(gifmill.rendering, "render_options", None)  # it is found before the GIF is made

    assert make(cat, "-e", "blur", "-o", out) == 1

    problem = f"Cannot write {existing}: The file is read-only. Choose another folder (-o)."
    assert error_line(capsys) == f"gifmill: {cat}: {problem}\n"
    assert existing.read_bytes() == b"old"


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
