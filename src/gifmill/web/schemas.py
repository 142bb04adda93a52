"""JSON Schemas of the API's documents and refusals, as OpenAPI 3.1 uses them."""

from __future__ import annotations

from functools import cache
from typing import Any

type Schema = dict[str, Any]
"""A part of an OpenAPI document."""


def problem_responses(*statuses: str) -> dict[str, Schema]:
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
    answers: dict[str, Schema] = {
        status: {"description": meanings[status], "content": problem} for status in statuses
    }
    for busy in {"429", "503"} & answers.keys():
        answers[busy]["headers"] = {
            "Retry-After": {"schema": {"type": "integer"}, "description": "In seconds."}
        }
    return answers


@cache
def document_schemas() -> Schema:
    """Every document that the API answers with, by name, as `gifmill.orders` declares them."""
    from msgspec.json import schema_components  # only for whoever asks for the description

    from gifmill.orders import DOCUMENTS

    _, components = schema_components(DOCUMENTS, ref_template="#/components/schemas/{name}")
    return {**components, "Anything": {"type": "object"}}
