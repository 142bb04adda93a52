from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from gifmill.rendering.atomic_file import check_writable, write_atomically


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return the path of an existing file, the only one in its folder."""
    path = tmp_path / "a.gif"
    path.write_bytes(b"old")
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_symlink_stays_and_its_file_is_replaced(target: Path, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.gif"
    link.symlink_to("../a.gif")

    write_atomically(link, b"new")

    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert list((tmp_path / "links").iterdir()) == [link]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gif", "links"]


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_symlink_to_nothing_creates_the_file_it_points_to(tmp_path: Path, overwrite: bool) -> None:
    link = tmp_path / "link.gif"
    link.symlink_to(tmp_path / "new.gif")

    write_atomically(link, b"new", overwrite=overwrite)

    assert link.is_symlink()
    assert (tmp_path / "new.gif").read_bytes() == b"new"


def test_a_symlink_to_itself_is_an_error_and_stays(tmp_path: Path) -> None:
    link = tmp_path / "link.gif"
    link.symlink_to(link)

    with pytest.raises(OSError, match=r"link\.gif") as caught:
        write_atomically(link, b"new")

    assert caught.value.errno == errno.ELOOP
    assert list(tmp_path.iterdir()) == [link]


def test_a_folder_that_is_a_symlink_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")

    write_atomically(tmp_path / "link" / "a.gif", b"new")

    assert (tmp_path / "folder" / "a.gif").read_bytes() == b"new"


@pytest.mark.parametrize("through_link", [False, True])
def test_a_read_only_file_is_not_replaced(target: Path, tmp_path: Path, through_link: bool) -> None:
    path = tmp_path / "link.gif" if through_link else target
    if through_link:
        path.symlink_to(target)
    target.chmod(0o444)

    with pytest.raises(PermissionError, match="The file is read-only"):
        check_writable(path)
    with pytest.raises(PermissionError, match="The file is read-only"):
        write_atomically(path, b"new")

    assert target.read_bytes() == b"old"


def test_a_replaced_file_passes_its_permissions_on(target: Path) -> None:
    before = os.umask(0o022)
    try:
        for permissions in (0o600, 0o664, 0o755):
            target.chmod(permissions)
            write_atomically(target, b"new")
            assert mode(target) == permissions
    finally:
        os.umask(before)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser may give a file away")
def test_a_replaced_file_keeps_its_owner(target: Path) -> None:
    os.chown(target, 12_345, 23_456)

    write_atomically(target, b"new")

    assert (target.stat().st_uid, target.stat().st_gid) == (12_345, 23_456)


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_new_file_has_the_permissions_of_the_umask(tmp_path: Path, overwrite: bool) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "a.gif", b"new", overwrite=overwrite)
    finally:
        os.umask(before)
    assert mode(tmp_path / "a.gif") == 0o640


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()

    write_atomically(pipe, b"new")

    reader.join()
    assert received == [b"new"]
    assert pipe.is_fifo()


def test_an_existing_file_is_kept_without_overwrite(target: Path, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        write_atomically(target, b"new", overwrite=False)

    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("links", [True, False], ids=["with hard links", "without"])
def test_a_file_that_appears_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    target = tmp_path / "a.gif"
    link = Path.hardlink_to

    def appear(path: Path, other: Path) -> None:
        path.write_bytes(b"from elsewhere")
        if not links:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        link(path, other)

    monkeypatch.setattr(Path, "hardlink_to", appear)
    with pytest.raises(FileExistsError) as caught:
        write_atomically(target, b"new", overwrite=False)

    assert caught.value.filename == str(target)
    assert target.read_bytes() == b"from elsewhere"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_system_without_hard_links_has_new_files_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    write_atomically(tmp_path / "a.gif", b"new", overwrite=False)

    assert (tmp_path / "a.gif").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.gif"]


@pytest.mark.parametrize(("step", "overwrite"), [("replace", True), ("hardlink_to", False)])
def test_an_interrupt_leaves_no_part_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, overwrite: bool
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a.gif", b"new", overwrite=overwrite)

    assert list(tmp_path.iterdir()) == []


def test_an_error_names_the_file_and_not_the_temporary_one(tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "a.gif"
    with pytest.raises(FileNotFoundError) as caught:
        write_atomically(missing, b"new")

    assert caught.value.filename == str(missing)
