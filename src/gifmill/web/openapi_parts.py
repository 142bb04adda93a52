"""Operations, parameters, bodies and responses, of which the OpenAPI document consists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gifmill.effects import Background, Focus, Number, Text
from gifmill.rendering import FORMAT, declared_default
from gifmill.web.openapi_schemas import problem_responses

if TYPE_CHECKING:
    from gifmill.effects import Param
    from gifmill.web.openapi_schemas import Schema

_CAPABILITY = {"in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z2-7]{26}$"}}

PHOTO_ID = {**_CAPABILITY, "name": "id", "description": "The id of the photo. Its view is not enough: 404."}
ID_OR_VIEW = {**_CAPABILITY, "name": "id", "description": "The id of the photo, or its view."}
_VIEW = {**_CAPABILITY, "name": "view", "description": "The view of the photo."}


def parameter(param: Param) -> Schema:
    """Return the description and the schema of an option."""
    default = declared_default(param.name)  # /v1/effects has the defaults that are not the same everywhere
    schema: Schema = {} if default is None else {"default": default}
    if isinstance(param, Number):
        schema |= {"type": param.kind, "minimum": param.minimum, "maximum": param.maximum}
        schema |= {"multipleOf": param.step}
    elif isinstance(param, Focus):
        fraction = r"(0(\.[0-9]{1,6})?|1(\.0{1,6})?)"
        schema |= {"type": "string", "pattern": rf"^({'|'.join(param.choices)}|{fraction},{fraction})$"}
    elif isinstance(param, Background):
        schema |= {
            "type": "string",
            "pattern": rf"^({'|'.join(param.choices)}|#?([0-9a-fA-F]{{3}}){{1,2}}|[a-zA-Z]+)$",
        }
    elif isinstance(param, Text):
        schema |= {"type": "string", "maxLength": param.max_bytes}  # a character has one byte or more
    else:
        schema |= {"type": "string", "enum": list(param.choices)}
    text, semicolon, note = param.summary.partition(";")
    if isinstance(param, Number) and param.unit and param.unit not in re.findall(r"\w+", param.summary):
        text += f", in {param.unit}"
    values = f". Values: {param.valid}" if isinstance(param, Focus | Background | Text) else ""
    return {"description": f"{text}{semicolon}{note}{values}", "schema": schema}


def operation(name: str, summary: str, responses: Schema, **more: object) -> Schema:
    """Return an operation, which any client may call too often."""
    all_responses = {**responses, **problem_responses("429")}
    return {"operationId": name, "summary": summary, **more, "responses": all_responses}


def prefer(longest_s: int) -> Schema:
    """Return the header `Prefer` of a call that waits up to this time."""
    description = (
        f"How long to wait for the GIF: wait=SECONDS, by default and at most {longest_s}. "
        "With wait=0 or respond-async the response comes at once (RFC 7240)."
    )
    return {"name": "Prefer", "in": "header", "description": description, "schema": {"type": "string"}}


def photo_body(photo: Schema) -> Schema:
    """Return a request body that is a photo, as a form or as it is."""
    form = {"type": "object", "required": ["photo"], "properties": {"photo": photo}}
    media_types = {
        "multipart/form-data": {"schema": form},
        "image/*": {"schema": photo},
        "application/octet-stream": {"schema": photo},
    }
    return {"required": True, "content": media_types}


def json_body(properties: Schema, required: list[str]) -> Schema:
    """Return a request body that is a JSON object."""
    schema = {"type": "object", "required": required, "properties": properties, "additionalProperties": False}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def gif_operation(name: str) -> Schema:
    """Return the download of a GIF."""
    parameters = [
        _VIEW,
        {"name": "options", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "effect", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "format", "in": "path", **parameter(FORMAT), "required": True},
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
    return operation(name, "A finished GIF", responses, parameters=parameters)


def json_response(description: str, schema: str, **headers: str) -> Schema:
    """Return a response that is a JSON document, and the descriptions of its headers."""
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
