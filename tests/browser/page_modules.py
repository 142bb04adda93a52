"""Calls of the page's modules with bytes: Playwright passes JSON only."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

_CALL = """async ({ file, values }) => {
    const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
    const result = await (CODE)(new Blob([bytes]), values);
    if (!(result instanceof Blob)) return { value: result };
    const reader = new FileReader();
    await new Promise((resolve) => { reader.onload = resolve; reader.readAsDataURL(result); });
    return { type: result.type, file: reader.result.split(",")[1] ?? "" };
}"""


def call(page: Page, code: str, file: bytes = b"", **values: object) -> Any:
    """Call a JavaScript function of a Blob and an object of values; return its result, a Blob as bytes.

    Args:
        page: an open page.
        code: source of the function, which may be async; it can import the page's modules.
        file: content of the Blob.
        values: the object.
    """
    wrapped = _CALL.replace("CODE", code)  # not eval, which the CSP forbids
    answer = page.evaluate(wrapped, {"file": b64encode(file).decode(), "values": values})
    return b64decode(answer["file"]) if "file" in answer else answer["value"]


def error_of(page: Page, code: str, file: bytes = b"", **values: object) -> dict[str, Any]:
    """Call a function, which must throw; return the error's `name` and `message`."""
    caught = f"""async (blob, values) => {{
        try {{
            await ({code})(blob, values);
        }} catch (error) {{
            return {{ name: error.name, message: error.message }};
        }}
        return null;
    }}"""
    error: dict[str, Any] | None = call(page, caught, file, **values)
    assert error is not None, "no error was thrown"
    return error
