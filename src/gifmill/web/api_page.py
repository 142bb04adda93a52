"""The API's reference as a page: HTML made of the OpenAPI document, without scripts or further files."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from gifmill.web.api_page_style import STYLE
from gifmill.web.openapi import openapi_document
from gifmill.web.problems import error_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gifmill.settings import Settings
    from gifmill.web.openapi_schemas import Schema

_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

API_PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content Security Policy: stricter than that of other pages. The style is in the page and has a hash, as the
API's own host on AWS serves no style sheets."""

_SHORTEST_LIST = 4
"""Values of an option with at least this many choices are a list of their own."""


@cache
def api_page(settings: Settings) -> str:
    """Return the page as HTML."""
    document = openapi_document(settings)
    info = document["info"]
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return "".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{escape(info['title'])} HTTP API</title>\n",
            f'<link rel="icon" href="/favicon.ico">\n<style>{STYLE}</style>\n</head>\n<body>\n',
            f"<header><h1>{escape(info['title'])} HTTP API <small>{escape(info['version'])}</small></h1>",
            f"<p>{escape(info['description'])}</p>",
            '<p>For programs: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1). ',
            'Effects and their options: <a href="effects">effects</a>.</p></header>\n',
            _navigation(operations),
            "<main>\n",
            *(_operation(*each) for each in operations),
            _schemas(document["components"]["schemas"]),
            _error_codes(),
            "</main>\n</body>\n</html>\n",
        )
    )


def _navigation(operations: Iterable[tuple[str, str, Schema]]) -> str:
    items = (
        f'<li><a href="#{escape(operation["operationId"])}">{_call(method, path)}</a></li>'
        for method, path, operation in operations
    )
    others = '<li><a href="#documents">Documents</a></li><li><a href="#errors">Errors</a></li>'
    return f'<nav aria-label="Calls"><ul>{"".join(items)}{others}</ul></nav>\n'


def _call(method: str, path: str) -> str:
    """Return a call as HTML. A long path may break after each slash."""
    breakable = escape(path).replace("/", "/<wbr>")
    return f'<span class="method {escape(method)}">{escape(method.upper())}</span> <code>{breakable}</code>'


def _operation(method: str, path: str, operation: Schema) -> str:
    parts = [f"<h2>{_call(method, path)}</h2><p>{escape(operation['summary'])}.</p>"]
    parameters = operation.get("parameters", [])
    for place, title in (("path", "Path"), ("query", "Query"), ("header", "Headers")):
        fields = [each for each in parameters if each["in"] == place]
        if fields:
            parts.append(f"<h3>{title}</h3>{_fields(map(_parameter, fields))}")
    if body := operation.get("requestBody"):
        parts.append(f"<h3>Body</h3>{''.join(_body(body['content']))}")
    parts.append(f"<h3>Responses</h3>{_fields(_responses(operation['responses']))}")
    return f'<section id="{escape(operation["operationId"])}">{"".join(parts)}</section>\n'


type _Field = tuple[str, str, str]
"""A name, a type and a description, each as HTML."""


def _fields(fields: Iterable[_Field]) -> str:
    rows = (
        f'<div><dt><code>{name}</code> <span class="type">{kind}</span></dt><dd>{description}</dd></div>'
        for name, kind, description in fields
    )
    return f"<dl>{''.join(rows)}</dl>"


def _parameter(parameter: Schema) -> _Field:
    required = parameter.get("required", False)
    return _field(parameter["name"], parameter["schema"], parameter.get("description", ""), required=required)


def _field(name: str, schema: Schema, description: str = "", *, required: bool = False) -> _Field:
    notes = [escape(description or schema.get("description", ""))]
    if len(choices := schema.get("enum", ())) >= _SHORTEST_LIST:
        notes.append(f"One of {', '.join(f'<code>{escape(str(each))}</code>' for each in choices)}.")
    if "default" in schema:
        notes.append(f"Default: <code>{escape(str(schema['default']))}</code>.")
    kind = _kind(schema) + (", required" if required else "")
    return escape(name), kind, " ".join(_sentence(note) for note in notes if note)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _body(content: Schema) -> Iterator[str]:
    for media_type, body in content.items():
        schema = body["schema"]
        yield f"<h4><code>{escape(media_type)}</code></h4>"
        if "properties" in schema:
            yield _fields(_properties(schema))
        else:
            yield f"<p>{escape(schema.get('description', 'Bytes.'))}</p>"


def _properties(schema: Schema) -> Iterator[_Field]:
    required = schema.get("required", ())
    properties = schema["properties"].items()
    for name, each in sorted(properties, key=lambda item: item[0] not in required):
        yield _field(name, each, required=name in required)


def _responses(responses: Schema) -> Iterator[_Field]:
    for status, response in sorted(responses.items()):
        kinds = {_kind(each["schema"]): None for each in response.get("content", {}).values()}
        headers = ", ".join(f"<code>{escape(name)}</code>" for name in response.get("headers", ()))
        described = escape(response["description"])
        yield status, ", ".join(kinds), described + (f" Headers: {headers}." if headers else "")


def _kind(schema: Schema) -> str:
    """Return the type of a schema as HTML."""
    if reference := schema.get("$ref"):
        name = escape(reference.rpartition("/")[2])
        return f'<a href="#document-{name}">{name}</a>'
    if alternatives := schema.get("anyOf"):
        return " or ".join(map(_kind, alternatives))
    if choices := schema.get("enum"):
        few = len(choices) < _SHORTEST_LIST
        return (
            " or ".join(f"<code>{escape(str(each))}</code>" for each in choices) if few else "one of a list"
        )
    kind = escape(str(schema.get("type", "any")))
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if schema.get("format") == "binary":
        return "bytes"
    if "minimum" in schema and "maximum" in schema:
        return f"{kind}, {schema['minimum']} to {schema['maximum']}"
    return kind


def _schemas(schemas: Schema) -> str:
    parts = ['<section id="documents"><h2>Documents</h2>']
    for name, schema in sorted(schemas.items()):
        parts.append(f'<h3 id="document-{escape(name)}">{escape(name)}</h3>')
        if description := schema.get("description"):
            parts.append(f"<p>{escape(description)}</p>")
        if "properties" in schema:
            parts.append(_fields(_properties(schema)))
        else:
            parts.append(f"<p>{_kind(schema)}</p>")
    return f"{''.join(parts)}</section>\n"


def _error_codes() -> str:
    introduction = (
        "<p>Every error is a problem document (RFC 9457). Its <code>code</code> never changes its meaning; "
        "its <code>type</code> is <code>urn:gifmill:problem:</code> and the code.</p>"
    )
    fields = [
        (escape(code), f"{status.value} {status.phrase}", f"{escape(title)}.")
        for code, (title, status) in error_codes().items()
    ]
    return f'<section id="errors"><h2>Errors</h2>{introduction}{_fields(fields)}</section>\n'
