"""The CloudFront function of files, run with node as CloudFront does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.infra.conftest import ALL_OPTIONS
from tests.infra.test_distribution import behaviors

if TYPE_CHECKING:
    from tests.infra.templates import Json, Template


def test_a_function_answers_methods_that_no_file_has(either: Template) -> None:
    (function,) = either.resources("CloudFront::Function")
    association = {"EventType": "viewer-request", "FunctionARN": {"Fn::GetAtt": [function, "FunctionARN"]}}
    for pattern, behavior in behaviors(either).items():
        methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
        assert sorted(behavior["AllowedMethods"]) == methods
        expected = [] if pattern == "/v1/*" else [association]
        assert behavior.get("FunctionAssociations", []) == expected
    found = either.only("CloudFront::Function")
    assert (found["AutoPublish"], found["FunctionConfig"]["Runtime"]) == (True, "cloudfront-js-2.0")
    assert len(found["FunctionCode"]) < 10_000  # CloudFront's limit


ORIGINS = ALL_OPTIONS["cors"].split(",")


def run_function(template: Template, method: str, **request_headers: str) -> Json:
    """Run the function with node, as CloudFront does, and return what it returns."""
    event = {
        "request": {
            "method": method,
            "uri": "/main.js",
            "headers": {name: {"value": each} for name, each in request_headers.items()},
        }
    }
    code = template.only("CloudFront::Function")["FunctionCode"]
    script = f"{code}\nconsole.log(JSON.stringify(handler({json.dumps(event)})));"
    node = str(Path(sys.executable).with_name("node"))
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True, timeout=60)
    return dict(json.loads(done.stdout))


def test_the_function_lets_reads_of_files_through(all_options: Template) -> None:
    for method in ("GET", "HEAD"):
        assert run_function(all_options, method)["uri"] == "/main.js"


def test_the_function_answers_preflight_requests_of_configured_origins(all_options: Template) -> None:
    answer = run_function(all_options, "OPTIONS", origin=ORIGINS[1])
    assert answer["statusCode"] == 204
    given = {name: each["value"] for name, each in answer["headers"].items()}
    assert given["allow"] == given["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert given["access-control-allow-origin"] == ORIGINS[1]
    assert "If-None-Match" in given["access-control-allow-headers"]
    assert given["vary"] == "Origin"


def test_the_function_gives_other_origins_no_cors_headers(template: Template, all_options: Template) -> None:
    for stack, origin in ((template, ORIGINS[0]), (all_options, "https://evil.example"), (all_options, "")):
        answer = run_function(stack, "OPTIONS", origin=origin)
        assert (answer["statusCode"], answer["headers"]["allow"]["value"]) == (204, "GET, HEAD, OPTIONS")
        assert [name for name in answer["headers"] if name.startswith("access-control-")] == []


def test_the_function_rejects_other_methods_with_a_problem_document(all_options: Template) -> None:
    answer = run_function(all_options, "DELETE", origin=ORIGINS[0])
    assert answer["headers"]["access-control-allow-origin"]["value"] == ORIGINS[0]
    assert answer["headers"]["content-type"]["value"] == "application/problem+json"
    assert json.loads(answer["body"]["data"]) == {
        "type": "urn:gifmill:problem:method_not_allowed",
        "title": "Method Not Allowed",
        "code": "method_not_allowed",
        "status": answer["statusCode"],
        "detail": "DELETE is not allowed for /main.js. Use GET, HEAD, OPTIONS.",
    }
