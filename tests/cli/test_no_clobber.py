"""The option --no-clobber: existing files are kept, and a batch continues."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.cli.command_runs import make

import gifmill.photo
import gifmill.rendering
from gifmill.photo import open_photo

if TYPE_CHECKING:
    from typing import Any

    from gifmill.photo import Photo
    from gifmill.rendering import Gif

type Capture = pytest.CaptureFixture[str]


@pytest.fixture
def photos(cat: str, tmp_path: Path) -> list[str]:
    """Return the paths of photos that have the same names in three folders."""
    paths = []
    for name in "abc":
        (tmp_path / name).mkdir()
        paths.append(str(shutil.copy(cat, tmp_path / name / "cat.jpg")))
    return paths


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the path of each photo that is opened."""
    sources: list[str] = []

    def open_counted(source: str, **options: Any) -> Photo:
        sources.append(source)
        return open_photo(source, **options)

    monkeypatch.setattr(gifmill.photo, "open_photo", open_counted)
    return sources


def small(out: Path, jobs: int) -> list[str]:
    return ["-e", "blur", "-e", "cyclic", "--size", "16", "-o", str(out), "--jobs", str(jobs)]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_repeated_batch_makes_only_what_is_missing(
    photos: list[str], out: Path, opened: list[str], capsys: Capture, jobs: int
) -> None:
    assert make(*photos, *small(out, jobs)) == 0
    complete = contents(out)
    for missing in ("cat-2-blur.gif", "cat-3-blur.gif", "cat-3-cyclic.gif"):
        (out / missing).unlink()
    opened.clear()
    capsys.readouterr()

    assert make(*photos, *small(out, jobs), "--no-clobber") == 0

    assert opened == photos[1:]
    lines = capsys.readouterr().out.splitlines()
    assert [line.endswith("exists, skipped") for line in lines] == [True, True, False, True, False, False]
    assert lines[0] == f"{out / 'cat-blur.gif'}  exists, skipped"
    assert contents(out) == complete


def test_existing_files_are_kept_as_they_are(photos: list[str], out: Path) -> None:
    out.mkdir()
    (out / "cat-blur.gif").write_bytes(b"")
    (out / "cat-cyclic.gif").write_bytes(b"mine")
    (out / "cat-cyclic.gif").chmod(0o444)

    assert make(photos[0], *small(out, 1), "--no-clobber") == 0
    assert contents(out) == {"cat-blur.gif": b"", "cat-cyclic.gif": b"mine"}


def test_a_photo_that_is_gone_is_no_error_if_all_its_gifs_exist(photos: list[str], out: Path) -> None:
    assert make(*photos, *small(out, 2)) == 0
    Path(photos[0]).unlink()

    assert make(*photos, *small(out, 2), "--no-clobber") == 0
    assert make(*photos, *small(out, 2)) == 2


def test_a_skipped_file_is_an_object(photos: list[str], out: Path, capsys: Capture) -> None:
    out.mkdir()
    existing = out / "cat-blur.gif"
    existing.write_bytes(b"mine")

    assert make(photos[0], *small(out, 1), "--no-clobber", "--json") == 0

    skipped, made = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    expected = {"photo": photos[0], "effect": "blur", "path": str(existing), "bytes": 4, "skipped": True}
    assert skipped == expected
    assert made["skipped"] is False
    assert expected.keys() <= made.keys()


def test_one_file_is_kept(photos: list[str], tmp_path: Path) -> None:
    target = tmp_path / "out.gif"
    for expected in (b"GIF89a", b"mine"):
        assert make(photos[0], "-e", "blur", "--size", "16", "-o", target, "--no-clobber") == 0
        assert target.read_bytes().startswith(expected)
        target.write_bytes(b"mine")


@pytest.mark.parametrize("as_json", [False, True])
def test_a_file_that_appears_meanwhile_is_kept_and_reported(
    photos: list[str], out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    render = gifmill.rendering.render_options

    def render_slowly(*args: Any, **_: bool) -> Gif:
        (out / "cat-blur.gif").write_bytes(b"from elsewhere")
        return render(*args)

    monkeypatch.setattr(gifmill.rendering, "render_options", render_slowly)
    options = ["--json"] if as_json else []
    assert make(photos[0], "-e", "blur", "--size", "16", "-o", out, "--no-clobber", *options) == 0

    assert contents(out) == {"cat-blur.gif": b"from elsewhere"}
    line = capsys.readouterr().out
    assert json.loads(line)["skipped"] if as_json else line.endswith("exists, skipped\n")


def test_a_folder_in_the_place_of_a_gif_is_an_error(photos: list[str], out: Path, capsys: Capture) -> None:
    (out / "cat-blur.gif").mkdir(parents=True)

    assert make(photos[0], *small(out, 1), "--no-clobber") == 1
    assert "Is a directory" in capsys.readouterr().err


def test_a_link_to_nothing_does_not_count_as_a_file(photos: list[str], out: Path) -> None:
    out.mkdir()
    (out / "cat-blur.gif").symlink_to("new.gif")

    assert make(photos[0], "-e", "blur", "--size", "16", "-o", out, "--no-clobber") == 0

    assert (out / "cat-blur.gif").is_symlink()
    assert (out / "new.gif").read_bytes().startswith(b"GIF89a")


def test_without_the_option_existing_files_are_replaced(photos: list[str], out: Path) -> None:
    assert make(*photos, *small(out, 2)) == 0
    complete = contents(out)
    (out / "cat-2-blur.gif").write_bytes(b"old")

    assert make(*photos, *small(out, 2)) == 0
    assert contents(out) == complete
