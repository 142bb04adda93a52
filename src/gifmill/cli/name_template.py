"""Names of GIFs: templates such as `{stem}-{effect}.{format}`."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gifmill.cli.arguments import DEFAULT_NAME, FIELDS
from gifmill.cli.named_format import format_of_name
from gifmill.errors import InvalidRequest
from gifmill.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

# Not `str.format`: its fields reach attributes of objects, and its widths fill the memory.
_FIELD = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class NameTemplate:
    """A checked template.

    Attributes:
        text: the template. `{{` and `}}` are braces.
        fields: the fields that it has.
    """

    text: str
    fields: frozenset[str]

    @classmethod
    def parse(cls, text: str) -> NameTemplate:
        """Check a template.

        Raises:
            InvalidRequest: it is empty, is not the name of a file in the output folder, has unknown fields,
                or does not end in a format.
        """
        if not text:
            raise InvalidRequest(f"--name is empty. The default is {DEFAULT_NAME}.")
        fields = set()
        for found in _FIELD.finditer(text):
            if found[0] in ("{", "}"):
                raise InvalidRequest(f"--name {text} has a single {found[0]}. Double it, or name a field.")
            if found[1] is not None:
                fields.add(_known(found[1]))
        separator = next((sign for sign in (os.sep, os.altsep) if sign and sign in text), None)
        if separator:
            raise InvalidRequest(
                f"--name {text} contains {separator}, which no name may. Choose the folder with -o."
            )
        if "\0" in text:
            raise InvalidRequest("--name contains a NUL character, which no name may. Omit it.")
        if text.lower() in (".{format}", ".gif", ".webp"):
            raise InvalidRequest(f"--name {text} is only an ending. Add a field, such as {{stem}}.")
        template = cls(text, frozenset(fields))
        if not template.format and not text.endswith(".{format}"):
            raise InvalidRequest(f"--name {text} has no file format. Let it end in .{{format}}.")
        return template

    @classmethod
    def literal(cls, name: str) -> NameTemplate:
        """Return the template of one name."""
        return cls(name.replace("{", "{{").replace("}", "}}"), frozenset())

    @property
    def format(self) -> str | None:
        """The format that the template's end means; None if it has a field for it."""
        return format_of_name(self.text)

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the name with the values of the fields."""
        return _FIELD.sub(lambda found: values[found[1]] if found[1] else found[0][0], self.text)


def _known(field: str) -> str:
    if field not in FIELDS:
        names = ", ".join(f"{{{name}}}" for name in FIELDS)
        near = did_you_mean(field, FIELDS)
        raise InvalidRequest(f"Unknown field {{{field}}} in --name. {near}Fields: {names}.")
    return field
