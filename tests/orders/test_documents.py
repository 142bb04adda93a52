from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

from openapi_schema_validator import OAS31Validator

from gifmill.rendering import describe_effects
from gifmill.settings import Settings
from gifmill.web.openapi import openapi_document

if TYPE_CHECKING:
    from tests.servers import Server


def schema_errors(name: str, document: object) -> list[str]:
    """Return the errors of a document against its schema in the OpenAPI document."""
    description: Any = openapi_document(Settings())
    schema = {**description, "$ref": f"#/components/schemas/{name}"}
    return [error.message for error in OAS31Validator(schema).iter_errors(document)]


def test_a_status_matches_its_schema(server: Server, photo: bytes) -> None:
    photo_id = server.order(photo, effects="blur", size=64)["id"]

    assert schema_errors("Status", server.status(photo_id)) == []
    assert schema_errors("Status", server.finished(photo_id)) == []


def test_a_status_with_a_note_matches_its_schema(server: Server, photo: bytes) -> None:
    order = server.order(photo, effects="shake", size=256, max_bytes=20_000)
    document = server.finished(order["id"])

    assert document["gifs"][0]["note"]
    assert schema_errors("Status", document) == []


def test_a_form_matches_its_schema(server: Server) -> None:
    assert (
        schema_errors("Form", server.client.post("/v1/uploads", json={"size": 9, "type": "image/png"}).json())
        == []
    )


def test_the_registry_matches_its_schema() -> None:
    assert schema_errors("Registry", describe_effects()) == []


def test_a_problem_matches_its_schema(server: Server) -> None:
    assert schema_errors("Problem", server.client.get("/v1/photos/none").json()) == []


def test_a_status_without_a_required_field_does_not_match() -> None:
    document = {"view": "a", "expires": "2026-01-01T00:00:00Z", "photo": None}

    assert schema_errors("Status", document) == ["'gifs' is a required property"]


def test_msgspec_is_not_loaded_at_startup() -> None:
    code = "import sys, gifmill.server.app, gifmill.web.app; sys.exit('msgspec' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
