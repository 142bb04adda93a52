"""JSON Schemas of the API's documents and error responses for OpenAPI 3.1."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

type Schema = dict[str, Any]
"""A part of an OpenAPI document."""


def problem_responses(*statuses: str) -> dict[str, Schema]:
    """Return the OpenAPI descriptions of error responses with these statuses."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    meanings = {
        "400": "Unknown or invalid effects, options or body.",
        "403": "Sent from another website, or an API key or form signature is missing or invalid.",
        "404": "Unknown, expired or deleted.",
        "408": "The upload stalled or took too long.",
        "409": "The photo has the maximum number of orders: upload it again.",
        "413": "The photo has too many bytes.",
        "415": "Not a photo, or an unsupported format.",
        "416": "The range is beyond the end of the GIF.",
        "422": "The photo is damaged or has too many pixels, or its GIF cannot be made.",
        "429": "Too many requests from one client: try again after Retry-After seconds.",
        "503": "Busy: try again after Retry-After seconds.",
    }
    responses: dict[str, Schema] = {
        status: {"description": meanings[status], "content": problem} for status in statuses
    }
    for busy in {"429", "503"} & responses.keys():
        responses[busy]["headers"] = {
            "Retry-After": {"schema": {"type": "integer"}, "description": "In seconds."}
        }
    return responses


@cache
def document_schemas() -> Schema:
    """Return the schema of each JSON document of the API by name, as `gifmill.orders` declares it.

    A schema's name is that of its class without `Document`: generated clients contain it.
    """
    from msgspec.json import schema_components  # loaded only for the OpenAPI document

    from gifmill.orders import DOCUMENT_TYPES

    _, components = schema_components(DOCUMENT_TYPES, ref_template="#/components/schemas/{name}")
    schemas = json.loads(json.dumps(components).replace('Document"', '"'))
    return {**schemas, "Anything": {"type": "object"}}
