"""Ambiguous paths and names are rejected, however a server or a store would read them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.security.raw_http import UPGRADE, raw_request
from tests.servers import serving
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from gifmill.effects import EFFECTS, PACKS
from gifmill.errors import InputError
from gifmill.orders.capabilities import derive_view, new_photo_id
from gifmill.orders.keys import FailedKey, NoteKey, object_prefixes, view_in
from gifmill.orders.pipeline import new_orders
from gifmill.rendering.options import COMMON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server

PAGE = Path(__file__).parents[2] / "src/gifmill/page"


@pytest.fixture(scope="module")
def server_and_photo(tmp_path_factory: pytest.TempPathFactory, photo: bytes) -> Iterator[tuple[Server, str]]:
    """Run a server; yields it and the id of a photo. Private files are in and beside its store."""
    folder = tmp_path_factory.mktemp("server_and_photo")
    (folder / "secret.gif").write_bytes(b"GIF89a of another user")
    (folder / "data").mkdir()
    (folder / "data/secret.txt").write_text("of the store's owner")
    with serving(folder / "data") as server:
        photo_id = server.order(photo, effects="blur")["id"]
        server.finished(photo_id)
        (folder / "data/uploads").mkdir(exist_ok=True)
        (folder / f"data/uploads/{derive_view(photo_id)}").write_bytes(photo)
        yield server, photo_id


NAMES = [
    "/gifs%2f{id}%2fdefault%2fblur.gif",
    "/gifs/{id}%2fdefault%2fblur.gif",
    "/gifs/{id}/default%2fblur.gif",
    "/gifs/{id}/default%2Fblur.gif",
    "/gifs/{id}/default%252fblur.gif",
    "/gifs/{id}/default%5cblur.gif",
    "/gifs/{id}/default\\blur.gif",
    "/gifs\\{id}\\default\\blur.gif",
    "//gifs/{id}/default/blur.gif",
    "/gifs//{id}/default/blur.gif",
    "/gifs/{id}/default//blur.gif",
    "/gifs/{id}/default/blur.gif/",
    "/gifs/{id}/./default/blur.gif",
    "/gifs/{id}/%2e/default/blur.gif",
    "/gifs/{id}/x/../default/blur.gif",
    "/gifs/{id}/x/%2e%2e/default/blur.gif",
    "/gifs/{id}/x/.%2e/default/blur.gif",
    "/gifs/{id}/x/%252e%252e/default/blur.gif",
    "/gifs/{id}/x%2f..%2fdefault/blur.gif",
    "/gifs/{other}/../{id}/default/blur.gif",
    "/gifs/{other}%2f..%2f{id}/default/blur.gif",
    "/v1/../gifs/{id}/default/blur.gif",
    "/v1/gifs/../../gifs/{id}/default/blur.gif",
    "/gifs/{id}/default/..%2fdefault%2fblur.gif",
    "/gifs/{id}/default/blur.gif%00",
    "/gifs/{id}/default/blur.gif%00.gif",
    "/gifs/{id}/default/blur%00.gif",
    "/gifs/{id}%00/default/blur.gif",
    "/gifs/{id}/default/blur.gif.",
    "/gifs/{id}/default/blur.gif..",
    "/gifs/{id}/default/blur.gif%20",
    "/gifs/{id}/default/%20blur.gif",
    "/gifs/{id}/default/blur.gif%0a",
    "/gifs/{id}/default/blur.gif%0d%0aX-Evil:%201",
    "/gifs/{id}/default/blur.gif%09",
    "/gifs/{id}/default/blur.gif;x=1",
    "/gifs/{id}/default/blur.gif;.gif",
    "/gifs/{id};x/default/blur.gif",
    "/gifs/{id}/default/blur.gif%3f",
    "/gifs/{id}/default/blur.gif%23",
    "/gifs/{id}/default/blur.gif::$DATA",
    "/gifs/{id}/default/blur.GIF",
    "/gifs/{id}/default/BLUR.gif",
    "/gifs/{id}/Default/blur.gif",
    "/GIFS/{id}/default/blur.gif",
    "/gifs/{ID}/default/blur.gif",
    "/gifs/{id}/default/blur.gif.png",
    "/gifs/{id}/default/blur.png",
    "/gifs/{id}/default/blur.webp",
    "/gifs/{id}/default/blur",
    "/gifs/{id}/default/blur.note.json",
    "/gifs/{id}/default/blur.failed.json",
    "/gifs/{id}/default/blur.gif%231",
    "/gifs/{id}/size=480/blur.gif",
    "/gifs/{id}/size=0480/blur.gif",
    "/gifs/{id}/size=%2b480/blur.gif",
    "/gifs/{id}/default,default/blur.gif",
    "/gifs/{id}/,/blur.gif",
    "/gifs/{id}/=/blur.gif",
    "/gifs/{id}/%20default/blur.gif",
    "/gifs/{id}/default./blur.gif",
    "/gifs/{id}/de%66ault%2f/blur.gif",
    "/gifs/{id}/default/bl\N{LATIN SMALL LETTER U WITH DIAERESIS}r.gif",
    "/gifs/{id}/default/blur%E2%80%A4gif",
    "/gifs/{id}/default%EF%BC%8Fblur.gif",
    "/gifs/{id}/default%E2%88%95blur.gif",
    "/gifs/{id}/default%C0%AFblur.gif",
    "/gifs/{id}/d%D0%B5fault/blur.gif",
    "/gifs/{id}/default/%EF%BD%82lur.gif",
    "/gifs/{id}/default/b%CC%80lur.gif",
    "/gifs/{id}%E2%80%8B/default/blur.gif",
    "/gifs/{id}/default/%ff%fe.gif",
    "/gifs/{id}/default/",
    "/gifs/{id}/default",
    "/gifs/{id}/",
    "/gifs/{id}",
    "/gifs/",
    "/gifs",
    "/gifs/../{id}",
    "/gifs/*/default/blur.gif",
    "/gifs/{id}/*/blur.gif",
    "/gifs/?/default/blur.gif",
    "/photos/{id}/default/blur.png",
    "/v1/photos/{id}/default/blur.png",
    "/v1/gifs/{id}/default/..%2f..%2f..%2fphotos%2f{id}%2fdefault%2fblur.png",
    "/gifs/{id}/default/..%2f..%2f..%2fuploads%2f{id}",
    "/gifs/../uploads/{id}",
    "/uploads/{id}",
    "/v1/uploads/{id}/",
    "/v1/photos",
    "/v1/photos/",
    "/v1/photos/{id}/",
    "/v1/photos/{id}%20",
    "/v1/photos/%20{id}",
    "/v1/photos/{id}%00",
    "/v1/photos/{id}.",
    "/v1/photos/{id}.json",
    "/v1/photos/{id};",
    "/v1/photos/{id}%2f",
    "/v1/photos/{id}%3fx=1",
    "/v1/photos/{ID}",
    "/v1/photos/{other}%2f..%2f{id}",
    "/v1/photos/{other}/../{id}",
    "/v1/photos/../photos/{id}",
    "/v1//photos/{id}",
    "/v1/photos//{id}",
    "/v1/./photos/{id}",
    "/V1/photos/{id}",
    "/v1%2fphotos%2f{id}",
    "/v1/photos/{id}{id}",
    "/v1/photos/{cut}",
    "/v1/photos/{cut}?",
    "/v1/photos/{cut}%2a",
    "/v1/photos/{cut}b",
    "/secret.gif",
    "/../secret.gif",
    "/..%2fsecret.gif",
    "/gifs/../../secret.gif",
    "/gifs/..%2f..%2fsecret.gif",
    "/..%5c..%5csecret.gif",
    "/secret.txt",
    "/../secret.txt",
    "/../../../../../../../../etc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/..%252f..%252f..%252fetc%252fpasswd",
    "/..%c0%af..%c0%af..%c0%afetc/passwd",
    "/....//....//etc/passwd",
    "/.%00./etc/passwd",
    "//etc/passwd",
    "/%2fetc%2fpasswd",
    "/file:///etc/passwd",
    "/C:%5cWindows%5cwin.ini",
    "/samples/../../__init__.py",
    "/../__init__.py",
    "/..%2f__init__.py",
    "/%2e%2e%2f__init__.py",
    "/../local.py",
    "/__pycache__/",
    "/../../../pyproject.toml",
    "/samples/../main.js",
    "/samples/%2e%2e/main.js",
    "/./main.js",
    "/main.js/",
    "/main.js%00",
    "/main.js%20",
    "/main.js.",
    "/main.js::$DATA",
    "/main%2ejs/.",
    "/MAIN.JS",
    "/samples",
    "/samples/",
    "/.",
    "/..",
    "/./",
    "/%2e",
    "/.git/config",
    "/.env",
    "/index.html/",
    "/" + "a" * 8_000,
    "/" + "a/" * 4_000,
    "/gifs/{id}/" + "a" * 300 + "/blur.gif",
    "/gifs/{id}/default/" + "a" * 300 + ".gif",
    "/gifs/" + "../" * 500 + "etc/passwd",
    "gifs/{id}/default/blur.gif",
    "*",
    "http://gif.example.com/gifs/{id}/default/blur.gif",
    "file:///etc/passwd",
]


def fill_in(name: str, capability: str) -> str:
    """Fill in the photo's id or view, another id, and the first one in upper case or cut."""
    filled = name.replace("{id}", capability).replace("{other}", new_photo_id())
    return filled.replace("{ID}", capability.upper()).replace("{cut}", capability[:-1])


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:60])
def test_ambiguous_paths_are_rejected(server_and_photo: tuple[Server, str], name: str) -> None:
    server, photo_id = server_and_photo
    answer = raw_request(server, fill_in(name, derive_view(photo_id)))
    assert answer.status in (400, 404, 405), answer.body[:200]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not answer.headers["X-Evil"]
    assert b"GIF89a" not in answer.body
    assert b"root:" not in answer.body


@pytest.mark.slow
def test_the_canonical_path_is_found(server_and_photo: tuple[Server, str]) -> None:
    server, photo_id = server_and_photo
    view = derive_view(photo_id)
    for prefix in ("", "/v1"):
        assert raw_request(server, f"{prefix}/gifs/{view}/default/blur.gif").body.startswith(b"GIF89a")
    for capability in (photo_id, view):
        assert raw_request(server, f"/v1/photos/{capability}").status == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    "target", [b"/\xff\xfe", b"/gifs/\x00", b"/a b", b"/\x7f", "/gifs/ä".encode("latin-1")]
)
def test_malformed_targets_are_rejected(server_and_photo: tuple[Server, str], target: bytes) -> None:
    assert raw_request(server_and_photo[0], target).status in (400, 404)


@pytest.mark.slow
def test_overlong_targets_are_rejected(server_and_photo: tuple[Server, str]) -> None:
    answer = raw_request(server_and_photo[0], "/" + "a" * 20_000)
    assert answer.status in (400, 404, 414, 431)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["DELETE", "POST"])
@pytest.mark.parametrize(
    "name",
    [
        "/v1/photos/{other}/../{id}",
        "/v1/photos/{id}/",
        "/v1/photos/{id}%00",
        "/v1/photos/{ID}",
        "/v1/photos/%2e/{id}",
    ],
)
def test_ambiguous_paths_change_nothing(server_and_photo: tuple[Server, str], method: str, name: str) -> None:
    server, photo_id = server_and_photo
    assert raw_request(
        server, fill_in(name, photo_id), method, "Connection: close\r\nContent-Length: 0\r\n"
    ).status in (404, 405)
    assert server.status(photo_id)["gifs"][0]["state"] == "ready"


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "photo={id}%00",
        "photo=%20{id}",
        "photo={ID}",
        "photo={id}%2f",
        "photo=..%2fphotos%2f{id}",
        "photo={other}%2f..%2f{id}",
        "photo={cut}",
        "photo={cut}%2a",
        "photo=*",
        "photo=%25",
        "PHOTO={id}",
        "photo[]={id}",
        "id={id}",
        "",
    ],
)
def test_websockets_for_ambiguous_ids_are_closed(server_and_photo: tuple[Server, str], query: str) -> None:
    server, photo_id = server_and_photo
    with (
        connect(f"{server.live_address}?{fill_in(query, photo_id)}") as live,
        pytest.raises(ConnectionClosed) as closed,
    ):
        live.recv(10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4404


@pytest.mark.slow
@pytest.mark.parametrize("target", ["/", "/main.js", "/v1/photos/x", "/gifs/../v1/live", "/v1/live/"])
def test_websockets_open_at_v1_live_only(server_and_photo: tuple[Server, str], target: str) -> None:
    assert raw_request(server_and_photo[0], target, headers=UPGRADE).status in (403, 404)


@pytest.mark.slow
def test_the_pages_files_are_served_and_folders_give_404(
    server_and_photo: tuple[Server, str],
) -> None:
    server, _ = server_and_photo
    for path in (path for path in PAGE.rglob("*") if path.is_file()):
        assert raw_request(server, f"/{path.relative_to(PAGE).as_posix()}").body == path.read_bytes()
    for folder in (path for path in PAGE.rglob("*") if path.is_dir()):
        assert raw_request(server, f"/{folder.relative_to(PAGE).as_posix()}/").status == 404


VALUES = st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text()))
EFFECT_NAMES = st.sampled_from(
    [*PACKS, *(effect.name for effect in EFFECTS), "../x", "blur/..", ".", "blur.gif", ""]
)
OPTION_NAMES = st.sampled_from([*(param.name for param in COMMON), "duration", "..", "a/b", "size=1,x"])


@given(
    effects=st.one_of(st.text(), st.lists(EFFECT_NAMES, max_size=4).map(",".join)),
    values=st.dictionaries(st.one_of(OPTION_NAMES, st.text()), VALUES, max_size=4),
)
def test_object_names_stay_within_their_photo(effects: str, values: dict[str, Any]) -> None:
    view = derive_view(new_photo_id())
    try:
        orders = new_orders(view, effects, values)
    except InputError:
        return
    gifs = [gif for each in orders for gif in each.gifs]
    markers = [marker for gif in gifs for marker in (NoteKey(gif), FailedKey(gif))]
    for name in map(str, (*orders, *gifs, *markers)):
        assert name.startswith(object_prefixes(view))
        assert view_in(name) == view
        segments = name.split("/")
        assert len(segments) == 4
        assert not {"", ".", ".."} & set(segments)
        assert all(len(segment) <= 255 for segment in segments)
