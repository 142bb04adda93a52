"""The OpenAPI document of the HTTP API, built from the effects registry and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill import __version__
from gifmill.effects import PACKS, all_effects
from gifmill.orders import MEDIA_TYPE_PATTERN
from gifmill.rendering import COMMON
from gifmill.web.openapi_parts import (
    ID_OR_VIEW,
    PHOTO_ID,
    gif_operation,
    json_body,
    json_response,
    operation,
    parameter,
    photo_body,
    prefer,
)
from gifmill.web.openapi_schemas import document_schemas, problem_responses

if TYPE_CHECKING:
    from gifmill.effects import Param
    from gifmill.settings import Settings
    from gifmill.web.openapi_schemas import Schema

_MAKE_HEADERS = {
    "Location": "The address of the GIF, or of the status; relative to the request.",
    "Link": 'The address of the status, with rel="status". DELETE deletes the photo.',
    "Preference-Applied": "The preferences that were honoured.",
}


def openapi_document(settings: Settings) -> Schema:
    """Return the API as an OpenAPI document.

    Source: OpenAPI specification 3.1.0.
    """
    params = _parameters()
    names = "|".join(sorted([*PACKS, *(effect.name for effect in all_effects())]))
    effects = {
        "name": "effects",
        "in": "query",
        "description": "A pack, an effect, or several effects separated by commas.",
        "schema": {"type": "string", "pattern": f"^({names})(,({names}))*$", "default": "classic"},
    }
    limit = (
        f"at most {settings.max_photo_bytes / 1e6:g} MB and {settings.max_photo_pixels / 1e6:g} megapixels"
    )
    photo = {"type": "string", "format": "binary", "description": f"A photo, {limit}."}
    query = [{"name": param.name, "in": "query", **parameter(param)} for param in params]
    options = {each["name"]: {"description": each["description"], **each["schema"]} for each in query}
    effect = {"effect": {"type": "string", "enum": [effect.name for effect in all_effects()]}}
    one_effect = {"name": "effect", "in": "query", "required": True, "schema": effect["effect"]}
    photo_in_body = photo_body(photo)
    upload_fields = {
        "size": {
            "type": "integer",
            "minimum": 1,
            "maximum": settings.max_photo_bytes,
            "description": "Size of the file in bytes; the size of the GIFs belongs in the query.",
        },
        "type": {"type": "string", "pattern": MEDIA_TYPE_PATTERN, "description": "The file's media type."},
        "effects": effects["schema"],
    }
    rejections = problem_responses("400", "403", "408", "413", "503")
    accepted = json_response("Accepted; the status.", "Status", Location="The address of the status.")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gifmill",
            "version": __version__,
            "description": "One photo in, animated GIFs out. Anyone with the id can order, read and delete; "
            "anyone with the view can read.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {
            "/v1/photos": {
                "post": operation(
                    "createPhoto",
                    "Upload a photo and order GIFs of it",
                    {"202": accepted, **problem_responses("400", "403", "408", "413", "415", "422", "503")},
                    parameters=[effects, *query],
                    requestBody=photo_in_body,
                )
            },
            "/v1/gifs": {
                "post": operation(
                    "makeGif",
                    "Upload a photo and get one GIF of it",
                    {
                        "202": json_response("Not finished in time; the status.", "Status", **_MAKE_HEADERS),
                        "303": json_response("Finished; the status.", "Status", **_MAKE_HEADERS),
                        **problem_responses("400", "403", "408", "413", "415", "422", "503"),
                    },
                    parameters=[one_effect, *query, prefer(settings.gif_wait_s)],
                    requestBody=photo_in_body,
                )
            },
            "/v1/uploads": {
                "post": operation(
                    "createUpload",
                    "Create a form for an upload to the store",
                    {
                        "201": json_response("The form.", "Form", Location="The status's address."),
                        **rejections,
                    },
                    parameters=query,
                    requestBody=json_body({**options, **upload_fields}, ["size", "type"]),
                )
            },
            "/v1/photos/{id}": {
                "get": operation(
                    "getPhoto",
                    "Get the status of a photo and its GIFs",
                    {"200": json_response("The status.", "Status"), **problem_responses("404", "503")},
                    parameters=[ID_OR_VIEW],
                ),
                "delete": operation(
                    "deletePhoto",
                    "Delete a photo and all its GIFs",
                    {"204": {"description": "Deleted."}, **problem_responses("403", "404", "503")},
                    parameters=[PHOTO_ID],
                ),
            },
            "/v1/photos/{id}/gifs": {
                "post": operation(
                    "createGif",
                    "Order one more GIF of a stored photo",
                    {"202": accepted, **problem_responses("400", "403", "404", "409", "503")},
                    parameters=[PHOTO_ID],
                    requestBody=json_body({**effect, **options}, ["effect"]),
                )
            },
            "/v1/gifs/{view}/{options}/{effect}.{format}": {"get": gif_operation("getGif")},
            "/gifs/{view}/{options}/{effect}.{format}": {"get": gif_operation("getGifByUrl")},
            "/v1/effects": {
                "get": operation(
                    "listEffects",
                    "List effects, their parameters, packs and common options",
                    {"200": json_response("The registry.", "Registry")},
                )
            },
            "/v1/openapi.json": {
                "get": operation(
                    "describe", "This document", {"200": json_response("OpenAPI 3.1.", "Anything")}
                )
            },
            "/v1/docs": {
                "get": operation(
                    "readDocs",
                    "This document as a page for people",
                    {
                        "200": {
                            "description": "The page.",
                            "content": {"text/html": {"schema": {"type": "string"}}},
                        }
                    },
                )
            },
        },
        "components": {"schemas": document_schemas()},
    }


def _parameters() -> list[Param]:
    """Return the common options and those of all effects, each name once."""
    found: dict[str, Param] = {}
    for param in (*COMMON, *(param for effect in all_effects() for param in effect.params)):
        found.setdefault(param.name, param)
    return list(found.values())
