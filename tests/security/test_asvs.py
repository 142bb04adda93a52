"""OWASP ASVS 5.0.0, chapter V5 (File Handling): each requirement that applies, against a real server.

docs/background/security.md lists how each is met, and why those without a test here do not apply.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.hostile.file_builders import BOMBS, valid
from tests.security.raw_http import raw_request
from tests.servers import serving

from gifmill import open_photo
from gifmill.orders.keys import view_in
from gifmill.photo.formats import FORMATS
from gifmill.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server

PAGE = Path(__file__).parents[2] / "docs/background/security.md"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST" + b"-FILE!$H+H*"
"""The test file of virus scanners. Source: eicar.org, anti-malware test file."""

ACTIVE = b"<?php system($_GET[0]); ?><script>alert(document.domain)</script>" + EICAR


@pytest.fixture(scope="module")
def server_and_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """Run a server; yields it and its folder."""
    folder = tmp_path_factory.mktemp("data")
    with serving(folder) as server:
        yield server, folder


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def archive() -> bytes:
    """Return a ZIP with a path traversal and a symbolic link, as an attacker would send."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("../../../../tmp/evil.jpg", valid()["jpeg"])
        link = zipfile.ZipInfo("link.jpg")
        link.external_attr = 0o120777 << 16
        zipped.writestr(link, "/etc/passwd")
    return file.getvalue()


def test_v5_1_1_types_extensions_limits_and_errors_are_documented() -> None:
    table = PAGE.read_text().partition("## Accepted files")[2].partition("\n## ")[0]
    assert [known.name for known in FORMATS if f"| {known.name} |" not in table] == []
    assert {"`.jpg`", "`.png`", "`.webp`", "`.avif`", "`.heic`", "`.gif`", "`.tif`", "`.bmp`"} <= set(
        re.findall(r"`\.\w+`", table)
    )
    limits = Settings()
    assert f"{limits.max_photo_bytes:,} bytes" in table
    assert f"{limits.max_photo_pixels:,} pixels" in table
    for code in ("not_a_photo", "photo_too_large", "too_many_pixels", "damaged_photo"):
        assert f"`{code}`" in table


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/v1/photos", "/v1/uploads"])
def test_v5_2_1_too_large_files_are_rejected_before_they_are_read(
    server_and_folder: tuple[Server, Path], path: str
) -> None:
    server, folder = server_and_folder
    before = files(folder)
    declared = "Connection: close\r\nExpect: 100-continue\r\nContent-Length: 900000000\r\n"
    if path == "/v1/photos":
        answer = raw_request(server, path, "POST", declared)
        assert (answer.status, b"photo_too_large" in answer.body) == (413, True)
    else:
        rejected = server.client.post(path, json={"size": 25_000_001, "type": "image/jpeg"})
        assert (rejected.status_code, rejected.json()["code"]) == (413, "photo_too_large")
    assert files(folder) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("cat.jpg", "image/jpeg", b"%PDF-1.7\n" + ACTIVE),
        ("cat.png", "image/png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("cat.gif", "image/gif", b"<!doctype html>" + ACTIVE),
        ("cat.jpg", "image/jpeg", b"\x7fELF\x02\x01\x01" + bytes(100)),
        ("cat.jpg", "image/jpeg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        (
            "cat.jpg",
            "image/jpeg",
            b"push graphic-context\nviewbox 0 0 9 9\nfill 'url(https://example.com/\"|id\")'",
        ),
    ],
    ids=["pdf", "svg", "html", "program", "postscript", "mvg"],
)
def test_v5_2_2_content_that_does_not_match_name_and_type_is_rejected(
    server_and_folder: tuple[Server, Path], name: str, kind: str, data: bytes
) -> None:
    server, folder = server_and_folder
    before = files(folder)
    answer = server.client.post("/v1/photos", files={"photo": (name, data, kind)})
    assert (answer.status_code, answer.json()["code"]) == (415, "not_a_photo")
    assert files(folder) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["jpeg", "png", "gif", "webp", "bmp", "tiff", "heic"])
def test_v5_2_2_stored_files_are_encoded_from_pixels(
    server_and_folder: tuple[Server, Path], name: str
) -> None:
    server, folder = server_and_folder
    document = server.order(valid()[name] + ACTIVE, effects="blur,spin", size=32)
    server.finished(document["id"])
    for path in files(folder):
        data = path.read_bytes()
        assert ACTIVE not in data
        assert b"<script" not in data
        assert path.suffix in {".png", ".gif"}
        with Image.open(io.BytesIO(data)) as image:
            assert image.format == path.suffix[1:].upper()


@pytest.mark.slow
@pytest.mark.parametrize("name", [*BOMBS])
def test_v5_2_3_decompression_bombs_are_rejected_by_their_header(
    server_and_folder: tuple[Server, Path], name: str
) -> None:
    bomb = BOMBS[name]()
    assert len(bomb) < 60_000
    answer = server_and_folder[0].client.post("/v1/photos", content=bomb)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_pixels")


@pytest.mark.slow
@pytest.mark.parametrize("data", [archive(), gzip.compress(valid()["jpeg"])], ids=["zip", "gzip"])
def test_v5_2_3_archives_are_rejected(server_and_folder: tuple[Server, Path], data: bytes) -> None:
    server, folder = server_and_folder
    before = files(folder)
    for headers in ({}, {"Content-Encoding": "gzip"}, {"Content-Type": "image/jpeg"}):
        answer = server.client.post("/v1/photos", content=data, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (415, "not_a_photo")
    assert files(folder) == before


@pytest.mark.slow
def test_v5_2_4_uploads_per_client_and_orders_per_photo_are_limited(tmp_path: Path, photo: bytes) -> None:
    environ = {
        "GIFMILL_CLIENT_ORDERS_PER_MIN": "1",
        "GIFMILL_CLIENT_ORDERS_BURST": "4",
        "GIFMILL_MAX_ORDERS": "2",
    }
    with serving(tmp_path, environ=environ) as server:
        photo_id = server.order(photo, effects="blur", size=16)["id"]
        address = f"/v1/photos/{photo_id}/gifs"
        assert server.client.post(address, json={"effect": "blur", "size": 17}).status_code == 202
        full = server.client.post(address, json={"effect": "blur", "size": 18})
        assert (full.status_code, full.json()["code"]) == (409, "too_many_orders")
        answers = [server.client.post("/v1/photos", content=photo) for _ in range(3)]
        assert answers[-1].status_code == 429
        assert answers[-1].json()["code"] == "too_many_requests"
        assert int(answers[-1].headers["Retry-After"]) >= 1
        stored_views = {view_in(str(path.relative_to(tmp_path))) for path in files(tmp_path / "photos")}
        assert len(stored_views) == 1 + sum(answer.status_code == 202 for answer in answers)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BOMBS if name != "one row"])
def test_v5_2_6_images_over_the_pixel_limit_are_rejected(
    server_and_folder: tuple[Server, Path], name: str
) -> None:
    server, folder = server_and_folder
    before = files(folder)
    answer = server.client.post("/v1/photos", content=BOMBS[name]())
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_pixels")
    assert files(folder) == before


@pytest.mark.slow
def test_v5_3_1_gifs_are_served_as_images_and_are_not_executable(
    server_and_folder: tuple[Server, Path], photo: bytes
) -> None:
    server, folder = server_and_folder
    [gif] = server.finished(server.order(photo + ACTIVE, effects="blur", size=32)["id"])["gifs"]
    answer = raw_request(server, f"{gif['url']}?0=id")
    assert answer.headers["Content-Type"] == "image/gif"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.body == (folder / gif["url"].lstrip("/")).read_bytes()
    assert [path for path in files(folder) if path.stat().st_mode & 0o111] == []


@pytest.mark.slow
def test_v5_3_2_file_names_are_generated(server_and_folder: tuple[Server, Path], photo: bytes) -> None:
    server, folder = server_and_folder
    for name in (
        "../../../evil.php",
        "/etc/cron.d/evil",
        "C:\\evil.exe",
        "evil.jpg\0.png",
        ".htaccess",
        "a" * 5_000,
    ):
        document = f'name="photo"; filename="{name}"; filename*=UTF-8\'\'..%2f..%2fevil'
        body = (
            b"--x\r\nContent-Disposition: form-data; "
            + document.encode()
            + b"\r\n\r\n"
            + photo
            + b"\r\n--x--\r\n"
        )
        answer = server.client.post(
            "/v1/photos?effects=blur&size=16",
            content=body,
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        )
        assert answer.status_code == 202 or answer.json()["code"] == "invalid_request"
    names = [path.relative_to(folder).as_posix() for path in files(folder)]
    assert [name for name in names if view_in(name.partition("#")[0]) is None] == []
    assert not list(folder.parent.rglob("*evil*"))


@pytest.mark.slow
def test_v5_3_2_external_references_in_a_photo_are_ignored(server_and_folder: tuple[Server, Path]) -> None:
    server, _ = server_and_folder
    external = b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"
    jpeg = valid()["jpeg"]
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + external
    packet = b"\xff\xe1" + (len(xmp) + 2).to_bytes(2) + xmp
    document = server.finished(server.order(jpeg[:2] + packet + jpeg[2:], effects="blur", size=32)["id"])
    assert document["gifs"][0]["state"] == "ready"
    plain = server.finished(server.order(jpeg, effects="blur", size=32)["id"])
    bodies = [server.client.get(each["gifs"][0]["url"]).content for each in (document, plain)]
    assert bodies[0] == bodies[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "target",
    [
        "{url}?filename=evil.html",
        "{url}?response-content-disposition=attachment%3b%20filename%3devil.exe",
        "{url}?download=evil.bat",
        "{url}?callback=evil",
    ],
)
def test_v5_4_1_client_supplied_names_are_not_in_responses(
    server_and_folder: tuple[Server, Path], photo: bytes, target: str
) -> None:
    server, _ = server_and_folder
    [gif] = server.finished(server.order(photo, effects="blur", size=16)["id"])["gifs"]
    answer = raw_request(server, target.format(url=gif["url"]))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/gif")
    assert "Content-Disposition" not in answer.headers  # the name is the last part of the URL: blur.gif
    assert "evil" not in str(answer.headers)


@pytest.mark.slow
@pytest.mark.parametrize("evil", ["x%0d%0aSet-Cookie:%20a=b", "%22;filename=evil", "%e5%98%8a%e5%98%8dX:y"])
def test_v5_4_2_served_names_need_no_escaping(
    server_and_folder: tuple[Server, Path], photo: bytes, evil: str
) -> None:
    server, _ = server_and_folder
    document = server.order(photo, effects="all", size=16)
    for gif in server.finished(document["id"])["gifs"]:
        assert re.fullmatch(r"/gifs/[a-z2-7]{26}/[a-z0-9_=,.-]+/[a-z][a-z0-9_-]*\.gif", gif["url"])
    for target in (f"/v1/photos?effects={evil}", f"/v1/photos?{evil}=1", f"/v1/photos?preset={evil}"):
        answer = raw_request(server, target, "POST", "Connection: close\r\nContent-Length: 0\r\n")
        assert answer.status == 400
        assert "Set-Cookie" not in answer.headers
        assert "evil" not in str(answer.headers)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "tiff"])
def test_v5_4_3_uploaded_bytes_are_never_served(server_and_folder: tuple[Server, Path], name: str) -> None:
    """A virus scanner has nothing to check: all served bytes are written by gifmill."""
    server, folder = server_and_folder
    document = server.order(valid()[name] + EICAR, effects="blur", size=32)
    server.finished(document["id"])
    stored = [path for path in files(folder) if document["view"] in str(path)]
    assert len(stored) == 2
    assert [path for path in stored if EICAR in path.read_bytes()] == []
    assert set(open_photo(next(path for path in stored if path.suffix == ".png")).size) == {64, 48}
