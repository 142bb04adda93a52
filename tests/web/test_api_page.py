from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from gifmill.errors import InputError, PhotoError, all_errors
from gifmill.settings import Settings
from gifmill.web.api_page import api_page
from gifmill.web.openapi import openapi_document
from gifmill.web.problems import error_codes

PAGE = api_page(Settings())
DOCUMENT: Any = openapi_document(Settings())
VOID = {"link", "meta", "wbr"}


class _Outline(HTMLParser):
    """Collects a page's ids, link targets and text, and checks that its elements are nested."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if "id" in values:
            self.ids.append(str(values["id"]))
        if tag == "a":
            self.targets.add(str(values["href"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def outline() -> _Outline:
    parser = _Outline()
    parser.feed(PAGE)
    assert parser.open == []
    return parser


def test_every_link_within_the_page_has_a_target() -> None:
    found = outline()
    assert len(found.ids) == len(set(found.ids))
    anchors = {target.removeprefix("#") for target in found.targets if target.startswith("#")}
    assert anchors <= set(found.ids)
    assert found.targets - {f"#{each}" for each in anchors} == {"openapi.json", "effects"}


def test_the_page_has_every_call_parameter_response_and_document() -> None:
    found = outline()
    text = "".join(found.text)
    for path, methods in DOCUMENT["paths"].items():
        assert path in text
        for operation in methods.values():
            assert operation["operationId"] in found.ids
            for parameter in operation.get("parameters", ()):
                assert parameter["name"] in text
            for response in operation["responses"].values():
                assert response["description"] in text
    for name in DOCUMENT["components"]["schemas"]:
        assert f"document-{name}" in found.ids


def test_the_page_has_every_code_of_an_error() -> None:
    text = set(outline().text)
    assert set(error_codes()) <= text
    bases = {InputError.code, PhotoError.code, "invalid_setting", "plugin_failed"}
    of_http = {"method_not_allowed", "range_not_satisfiable"}
    assert set(error_codes()) == {kind.code for kind in all_errors()} - bases | of_http


def test_the_limits_are_those_of_the_settings() -> None:
    assert "at most 4.5 MB" in api_page(Settings(max_photo_bytes=4_500_000))
