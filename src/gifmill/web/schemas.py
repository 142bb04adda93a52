"""The shapes of the API's documents, in JSON Schema as OpenAPI 3.1 uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gifmill.orders import Document


def problems(*statuses: str) -> dict[str, Document]:
    """What is answered with these statuses."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    meanings = {
        "400": "Unknown or invalid effects, options or body.",
        "403": "Another web page had a browser send it, or it lacks a key that is needed.",
        "404": "Unknown, expired or deleted.",
        "408": "The upload stopped, or took too long.",
        "409": "One photo has been ordered often enough: send it again.",
        "413": "The photo has too many bytes.",
        "415": "Not a photo that we read.",
        "422": "The photo is damaged or has too many pixels.",
        "429": "Too many requests from one client: try again after Retry-After seconds.",
        "503": "Busy: try again after Retry-After seconds.",
    }
    answers: dict[str, Document] = {
        status: {"description": meanings[status], "content": problem} for status in statuses
    }
    for busy in {"429", "503"} & answers.keys():
        answers[busy]["headers"] = {
            "Retry-After": {"schema": {"type": "integer"}, "description": "In seconds."}
        }
    return answers


def schemas() -> Document:
    """Everything that the API answers with, by name."""
    problem = {
        "type": "object",
        "description": "RFC 9457, with a stable code.",
        "required": ["type", "title", "detail", "code"],
        "properties": {
            **{name: {"type": "string"} for name in ("type", "title", "detail", "code")},
            "status": {"type": "integer"},
            "instance": {"type": "string", "description": "The request, as `X-Request-Id` has it."},
        },
    }
    gif = _object(
        effect={"type": "string"},
        options={"type": "string"},
        state={"type": "string", "enum": ["pending", "ready", "failed"]},
        url={"type": ["string", "null"]},
        bytes={"type": ["integer", "null"]},
        note={"oneOf": [{"$ref": "#/components/schemas/Note"}, {"type": "null"}]},
        problem={"oneOf": [{"$ref": "#/components/schemas/Problem"}, {"type": "null"}]},
    )
    note = _object(
        calmed={"type": "boolean", "description": "It would have flashed, and is slower or gentler."},
        given_up={
            "type": "array",
            "items": {"type": "string"},
            "description": 'What it took to stay within the limit, such as "96 colours instead of 256".',
        },
    )
    size = _object(width={"type": "integer"}, height={"type": "integer"})
    return {
        "Problem": problem,
        "Gif": gif,
        "Note": {**note, "description": "In what a GIF is other than was asked for."},
        "Status": _object(
            id={"type": "string"},
            expires={"type": "string", "format": "date-time"},
            photo={"oneOf": [size, {"type": "null"}]},
            gifs={"type": "array", "items": {"$ref": "#/components/schemas/Gif"}},
        ),
        "Form": _object(
            id={"type": "string"},
            url={"type": "string", "format": "uri"},
            fields={"type": "object", "additionalProperties": {"type": "string"}},
            expires={"type": "string", "format": "date-time"},
        ),
        "Registry": _object(
            effects=_list_of_objects(),
            packs={"type": "object"},
            pack_options={"type": "object"},
            options=_list_of_objects(),
            targets=_list_of_objects(),
        ),
        "Anything": {"type": "object"},
    }


def _object(**properties: Document) -> Document:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list_of_objects() -> Document:
    return {"type": "array", "items": {"type": "object"}}
