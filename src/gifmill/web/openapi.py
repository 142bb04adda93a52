"""The OpenAPI document of the HTTP API, built from the effects registry and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill import __version__
from gifmill.effects import PACKS, Focus, Number, all_effects
from gifmill.orders import MEDIA_TYPE_PATTERN
from gifmill.rendering import COMMON, FORMAT, declared_default
from gifmill.web.openapi_schemas import document_schemas, problem_responses

if TYPE_CHECKING:
    from gifmill.effects import Param
    from gifmill.settings import Settings
    from gifmill.web.openapi_schemas import Schema

_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[a-z2-7]{26}$"},
}


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
    query = [{"name": param.name, "in": "query", **_parameter(param)} for param in params]
    options = {param.name: _parameter(param)["schema"] for param in params}
    effect = {"effect": {"type": "string", "enum": [effect.name for effect in all_effects()]}}
    one_effect = {"name": "effect", "in": "query", "required": True, "schema": effect["effect"]}
    photo_body = _photo_body(photo)
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
    accepted = _json_response("Accepted; the status.", "Status", Location="The address of the status.")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gifmill",
            "version": __version__,
            "description": "One photo in, animated GIFs out. Anyone with the id can read and delete.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {
            "/v1/photos": {
                "post": _operation(
                    "createPhoto",
                    "Upload a photo and order GIFs of it",
                    {"202": accepted, **problem_responses("400", "403", "408", "413", "415", "422", "503")},
                    parameters=[effects, *query],
                    requestBody=photo_body,
                )
            },
            "/v1/gifs": {
                "post": _operation(
                    "makeGif",
                    "Upload a photo and get one GIF of it",
                    {
                        "202": _json_response("Not finished in time; the status.", "Status", **_MAKE_HEADERS),
                        "303": _json_response("Finished; the status.", "Status", **_MAKE_HEADERS),
                        **problem_responses("400", "403", "408", "413", "415", "422", "503"),
                    },
                    parameters=[one_effect, *query, _prefer(settings.gif_wait_s)],
                    requestBody=photo_body,
                )
            },
            "/v1/uploads": {
                "post": _operation(
                    "createUpload",
                    "Create a form for an upload to the store",
                    {
                        "201": _json_response("The form.", "Form", Location="The status's address."),
                        **rejections,
                    },
                    parameters=query,
                    requestBody=_body({**options, **upload_fields}, ["size", "type"]),
                )
            },
            "/v1/photos/{id}": {
                "get": _operation(
                    "getPhoto",
                    "Get the status of a photo and its GIFs",
                    {"200": _json_response("The status.", "Status"), **problem_responses("404", "503")},
                    parameters=[_ID],
                ),
                "delete": _operation(
                    "deletePhoto",
                    "Delete a photo and all its GIFs",
                    {"204": {"description": "Deleted."}, **problem_responses("403", "404", "503")},
                    parameters=[_ID],
                ),
            },
            "/v1/photos/{id}/gifs": {
                "post": _operation(
                    "createGif",
                    "Order one more GIF of a stored photo",
                    {"202": accepted, **problem_responses("400", "403", "404", "409", "503")},
                    parameters=[_ID],
                    requestBody=_body({**effect, **options}, ["effect"]),
                )
            },
            "/v1/gifs/{id}/{options}/{effect}.{format}": {"get": _gif("getGif")},
            "/gifs/{id}/{options}/{effect}.{format}": {"get": _gif("getGifByUrl")},
            "/v1/effects": {
                "get": _operation(
                    "listEffects",
                    "List effects, their parameters, packs and common options",
                    {"200": _json_response("The registry.", "Registry")},
                )
            },
            "/v1/openapi.json": {
                "get": _operation(
                    "describe", "This document", {"200": _json_response("OpenAPI 3.1.", "Anything")}
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


def _parameter(param: Param) -> Schema:
    default = declared_default(param.name)  # /v1/effects has the defaults that are not the same everywhere
    schema: Schema = {} if default is None else {"default": default}
    if isinstance(param, Number):
        schema |= {"type": param.kind, "minimum": param.minimum, "maximum": param.maximum}
        schema |= {"multipleOf": param.step}
    elif isinstance(param, Focus):
        fraction = r"(0(\.[0-9]{1,6})?|1)"
        schema |= {"type": "string", "pattern": rf"^({'|'.join(param.choices)}|{fraction},{fraction})$"}
    else:
        schema |= {"type": "string", "enum": list(param.choices)}
    unit = f", in {param.unit}" if isinstance(param, Number) and param.unit else ""
    return {"description": f"{param.summary}{unit}", "schema": schema}


def _operation(name: str, summary: str, responses: Schema, **more: object) -> Schema:
    all_responses = {**responses, **problem_responses("429")}
    return {"operationId": name, "summary": summary, **more, "responses": all_responses}


def _prefer(longest_s: int) -> Schema:
    description = (
        f"How long to wait for the GIF: wait=SECONDS, by default and at most {longest_s}. "
        "With wait=0 or respond-async the response comes at once (RFC 7240)."
    )
    return {"name": "Prefer", "in": "header", "description": description, "schema": {"type": "string"}}


def _photo_body(photo: Schema) -> Schema:
    form = {"type": "object", "required": ["photo"], "properties": {"photo": photo}}
    media_types = {
        "multipart/form-data": {"schema": form},
        "image/*": {"schema": photo},
        "application/octet-stream": {"schema": photo},
    }
    return {"required": True, "content": media_types}


def _body(properties: Schema, required: list[str]) -> Schema:
    schema = {"type": "object", "required": required, "properties": properties, "additionalProperties": False}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _gif(name: str) -> Schema:
    parameters = [
        _ID,
        {"name": "options", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "effect", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "format", "in": "path", **_parameter(FORMAT), "required": True},
    ]
    file = {"schema": {"type": "string", "format": "binary"}}
    content = {f"image/{each}": file for each in FORMAT.choices}
    etag = _headers(ETag="Changes with the content of the GIF.")
    responses = {
        "200": {
            "description": "The GIF, or a WebP if the options ask for one.",
            "content": content,
            "headers": etag,
        },
        "206": {
            "description": "The requested range of it.",
            "content": content,
            "headers": {**etag, **_headers(**{"Content-Range": "The range and the size."})},
        },
        "304": {"description": "The client has it already.", "headers": etag},
        **problem_responses("404", "416", "503"),
    }
    conditions = {
        "If-None-Match": "Entity tags that the client has.",
        "Range": "One range of bytes; several ranges get the whole GIF.",
        "If-Range": "Ignore Range unless this is the entity tag.",
    }
    parameters += [
        {"name": header, "in": "header", "description": text, "schema": {"type": "string"}}
        for header, text in conditions.items()
    ]
    return _operation(name, "A finished GIF", responses, parameters=parameters)


def _json_response(description: str, schema: str, **headers: str) -> Schema:
    response: Schema = {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }
    if headers:
        response["headers"] = _headers(**headers)
    return response


def _headers(**headers: str) -> Schema:
    """Return headers of a response, from their descriptions by name."""
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()}
