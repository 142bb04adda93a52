"""A client that openapi-python-client generates from the OpenAPI document, with its plainest calls.

It sends every default that the document declares, in the query and in the body.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.http_contract.api_client import UNKNOWN_ID

from gifmill.effects import EFFECTS, PACKS
from gifmill.orders import new_orders
from gifmill.rendering import COMMON, PLATFORMS, declared_default
from gifmill.settings import Settings
from gifmill.web.openapi import openapi_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server

NAME = "generated_gifmill_client"


class Client:
    """The generated package, connected to a server."""

    def __init__(self, address: str) -> None:
        package = importlib.import_module(NAME)
        self.connection = package.Client(base_url=address.rstrip("/"))
        self.file = importlib.import_module(f"{NAME}.types").File
        self.models: Any = importlib.import_module(f"{NAME}.models")

    def call(self, operation: str, *arguments: object, **values: object) -> Any:
        """Call an operation and return its response with `status_code`, `parsed` and `content`."""
        module = importlib.import_module(f"{NAME}.api.default.{operation}")
        return module.sync_detailed(*arguments, client=self.connection, **values)

    def create_photo(self, photo: bytes, **values: object) -> Any:
        """Send a photo as a form, which must be accepted, and return its status."""
        file = self.file(payload=BytesIO(photo), file_name="cat.jpg", mime_type="image/jpeg")
        response = self.call("create_photo", body=self.models.CreatePhotoFilesBody(photo=file), **values)
        assert response.status_code == 202, response.content
        return response.parsed


def generate(server: Server, folder: Path, *arguments: str) -> str:
    """Generate a client in a folder, and return what the generator prints."""
    document = folder / "openapi.json"
    document.write_text(server.client.get("/v1/openapi.json").text)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    command += ["--path", str(document), "--output-path", str(folder / NAME), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def client(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("client")
    generate(server, folder)
    sys.path.insert(0, str(folder))
    try:
        opened = Client(server.address)
        with opened.connection:
            yield opened
    finally:
        sys.path.remove(str(folder))


def test_a_generated_client_creates_a_photo_with_all_defaults(
    client: Client, server: Server, photo: bytes
) -> None:
    created = client.create_photo(photo)
    gifs = server.finished(created.id)["gifs"]
    assert [(gif["effect"], gif["options"]) for gif in gifs] == [
        ("blur", "default"),
        ("recursive", "default"),
        ("cyclic", "default"),
    ]


def test_a_generated_client_gets_what_it_ordered_in_a_pack(
    client: Client, server: Server, photo: bytes
) -> None:
    created = client.create_photo(photo, effects="emoji")
    gifs = server.status(created.id)["gifs"]
    assert len(gifs) == len(PACKS["emoji"])
    assert {gif["options"] for gif in gifs} == {"background=none,crop=square,max_bytes=128000,size=128"}


def test_a_generated_client_gets_gifs_for_a_platform(client: Client, server: Server, photo: bytes) -> None:
    platform = client.models.CreatePhotoFor("whatsapp-sticker")
    created = client.create_photo(photo, effects="blur", for_=platform)
    [gif] = server.finished(created.id)["gifs"]
    assert (gif["options"], gif["state"]) == ("for=whatsapp-sticker", "ready")


def test_a_generated_client_sends_a_photo_as_it_is(client: Client, photo: bytes) -> None:
    response = client.call("create_photo", body=client.file(payload=BytesIO(photo)))
    assert response.status_code == 202


def test_a_generated_client_gets_the_status_and_the_gif(client: Client, server: Server, photo: bytes) -> None:
    created = client.create_photo(photo, effects="blur")
    server.finished(created.id)
    status = client.call("get_photo", created.id).parsed
    assert status.to_dict()["gifs"] == server.status(created.id)["gifs"]
    [gif] = status.gifs
    response = client.call(
        "get_gif", created.view, gif.options, gif.effect, client.models.GetGifFormat("gif")
    )
    assert response.content[:6] == b"GIF89a"  # not `parsed`: the generator knows no media type image/gif
    assert len(response.content) == gif.bytes_


def test_a_generated_client_makes_one_gif(client: Client, photo: bytes) -> None:
    file = client.file(payload=BytesIO(photo), file_name="cat.jpg", mime_type="image/jpeg")
    effect = client.models.MakeGifEffect("blur")
    response = client.call("make_gif", effect=effect, body=client.models.MakeGifFilesBody(photo=file))
    assert response.status_code == 303, response.content
    [gif] = response.parsed.gifs
    assert gif.url.endswith(response.headers["Location"])


def test_a_generated_client_orders_another_gif(client: Client, server: Server, photo: bytes) -> None:
    created = client.create_photo(photo, effects="blur")
    effect = client.models.CreateGifBodyEffect("spin")
    response = client.call("create_gif", created.id, body=client.models.CreateGifBody(effect=effect))
    assert response.status_code == 202, response.content
    assert [gif.effect for gif in response.parsed.gifs] == ["blur", "spin"]
    assert server.status(created.id)["gifs"][1]["options"] == "default"


def test_a_generated_client_uploads_with_a_form(client: Client, server: Server, photo: bytes) -> None:
    preset = client.models.CreateUploadBodyPreset("fast")
    body = client.models.CreateUploadBody(size=len(photo), type_="image/jpeg", effects="blur", preset=preset)
    response = client.call("create_upload", body=body)
    assert response.status_code == 201, response.content
    form = response.parsed
    files = {"file": ("cat.jpg", photo)}
    assert httpx.post(form.url, data=form.fields.to_dict(), files=files).status_code == 204
    assert [gif["options"] for gif in server.finished(form.id)["gifs"]] == ["preset=fast"]


def test_a_generated_client_lists_effects(client: Client, server: Server) -> None:
    registry = client.call("list_effects").parsed
    assert registry.to_dict() == server.client.get("/v1/effects").json()


def test_a_generated_client_deletes_a_photo(client: Client, photo: bytes) -> None:
    created = client.create_photo(photo, effects="blur")
    assert client.call("delete_photo", created.id).status_code == 204
    response = client.call("get_photo", created.id)
    assert (response.status_code, response.parsed.code) == (404, "not_found")


def test_a_generated_client_reads_problem_documents(client: Client) -> None:
    response = client.call("get_photo", UNKNOWN_ID)
    assert response.parsed.status == 404
    assert response.parsed.code == "not_found"


def test_the_documented_configuration_warns_of_nothing_and_makes_a_gif_a_file(
    server: Server, tmp_path: Path
) -> None:
    guide = (Path(__file__).parents[2] / "docs/guides/http-api.md").read_text()
    config = tmp_path / "config.yaml"
    config.write_text(guide.partition("```yaml\n")[2].partition("```")[0])
    assert "WARNING" not in generate(server, tmp_path, "--config", str(config))
    assert "File | Problem" in (tmp_path / NAME / "api/default/get_gif.py").read_text()


QUERY: Any = {
    each["name"]: each["schema"]["default"]
    for each in openapi_document(Settings())["paths"]["/v1/photos"]["post"]["parameters"]
    if "default" in each["schema"]
}


@pytest.mark.parametrize("effects", [*PACKS, *(effect.name for effect in EFFECTS), "blur,spin", "emoji,blur"])
@pytest.mark.parametrize(
    "others", [{}, {"calm": "yes"}, *({"for": platform} for platform in PLATFORMS)], ids=json.dumps
)
def test_a_declared_default_equals_its_omission(effects: str, others: dict[str, str]) -> None:
    declared = {name: value for name, value in QUERY.items() if name not in {"effects", *others}}
    without = new_orders(UNKNOWN_ID, effects, others)
    assert new_orders(UNKNOWN_ID, effects, {**declared, **others}) == without
    for name, value in declared.items():
        assert new_orders(UNKNOWN_ID, effects, {name: value, **others}) == without


def test_options_whose_omission_has_several_meanings_declare_no_default() -> None:
    for name in ("size", "crop", "max_bytes", "format", "strength", "duration"):
        assert declared_default(name) is None
        assert name not in QUERY


def test_the_usual_options_declare_their_default() -> None:
    assert {name: QUERY[name] for name in ("effects", "for", "preset", "turns", "seed")} == {
        "effects": "classic",
        "for": "anywhere",
        "preset": "balanced",
        "turns": 1,
        "seed": 1,
    }


def test_every_default_of_an_option_is_accepted_for_effects_without_it() -> None:
    """Clients that were generated from earlier documents send these too."""
    not_others = {param.name for param in (*COMMON, *EFFECTS["blur"].params)}
    others = (param for effect in EFFECTS for param in effect.params if param.name not in not_others)
    for param in (*COMMON, *others):
        [order] = new_orders(UNKNOWN_ID, "blur", {param.name: param.default})
        assert str(order.options) == "default", param.name
