"""A photo's metadata is in no stored object: not in a photo, a GIF, a note or the log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import obstore
import pytest
from tests.security.metadata_photos import (
    MARKER,
    PHOTOS_WITH_METADATA,
    chunk_types,
    marker_encodings,
    metadata_names,
)
from tests.servers import serving
from tests.views import new_view

from gifmill import EFFECTS, open_photo
from gifmill.orders import direct_uploads, pipeline
from gifmill.orders.documents import Note
from gifmill.orders.keys import UploadKey, format_orders
from gifmill.orders.status import ORDERS_METADATA
from gifmill.settings import Settings
from gifmill.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

KINDS = {
    ".png": {"IHDR", "IDAT", "IEND"},
    ".gif": {"picture", "extension 0xf9", "NETSCAPE2.0\x01\x00\x00"},
    ".webp": {"VP8X", "ANIM", "ANMF", "VP8 ", "VP8L", "ALPH"},
}
"""Allowed parts of a stored file: no chunk or block for text, EXIF, XMP, a profile or a comment."""


QUERIES = ("effects=all&size=32", "effects=all&size=32&format=webp")
"""All GIFs and WebPs of one photo. Of the others one GIF is enough: stored photos have one format."""

EXIF = {"description", "artist", "model", "place", "makers-note", "comment"}
METADATA_NAMES = {
    "jpeg": {*EXIF, "xmp", "iptc", "profile", "preview", "jpeg-comment", "trailer"},
    "png": {*EXIF, "xmp", "profile", "text", "packed", "private", "late", "trailer"},
    "webp": {*EXIF, "xmp", "profile", "trailer"},
    "avif": {*EXIF, "xmp", "profile"},
    "tiff": {*EXIF, "xmp", "iptc", "profile", "trailer"},
    "gif": {"xmp", "gif-comment", "trailer"},
    "heic": {"exif-description", "exif-make", "gps", "makernote", "usercomment", "xmp"},
}


@pytest.mark.parametrize("name", PHOTOS_WITH_METADATA)
def test_each_test_photo_contains_metadata_and_is_readable(name: str) -> None:
    photo = PHOTOS_WITH_METADATA[name]()
    assert marker_encodings(photo)
    assert metadata_names(photo) == METADATA_NAMES[name]
    assert open_photo(photo).size == (64, 48)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str], str]]:
    """Yield the folder of a server that has received all photos, their ids, and its log."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "tmp").mkdir()
    environ = {"TMPDIR": str(folder / "tmp"), "GIFMILL_MAX_QUEUE": "1000"}
    with (folder / "log").open("w+") as log:
        with serving(folder / "data", environ=environ, log=log) as server:
            file_name = f"{MARKER.decode()}-name.jpg"
            ids = []
            for name, make in PHOTOS_WITH_METADATA.items():
                form = {"photo": (file_name, make(), f"image/{MARKER.decode()}")}
                for query in QUERIES if name == "jpeg" else ("effects=blur&size=32",):
                    answer = server.client.post(f"/v1/photos?{query}", files=form)
                    assert answer.status_code == 202, answer.text
                    ids.append(answer.json()["id"])
            body = {"size": len(PHOTOS_WITH_METADATA["jpeg"]()), "type": "image/jpeg", "effects": "blur"}
            handed_out: Any = server.client.post("/v1/uploads", json=body).json()
            file = {"file": (file_name, PHOTOS_WITH_METADATA["jpeg"]())}
            sent = server.client.post(handed_out["url"], data=handed_out["fields"], files=file)
            assert sent.status_code == 204
            ids.append(handed_out["id"])
            states = [gif["state"] for each in ids for gif in server.finished(each, timeout_s=100)["gifs"]]
            assert set(states) == {"ready"}
        log.seek(0)
        yield folder, ids, log.read()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.slow
def test_stored_objects_contain_no_metadata(stored: tuple[Path, list[str], str]) -> None:
    files = _files(stored[0] / "data")
    made = [path for path in files if path.suffix in {".gif", ".webp"}]
    assert len(made) == len(QUERIES) * len(EFFECTS) + len(PHOTOS_WITH_METADATA)
    assert [
        path.name
        for path in files
        if marker_encodings(path.read_bytes()) or marker_encodings(str(path).encode())
    ] == []


@pytest.mark.slow
def test_stored_images_have_no_text_or_metadata_chunks(stored: tuple[Path, list[str], str]) -> None:
    for path in _files(stored[0] / "data"):
        if path.suffix == ".json":
            assert json.loads(path.read_bytes()).keys() == Note.__annotations__.keys()
        else:
            assert chunk_types(path.read_bytes()) <= KINDS[path.suffix], path.name


@pytest.mark.slow
def test_uploads_and_temporary_files_are_deleted(stored: tuple[Path, list[str], str]) -> None:
    folder, _, _ = stored
    assert _files(folder / "data/uploads") == []
    assert _files(folder / "tmp") == []


@pytest.mark.slow
def test_the_log_contains_no_metadata(stored: tuple[Path, list[str], str]) -> None:
    _, ids, log = stored
    assert len(log.splitlines()) > len(ids)
    assert marker_encodings(log.encode()) == []


def test_direct_uploads_leave_no_metadata() -> None:
    store, settings = open_store("memory://"), Settings()
    for make in PHOTOS_WITH_METADATA.values():
        view = new_view()
        orders = pipeline.new_orders(view, "blur", {"size": 32})
        backend: Any = store._backend
        noted = {ORDERS_METADATA: format_orders(orders)}
        obstore.put(backend, str(UploadKey(view)), make(), attributes=noted)
        assert direct_uploads.intake_upload(store, settings, view)
        pipeline.order_gif(store, settings, view, "blur", {"size": 32}, announce=True)
    objects = {
        each.key: store.get(each.key) for prefix in ("uploads/", "photos/") for each in store.list(prefix)
    }
    assert len(objects) == len(PHOTOS_WITH_METADATA)
    for data in objects.values():
        assert marker_encodings(data) == []
        assert chunk_types(data) <= KINDS[".png"] | {"tIME"}  # the time of intake, not of the exposure
