from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.infra.templates import role_of, statements, text

from gifmill.effects import EFFECTS

if TYPE_CHECKING:
    from tests.infra.templates import Template

XRAY = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]

GRANTS: dict[str, dict[str, set[str]]] = {
    "api": {
        "photos": {"list", "get photos/* uploads/*", "put photos/* uploads/*"}
        | {"delete photos/* uploads/*"},
        "gifs": {"list", "get gifs/*", "delete gifs/*"},
    },
    "intake": {
        "photos": {"list", "get photos/* uploads/*", "put photos/*", "delete photos/* uploads/*"},
        "gifs": {"list", "get gifs/*.failed.json", "put gifs/*.failed.json", "delete gifs/*.failed.json"},
    },
    "record-failure": {
        "photos": {"list", "get photos/* uploads/*", "delete uploads/*"},
        "gifs": {"list", "get gifs/*", "put gifs/*.failed.json", "delete gifs/*"},
    },
    "sockets": {"photos": set(), "gifs": set()},
    "live": {
        "photos": {"list", "get photos/* uploads/*"},
        "gifs": {"list", "get gifs/*"},
    },
    "render-blur": {
        "photos": {"list", "get photos/*"},
        "gifs": {"list", "get gifs/*.gif gifs/*.webp", "put gifs/*", "delete gifs/*"},
    },
}
"""All permissions of each function on objects, by bucket."""


def test_the_stack_has_the_expected_functions(either: Template) -> None:
    sizes = {name: (one["Timeout"], one["MemorySize"]) for name, one in either.functions().items()}
    renders = {f"render-{effect.name}": (30, 1769) for effect in EFFECTS}
    assert sizes == renders | {
        "api": (29, 2048),
        "intake": (20, 2048),
        "record-failure": (10, 256),
        "sockets": (10, 256),
        "live": (10, 512),
    }


def test_functions_are_traced_and_log_in_json_for_two_weeks(either: Template) -> None:
    logs = either.resources("Logs::LogGroup")
    for one in either.functions().values():
        assert one["TracingConfig"] == {"Mode": "Active"}
        assert one["LoggingConfig"]["LogFormat"] == "JSON"
        assert one["LoggingConfig"]["LogGroup"]["Ref"] in logs
        assert one["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"] == "INFO"
    assert {log["RetentionInDays"] for log in logs.values()} == {14}


def test_functions_share_code_layer_and_runtime(either: Template) -> None:
    (layer,) = either.resources("Lambda::LayerVersion")
    functions = either.functions().values()
    assert {one["Code"]["S3Key"] for one in functions} == {next(iter(functions))["Code"]["S3Key"]}
    assert all(one["Layers"] == [{"Ref": layer}] for one in functions)
    assert {one["Runtime"] for one in functions} == {"python3.13"}


def test_every_function_has_its_own_role(either: Template) -> None:
    functions = either.functions().values()
    assert len({role_of(one) for one in functions}) == len(functions)


@pytest.mark.parametrize("name", GRANTS)
def test_a_function_has_only_the_expected_permissions_on_objects(name: str, template: Template) -> None:
    buckets = {
        part: text(template.document["Outputs"][output]["Value"])[:-1] + ".Arn>"
        for part, output in (("photos", "PhotoBucket"), ("gifs", "GifBucket"))
    }
    allowed: dict[str, set[str]] = {part: set() for part in buckets}
    for one in template.granted(template.functions()[name]):
        for action in one["Action"]:
            if not action.startswith("s3:"):
                continue
            verb = action.removeprefix("s3:").removesuffix("Object").removesuffix("Bucket").lower()
            for part, arn in buckets.items():
                own = [resource for resource in one["Resource"] if resource.startswith(arn)]
                names = sorted(resource.removeprefix(arn).removeprefix("/") for resource in own)
                if names:
                    allowed[part].add(" ".join([verb, *names]).strip())
    assert allowed == GRANTS[name]


def test_all_effects_have_the_same_permissions(template: Template) -> None:
    renders = [one for name, one in template.functions().items() if name.startswith("render-")]
    ours = [
        [(one["Action"], [r for r in one["Resource"] if "Storage" in r]) for one in template.granted(render)]
        for render in renders
    ]
    assert ours == [ours[0]] * len(EFFECTS)


def test_only_x_ray_permissions_have_a_wildcard_resource(either: Template) -> None:
    needed: tuple[str, ...] = ("/photos/*", "/uploads/*", "/gifs/*", "/gifs/*.failed.json")
    needed += ("/gifs/*.gif", "/gifs/*.webp")
    needed += ("/live/POST/@connections/*", "/live/DELETE/@connections/*")
    policies = either.resources("IAM::Policy").values()
    for one in [one for policy in policies for one in statements(policy)]:
        assert not [action for action in one["Action"] if "*" in action]
        if one["Action"] == XRAY:
            assert one["Resource"] == ["*"]  # X-Ray has no resources
            continue
        assert all(resource.endswith(needed) for resource in one["Resource"] if "*" in resource)
    assert not [role for role in either.resources("IAM::Role").values() if "Policies" in role]


def test_the_only_managed_policy_is_that_of_the_gateway_logs(either: Template) -> None:
    managed = [
        text(policy)
        for role in either.resources("IAM::Role").values()
        for policy in role.get("ManagedPolicyArns", [])
    ]
    expected = "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    assert managed == [expected]
