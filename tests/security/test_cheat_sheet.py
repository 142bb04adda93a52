"""OWASP's File Upload Cheat Sheet: the requirements that the tests of ASVS chapter 5 do not cover."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.hostile.file_builders import valid
from tests.http_contract.api_client import post_form, request_form
from tests.servers import serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server

NAMES = [
    "cat.jpg.php",
    "cat.php.jpg",
    "cat.php%00.jpg",
    "cat.php\0.jpg",
    "cat.jpg/.php",
    "cat.pHp5",
    "cat.jpg ",
    "cat.jpg.",
    "cat",
    ".jpg",
    "con.jpg",
    "nul",
    "..",
    "",
]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_file_name_does_not_matter(server: Server, photo: bytes, name: str) -> None:
    for content, statuses in ((photo, {202, 400}), (b"<?php ?>", {415, 400})):  # 400: no name is no file
        answer = server.client.post("/v1/photos?effects=blur&size=16", files={"photo": (name, content)})
        assert answer.status_code in statuses


@pytest.mark.slow
@pytest.mark.parametrize(
    "declared", ["image/png", "text/html", "application/x-php", "image/svg+xml", "nonsense"]
)
def test_the_declared_type_does_not_matter(server: Server, photo: bytes, declared: str) -> None:
    headers = {"Content-Type": declared}
    assert server.client.post("/v1/photos?effects=blur", content=photo, headers=headers).status_code == 202
    assert server.client.post("/v1/photos", content=b"<?php ?>", headers=headers).status_code == 415


@pytest.mark.slow
def test_a_file_signature_alone_is_rejected(server: Server) -> None:
    for name, photo in valid().items():
        answer = server.client.post("/v1/photos", content=photo[:12] + b"<?php ?>" * 50)
        assert answer.status_code in (415, 422), name


OTHER_SIGNATURES = [
    b"%!PS-Adobe-3.0",
    b"8BPS\0\1",
    b"\1\xda",
    b"P6 1 1 255 ",
    b"FORM",
    b"gimp xcf ",
    b"<svg/>",
    b"DDS ",
]
READ = """
import sys
from pathlib import Path
from gifmill import open_photo
from gifmill.errors import PhotoError
for path in Path(sys.argv[1]).iterdir():
    try:
        open_photo(path)
    except PhotoError:
        pass
print(*(name for name in sys.modules if name.endswith("ImagePlugin")))
"""


def test_only_decoders_of_listed_formats_are_imported(tmp_path: Path) -> None:
    for number, data in enumerate([*valid().values(), *(other + bytes(500) for other in OTHER_SIGNATURES)]):
        (tmp_path / str(number)).write_bytes(data)
    command = [sys.executable, "-c", READ, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split())
    plugins = ("Jpeg", "Avif", "Gif", "Tiff", "Bmp")  # PNG, WebP and HEIC have no decoder of Pillow's
    listed = {f"PIL.{name}ImagePlugin" for name in plugins}
    assert listed <= loaded
    assert loaded - listed <= {"PIL.MpoImagePlugin"}  # Pillow lists the images of a JPEG with it


@pytest.mark.slow
def test_an_existing_photo_is_never_overwritten(server: Server, photo: bytes) -> None:
    upload_form = request_form(server, photo, effects="blur")
    assert post_form(server, upload_form, photo).status_code == 204
    before = server.finished(upload_form["id"])
    other = photo + b"x"
    again = {**upload_form, "fields": upload_form["fields"]}
    assert post_form(server, again, other).status_code == 403
    assert post_form(server, again, photo).status_code == 403
    assert server.status(upload_form["id"]) == before


@pytest.mark.slow
def test_stored_files_are_private_to_the_servers_user(tmp_path: Path, photo: bytes) -> None:
    data = tmp_path / "data"
    with serving(data) as server:
        server.finished(server.order(photo, effects="blur", size=32)["id"])
        modes = {path: path.stat().st_mode & 0o777 for path in (data, *data.rglob("*"))}
    assert len(modes) > 6
    assert {path.name: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}
    assert [path for path, mode in modes.items() if path.is_file() and mode & 0o111] == []


@pytest.mark.slow
def test_stored_photos_are_not_served(server: Server, photo: bytes) -> None:
    document = server.finished(server.order(photo, effects="blur", size=32)["id"])
    for view in (document["view"], document["id"]):
        for path in (f"/photos/{view}/size=32/blur.png", f"/v1/photos/{view}/size=32/blur.png"):
            assert server.client.get(path).status_code == 404
        assert server.client.get(f"/v1/gifs/{view}/size=32/blur.png").status_code == 404
