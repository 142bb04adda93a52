"""The stack as it is by default, and with every switch on."""

from __future__ import annotations

import pytest
from tests.infra.templates import Template, synth

ALL_ON = {
    "domain": "gif.example.com",
    "arch": "x86_64",
    "snapstart": "true",
    "waf": "true",
    "budget": "20",
    "max_concurrency": "7",
    "report": "mailto:abuse@example.com",
}


@pytest.fixture(scope="session")
def _templates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, Template]:
    folders = [tmp_path_factory.mktemp(name) for name in ("default", "all_on")]
    started = [synth(folders[0]), synth(folders[1], region="us-east-1", **ALL_ON)]
    default, all_on = (Template.of(*pair) for pair in zip(started, folders, strict=True))
    return default, all_on


@pytest.fixture(scope="session")
def template(_templates: tuple[Template, Template]) -> Template:
    """No switch given."""
    return _templates[0]


@pytest.fixture(scope="session")
def switched(_templates: tuple[Template, Template]) -> Template:
    """Every switch given, but those that exclude these."""
    return _templates[1]


@pytest.fixture(params=["default", "all on"])
def either(request: pytest.FixtureRequest, _templates: tuple[Template, Template]) -> Template:
    """One after the other, for what must always hold."""
    return _templates[request.param == "all on"]
