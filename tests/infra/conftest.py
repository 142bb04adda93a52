"""Templates of the stack with default options and with all options."""

from __future__ import annotations

import pytest
from tests.infra.templates import Template, synth

ALL_OPTIONS = {
    "domain": "gif.example.com",
    "arch": "x86_64",
    "snapstart": "true",
    "waf": "true",
    "budget": "20",
    "max_concurrency": "7",
    "report": "mailto:abuse@example.com",
    "cors": "https://blog.example.com,http://localhost:3000",
}


@pytest.fixture(scope="session")
def _templates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, Template]:
    folders = [tmp_path_factory.mktemp(name) for name in ("default", "all_options")]
    started = [synth(folders[0]), synth(folders[1], region="us-east-1", **ALL_OPTIONS)]
    default, all_options = (Template.of(*pair) for pair in zip(started, folders, strict=True))
    return default, all_options


@pytest.fixture(scope="session")
def template(_templates: tuple[Template, Template]) -> Template:
    """Return the template with default options."""
    return _templates[0]


@pytest.fixture(scope="session")
def all_options(_templates: tuple[Template, Template]) -> Template:
    """Return the template with all options that do not exclude each other."""
    return _templates[1]


@pytest.fixture(params=["default", "all options"])
def either(request: pytest.FixtureRequest, _templates: tuple[Template, Template]) -> Template:
    """Return each template in turn, for facts that hold for both."""
    return _templates[request.param == "all options"]
