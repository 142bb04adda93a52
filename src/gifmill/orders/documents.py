"""The JSON documents of the API, each declared once: mypy checks what builds them, OpenAPI describes them.

Import it for types only: msgspec, which derives the JSON Schema, loads only for the OpenAPI document.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

type Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


class Problem(TypedDict):
    """RFC 9457, with a stable code."""

    type: str
    title: str
    detail: str
    code: str
    status: NotRequired[int]
    instance: NotRequired[Annotated[str, Meta(description="The request, as `X-Request-Id` has it.")]]


class Note(TypedDict):
    """How a GIF is different from the request."""

    calmed: Annotated[bool, Meta(description="It would flash dangerously, and is slower or softer.")]
    given_up: Annotated[
        list[str],
        Meta(description='What was reduced to meet the limit, such as "96 colours instead of 256".'),
    ]
    requested_ms: NotRequired[Annotated[int, Meta(description="Duration of a loop as requested.")]]
    duration_ms: NotRequired[Annotated[int, Meta(description="Duration of a loop.")]]
    frames: NotRequired[Annotated[int, Meta(description="Number of frames.")]]
    softened: NotRequired[
        Annotated[int, Meta(description="Number of frames that were softened because they would flash.")]
    ]


class GifDocument(TypedDict):
    """One GIF of a photo."""

    effect: str
    options: str
    state: Literal["pending", "ready", "failed"]
    url: str | None
    bytes: int | None
    note: Note | None
    problem: Problem | None


class SizeDocument(TypedDict):
    """Size of a photo in pixels."""

    width: int
    height: int


class Status(TypedDict):
    """A photo and all its ordered GIFs."""

    view: Annotated[str, Meta(description="The right to read: a link with it can be shared.")]
    id: NotRequired[
        Annotated[
            str,
            Meta(description="The right to order, read and delete: a secret. Not sent to views."),
        ]
    ]
    expires: Time
    photo: SizeDocument | None
    gifs: list[GifDocument]


class FormDocument(TypedDict):
    """The address for an upload, and the form fields that precede the file."""

    id: Annotated[str, Meta(description="The right to order, read and delete: a secret.")]
    view: Annotated[str, Meta(description="The right to read: a link with it can be shared.")]
    url: Annotated[str, Meta(extra_json_schema={"format": "uri"})]
    fields: dict[str, str]
    expires: Time


class Registry(TypedDict):
    """Effects, packs, options and platforms."""

    effects: list[dict[str, Any]]
    packs: dict[str, Any]
    pack_options: dict[str, Any]
    options: list[dict[str, Any]]
    targets: list[dict[str, Any]]


DOCUMENT_TYPES = (Problem, Note, GifDocument, SizeDocument, Status, FormDocument, Registry)
