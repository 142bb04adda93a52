from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import obstore
import pytest
from obstore.store import MemoryStore

from gifmill.errors import InvalidSetting, NotFound, StoreFailed
from gifmill.settings import Settings
from gifmill.store.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

KEY = "photos/abc/default/classic.png"


@pytest.fixture(params=["directory", "file URL", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    locations = {
        "directory": str(tmp_path / "new" / "data"),
        "file URL": (tmp_path / "new").as_uri(),
        "memory": "memory://",
    }
    return open_store(locations[request.param])


def keys(store: Store, prefix: str) -> set[str]:
    return {stored.key for stored in store.list(prefix)}


def test_a_written_object_is_read_back(store: Store) -> None:
    store.put(KEY, b"pixels")
    assert store.get(KEY) == b"pixels"


def test_a_link_in_a_directory_takes_no_space_and_keeps_the_date(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    store.put("photos/a/default/blur.png", b"photo")
    assert store.link("photos/a/default/blur.png", "photos/a/size=64/spin.png")
    store.put("photos/a/default/blur.png", b"another")
    [one, other] = sorted(tmp_path.rglob("*.png"))
    assert other.read_bytes() == b"photo"
    assert one.read_bytes() == b"another"
    store.put("photos/b/default/blur.png", b"photo")
    assert store.link("photos/b/default/blur.png", "photos/b/size=64/spin.png")
    [one, other] = sorted(tmp_path.rglob("b/*/*.png"))
    assert one.samefile(other)
    first, second = store.list("photos/b")
    assert first.modified == second.modified


def test_a_link_to_a_missing_object_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        open_store(str(tmp_path)).link("photos/a/default/blur.png", "photos/a/size=64/spin.png")


def test_a_store_in_memory_has_no_links() -> None:
    store = open_store("memory:///")
    store.put("photos/a", b"photo")
    assert not store.link("photos/a", "photos/b")
    assert keys(store, "photos/") == {"photos/a"}


def test_the_first_bytes_can_be_read_alone(store: Store) -> None:
    store.put(KEY, b"pixels")
    assert store.get(KEY, first_bytes=3) == b"pix"


@pytest.mark.parametrize("size_bytes", [0, 1, 131_072, 1_000_001])
def test_an_object_is_streamed_in_chunks(store: Store, size_bytes: int) -> None:
    data = os.urandom(size_bytes)
    store.put(KEY, data)
    stored, pieces = store.stream(KEY)
    read = list(pieces)
    assert (stored.size_bytes, b"".join(read)) == (size_bytes, data)
    assert all(len(piece) <= 262_144 for piece in read) or isinstance(store._backend, MemoryStore)


def test_a_part_of_an_object_is_streamed(store: Store) -> None:
    store.put(KEY, b"0123456789")
    stored, pieces = store.stream(KEY, (2, 6))
    assert (stored.size_bytes, b"".join(pieces)) == (10, b"2345")


def test_another_content_has_another_etag(store: Store) -> None:
    etags = []
    for data in (b"first", b"second"):
        store.put(KEY, data)
        found = store.head(KEY)
        assert found is not None
        assert found.etag == store.stream(KEY)[0].etag
        assert found.etag.startswith('"')
        etags.append(found.etag)
    assert etags[0] != etags[1]


def test_streaming_a_missing_object_is_not_found_at_once(store: Store) -> None:
    with pytest.raises(NotFound):
        store.stream(KEY)


def test_a_second_put_replaces_the_first(store: Store) -> None:
    store.put(KEY, b"old")
    store.put(KEY, b"new")
    assert store.get(KEY) == b"new"


def test_a_missing_object_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.get(KEY)


def test_a_listing_has_only_objects_below_the_prefix(store: Store) -> None:
    store.put(KEY, b"12345")
    store.put("photos/abcd/default/classic.png", b"")
    [stored] = store.list("photos/abc/")
    assert (stored.key, stored.size_bytes) == (KEY, 5)


def test_names_with_options_are_kept(store: Store) -> None:
    key = "photos/abc/preset=smooth,size=300/blur.png"
    store.put(key, b"x")
    assert keys(store, "photos/abc/") == {key}


def test_an_object_can_be_deleted_twice(store: Store) -> None:
    store.put(KEY, b"x")
    store.delete(KEY)
    store.delete(KEY)
    assert keys(store, "photos/") == set()


def test_deleting_the_last_object_removes_its_folders(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    store.put(KEY, b"x")
    store.delete(KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_stream_is_written_whole(store: Store) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"ab"

    asyncio.run(store.put_stream("uploads/abc", chunks()))
    assert store.get("uploads/abc") == b"ababab"


def test_an_interrupted_stream_leaves_nothing(tmp_path: Path) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"x" * 20_000_000  # more than a buffer, so that a part has been written
        raise NotFound("the client has disconnected")

    store = open_store(str(tmp_path))
    with pytest.raises(NotFound):
        asyncio.run(store.put_stream("uploads/abc", chunks()))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_write_error_does_not_contain_the_object_name(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    (tmp_path / "photos").write_text("a file where a folder must be")
    with pytest.raises(StoreFailed, match="photos") as raised:
        store.put(KEY, b"x")
    assert "abc" not in raised.value.message


def test_a_failed_write_leaves_no_folders(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    store.put(KEY, b"x")
    before = sorted(tmp_path.rglob("*"))
    too_long = "x" * 300  # for a file name, but its folders can be created
    for name in (f"photos/abc/other/{too_long}", f"gifs/abc/default/{too_long}"):
        with pytest.raises(StoreFailed):
            store.put(name, b"x")
        with pytest.raises(StoreFailed):
            store.put_if_absent(name, b"x")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("location", ["nonsense://bucket", "s3://", "/proc/version/data"])
def test_invalid_locations_are_rejected(location: str) -> None:
    with pytest.raises(InvalidSetting, match="Use a folder, or a URL"):
        open_store(location)


def test_incomplete_files_of_a_killed_process_are_deleted(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    store.put(KEY, b"whole")
    half = tmp_path / f"{KEY}#1"
    half.write_bytes(b"ha")
    soon = datetime.now(UTC) + timedelta(minutes=1)
    assert keys(store, "photos/") == {KEY}
    store.delete_incomplete_files("photos/", datetime.now(UTC) - timedelta(minutes=1), owns=KEY.__eq__)
    store.delete_incomplete_files("photos/", soon, owns="another name".__eq__)
    assert half.exists()
    store.delete_incomplete_files("photos/", soon, owns=KEY.__eq__)
    assert not half.exists()
    assert store.get(KEY) == b"whole"


def test_empty_folders_of_incomplete_files_are_removed(tmp_path: Path) -> None:
    half = tmp_path / f"{KEY}#1"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"ha")
    soon = datetime.now(UTC) + timedelta(minutes=1)
    open_store(str(tmp_path)).delete_incomplete_files("photos/", soon, owns=KEY.__eq__)
    assert list(tmp_path.iterdir()) == []


def test_a_store_in_memory_and_an_empty_folder_have_no_incomplete_files(tmp_path: Path) -> None:
    for location in ("memory://", str(tmp_path)):
        open_store(location).delete_incomplete_files("photos/", datetime.now(UTC), owns=bool)


def test_only_one_of_two_writers_creates_an_object(store: Store) -> None:
    assert store.put_if_absent(KEY, b"first")
    assert not store.put_if_absent(KEY, b"second")
    assert store.get(KEY) == b"first"


def test_metadata_of_a_missing_object_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.metadata(KEY, "orders")


def test_unset_metadata_is_empty(store: Store) -> None:
    store.put(KEY, b"x")
    assert store.metadata(KEY, "orders") == ""


@pytest.mark.parametrize("name", ["blur.gif", "blur.webp"])
def test_a_bucket_serves_gifs_as_immutable(name: str) -> None:
    backend = MemoryStore()
    Store(backend).put(f"gifs/abc/default/{name}", b"x")
    attributes = obstore.get(backend, f"gifs/abc/default/{name}").attributes
    assert attributes["Content-Type"] == name.replace("blur.", "image/")
    assert f"max-age={Settings().photo_lifetime_s}, immutable" in attributes["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("blur.failed.json", "application/problem+json"), ("blur.note.json", "application/json")],
)
def test_a_bucket_serves_notes_and_failure_markers_uncached(name: str, kind: str) -> None:
    backend = MemoryStore()
    Store(backend).put(f"gifs/abc/default/{name}", b"{}")
    attributes = obstore.get(backend, f"gifs/abc/default/{name}").attributes
    assert (attributes["Content-Type"], attributes["Cache-Control"]) == (kind, "no-store")


def test_gifs_can_have_their_own_backend() -> None:
    photos, gifs = MemoryStore(), MemoryStore()
    store = Store(photos, gifs)
    for key in (KEY, "gifs/abc/default/blur.gif"):
        store.put(key, b"x")
        assert store.get(key) == b"x"
    assert keys(Store(photos), "gifs/") == set()
    assert keys(Store(gifs), "gifs/") == keys(store, "gifs/") == {"gifs/abc/default/blur.gif"}
    store.delete("gifs/abc/default/blur.gif")
    assert keys(Store(gifs), "gifs/") == set()
