from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route

from gifmill.effects import EFFECTS, FOCUS, PACKS
from gifmill.errors import InvalidOption
from gifmill.rendering.options import COMMON
from gifmill.server.app import create_local_app
from gifmill.settings import Settings
from gifmill.web.openapi import openapi_document

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server

DOCUMENT: Any = openapi_document(Settings())
LOCAL_ONLY = {
    ("/config.json", "get"),
    ("/healthz", "get"),
    ("/metrics", "get"),
    ("/v1/uploads/{view}", "post"),  # clients get this address from the upload form
}


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_server_serves_the_document(server: Server) -> None:
    assert server.client.get("/v1/openapi.json").json() == DOCUMENT


def test_the_document_has_exactly_the_routes(tmp_path: Path) -> None:
    names = {"{photo_id}": "{id}", "{name}": "{effect}.{format}"}
    routes = {
        (re.sub(r"\{\w+\}", lambda match: names.get(match[0], match[0]), route.path), method.lower())
        for route in create_local_app(str(tmp_path), 1, Settings()).routes
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    }
    described = {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}
    assert described == routes - LOCAL_ONLY


def test_the_document_has_every_effect_pack_and_option() -> None:
    parameters = {each["name"]: each for each in DOCUMENT["paths"]["/v1/photos"]["post"]["parameters"]}
    effects = re.compile(parameters.pop("effects")["schema"]["pattern"])
    for name in (*PACKS, *(effect.name for effect in EFFECTS), "blur,cyclic"):
        assert effects.fullmatch(name)
    assert not effects.fullmatch("nope")
    options = {param.name for param in (*COMMON, *(param for effect in EFFECTS for param in effect.params))}
    assert set(parameters) == options


def test_options_have_the_same_description_in_the_query_and_in_bodies() -> None:
    query = {each["name"]: each for each in DOCUMENT["paths"]["/v1/photos"]["post"]["parameters"]}
    for path in ("/v1/uploads", "/v1/photos/{id}/gifs"):
        body = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        own = {"effect", "effects", "type", *(("size",) if path == "/v1/uploads" else ())}
        for name in body["properties"].keys() - own:
            assert body["properties"][name]["description"] == query[name]["description"]


def test_units_are_within_the_first_part_of_a_description() -> None:
    query = {each["name"]: each for each in DOCUMENT["paths"]["/v1/photos"]["post"]["parameters"]}
    assert query["size"]["description"] == "longest side, in px; smaller photos are not enlarged"
    assert query["max_bytes"]["description"] == "maximum file size in bytes; 0 = unlimited"


@pytest.mark.parametrize(
    "value",
    ["found", "left", "0,1", "0.5,0.123456", "1.0,0.50", "1.1,0", "0.1234567,0", "a,0", ".5,0"],
)
def test_the_pattern_of_a_focus_matches_what_is_accepted(value: str) -> None:
    query = {each["name"]: each for each in DOCUMENT["paths"]["/v1/photos"]["post"]["parameters"]}
    try:
        FOCUS.read(value)
    except InvalidOption:
        accepted = False
    else:
        accepted = True
    assert bool(re.search(query["focus"]["schema"]["pattern"], value)) is accepted
