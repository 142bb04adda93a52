from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.infra.templates import statements, text

from gifmill.effects import EFFECTS
from infra.settings import SETTINGS

if TYPE_CHECKING:
    from tests.infra.templates import Json, Template

GIFS = "/v1/gifs/{id}/{options}/{effect}"


def methods(template: Template) -> dict[str, Json]:
    """Return all methods, keyed by `GET /path`."""
    resources = template.resources("ApiGateway::Resource")

    def path(reference: Json) -> str:
        if "Ref" not in reference:
            return ""
        resource = resources[reference["Ref"]]
        return f"{path(resource['ParentId'])}/{resource['PathPart']}"

    found = template.resources("ApiGateway::Method").values()
    return {f"{one['HttpMethod']} {path(one['ResourceId'])}": one for one in found}


def settings_of(template: Template, path: str) -> Json:
    settings = template.only("ApiGateway::Stage")["MethodSettings"]
    (found,) = (one for one in settings if one["ResourcePath"] == path)
    return dict(found)


def test_paths_beside_the_proxy_accept_every_method(either: Template) -> None:
    # The gateway does not fall back to a parent's proxy when a path of its own matches.
    assert set(methods(either)) == {
        "ANY /v1/{proxy+}",
        "ANY /v1/photos",
        "ANY /v1/photos/{id}",
        "ANY /v1/photos/{id}/gifs",
        "POST /v1/photos/{id}/gifs",
        "ANY /v1/gifs",
        "ANY /v1/uploads",
        "POST /v1/uploads",
        f"GET {GIFS}",
        f"HEAD {GIFS}",
        f"ANY {GIFS}",
        "ANY /programs/v1/{proxy+}",
    }


def test_all_calls_go_to_one_alias(either: Template) -> None:
    api = either.functions()["api"]["Id"]
    aliases = either.resources("Lambda::Alias")
    (alias,) = (name for name, one in aliases.items() if one["FunctionName"] == {"Ref": api})
    calls = [one["Integration"] for name, one in methods(either).items() if GIFS not in name]
    assert {one["Type"] for one in calls} == {"AWS_PROXY"}
    assert all(text(one["Uri"]).endswith(f"/functions/<{alias}>/invocations") for one in calls)
    permissions = either.resources("Lambda::Permission").values()
    assert any(one["FunctionName"] == {"Ref": alias} for one in permissions)


def test_only_programs_need_a_key(either: Template) -> None:
    keyed = {name for name, one in methods(either).items() if one.get("ApiKeyRequired")}
    assert keyed == {"ANY /programs/v1/{proxy+}"}


def test_bodies_are_validated_by_a_model(either: Template) -> None:
    models = either.resources("ApiGateway::Model")
    (validator,) = either.resources("ApiGateway::RequestValidator")
    assert either.only("ApiGateway::RequestValidator")["ValidateRequestBody"] is True
    schemas = {}
    for path in ("/v1/uploads", "/v1/photos/{id}/gifs"):
        method = methods(either)[f"POST {path}"]
        assert method["RequestValidatorId"] == {"Ref": validator}
        schemas[path] = models[method["RequestModels"]["application/json"]["Ref"]]["Schema"]
    upload = schemas["/v1/uploads"]
    assert (upload["type"], sorted(upload["required"])) == ("object", ["size", "type"])
    size = {"type": "number", "minimum": 1, "multipleOf": 1}  # 1797.0 is an integer, too
    assert upload["properties"] == {"size": size, "type": {"type": "string"}}
    assert schemas["/v1/photos/{id}/gifs"]["type"] == "object"


@pytest.mark.parametrize("verb", ["GET", "HEAD"])
def test_gifs_are_served_directly_from_their_bucket(verb: str, template: Template) -> None:
    integration = methods(template)[f"{verb} {GIFS}"]["Integration"]
    bucket = text(template.document["Outputs"]["GifBucket"]["Value"])
    assert (integration["Type"], integration["IntegrationHttpMethod"]) == ("AWS", verb)
    assert text(integration["Uri"]).endswith(f":s3:path/{bucket}/gifs/{{id}}/{{options}}/{{effect}}")
    answers = {one.get("SelectionPattern"): one for one in integration["IntegrationResponses"]}
    assert {pattern: one["StatusCode"] for pattern, one in answers.items()} == {
        "200": "200",
        "206": "206",
        "304": "304",
        "416": "416",
        "40[34]": "404",
        None: "503",
    }
    found = answers["200"]["ResponseParameters"]
    assert found["method.response.header.Content-Type"] == "integration.response.header.Content-Type"
    cache_control = f"'public, max-age={SETTINGS.photo_lifetime_s}, immutable'"
    assert found["method.response.header.Cache-Control"] == cache_control
    for name in ("If-None-Match", "If-Range", "Range"):
        sent = integration["RequestParameters"][f"integration.request.header.{name}"]
        assert sent == f"method.request.header.{name}"
    part = answers["206"]["ResponseParameters"]
    assert part["method.response.header.Content-Range"] == "integration.response.header.Content-Range"
    for pattern, code in (("40[34]", "not_found"), ("416", "range_not_satisfiable"), (None, "busy")):
        problem = json.loads(answers[pattern]["ResponseTemplates"]["application/json"])
        assert (problem["code"], str(problem["status"])) == (code, answers[pattern]["StatusCode"])
        content_type = answers[pattern]["ResponseParameters"]["method.response.header.Content-Type"]
        assert content_type == "'application/problem+json'"


def test_the_gateway_declares_all_headers_that_it_maps(either: Template) -> None:
    for method in methods(either).values():
        declared = {one["StatusCode"]: one["ResponseParameters"] for one in method.get("MethodResponses", [])}
        for answer in method["Integration"].get("IntegrationResponses", []):
            assert answer["ResponseParameters"].keys() <= declared[answer["StatusCode"]].keys()


def test_the_gateway_may_only_read_gifs(template: Template) -> None:
    role = methods(template)[f"GET {GIFS}"]["Integration"]["Credentials"]["Fn::GetAtt"][0]
    bucket = text(template.document["Outputs"]["GifBucket"]["Value"])[:-1]
    policies = [one for one in template.resources("IAM::Policy").values() if {"Ref": role} in one["Roles"]]
    allowed = [(one["Action"], one["Resource"]) for policy in policies for one in statements(policy)]
    assert allowed == [(["s3:GetObject"], [f"{bucket}.Arn>/gifs/*.gif", f"{bucket}.Arn>/gifs/*.webp"])]


def test_errors_of_the_gateway_are_problem_documents(either: Template) -> None:
    refusals = {one["ResponseType"]: one for one in either.resources("ApiGateway::GatewayResponse").values()}
    codes = {}
    for kind, one in refusals.items():
        problem = json.loads(one["ResponseTemplates"]["application/json"])
        assert problem["type"] == f"urn:gifmill:problem:{problem['code']}"
        assert {"title", "detail"} <= problem.keys()
        assert str(problem["status"]) == one["StatusCode"]
        content_type = one["ResponseParameters"]["gatewayresponse.header.Content-Type"]
        assert content_type == "'application/problem+json'"
        codes[kind] = (one["StatusCode"], problem["code"])
    assert codes == {
        "THROTTLED": ("429", "busy"),
        "QUOTA_EXCEEDED": ("429", "busy"),
        "REQUEST_TOO_LARGE": ("413", "photo_too_large"),
        "BAD_REQUEST_BODY": ("400", "invalid_request"),
        "BAD_REQUEST_PARAMETERS": ("400", "invalid_request"),
        "INVALID_API_KEY": ("403", "forbidden"),
        "MISSING_AUTHENTICATION_TOKEN": ("404", "not_found"),
        "RESOURCE_NOT_FOUND": ("404", "not_found"),
        "DEFAULT_4XX": ("400", "invalid_request"),
        "DEFAULT_5XX": ("503", "busy"),
    }
    retried = {
        kind for kind, one in refusals.items() if any("Retry-After" in n for n in one["ResponseParameters"])
    }
    assert retried == {"THROTTLED", "QUOTA_EXCEEDED", "DEFAULT_5XX"}


def test_programs_have_a_higher_throttle_than_the_public(either: Template) -> None:
    anyone = settings_of(either, "/*")
    every = either.only("ApiGateway::Stage")["MethodSettings"]
    of_programs = [one for one in every if one["ResourcePath"] == "/~1programs~1v1~1{proxy+}"]
    verbs = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
    assert {one["HttpMethod"] for one in of_programs} == verbs  # throttles do not support ANY
    programs = of_programs[0]
    assert 0 < anyone["ThrottlingRateLimit"] < programs["ThrottlingRateLimit"]
    assert 0 < anyone["ThrottlingBurstLimit"] < programs["ThrottlingBurstLimit"]
    plan = either.only("ApiGateway::UsagePlan")
    assert plan["Quota"] == {"Limit": 10_000, "Period": "DAY"}
    assert plan["Throttle"]["RateLimit"] <= programs["ThrottlingRateLimit"]
    (key,) = either.resources("ApiGateway::ApiKey")
    assert either.only("ApiGateway::UsagePlanKey")["KeyId"] == {"Ref": key}
    assert either.document["Outputs"]["ProgramKeyId"]["Value"] == {"Ref": key}


def test_orders_of_single_gifs_have_a_throttle_of_their_own(either: Template) -> None:
    """The page orders a GIF for each card that is scrolled to."""
    orders, anyone = settings_of(either, "/~1v1~1photos~1{id}~1gifs"), settings_of(either, "/*")
    assert orders["HttpMethod"] == "POST"
    assert orders["ThrottlingBurstLimit"] > 2 * len(EFFECTS)
    assert orders["ThrottlingRateLimit"] > anyone["ThrottlingRateLimit"]


def test_access_logs_contain_no_photo_id(either: Template) -> None:
    stage = either.only("ApiGateway::Stage")
    line = json.loads(stage["AccessLogSetting"]["Format"])
    assert line["resourcePath"] == "$context.resourcePath"
    shown = set(line.values())
    assert not shown & {"$context.path", "$context.identity.sourceIp", "$context.requestOverride.path"}
    assert {one["DataTraceEnabled"] for one in stage["MethodSettings"]} == {False}


def test_the_gateways_error_log_has_the_common_retention(either: Template) -> None:
    (api,) = either.resources("ApiGateway::RestApi")
    logs = either.resources("Logs::LogGroup")
    (errors,) = (name for name, one in logs.items() if "LogGroupName" in one)
    assert text(logs[errors]["LogGroupName"]) == f"API-Gateway-Execution-Logs_<{api}>/prod"
    (stage,) = either.resources("ApiGateway::Stage")
    (account,) = either.resources("ApiGateway::Account")
    assert {errors, account} <= set(either.depends(stage))
    assert api in either.depends(account), "a new account accepts the setting only after its first API"


def test_the_stage_has_no_traces_since_they_contain_paths(either: Template) -> None:
    assert not either.only("ApiGateway::Stage").get("TracingEnabled")


def test_bodies_are_binary(either: Template) -> None:
    assert either.only("ApiGateway::RestApi")["BinaryMediaTypes"] == ["*/*"]


def test_the_functions_environment_has_its_limits_and_the_form_url(template: Template) -> None:
    variables = template.functions()["api"]["Environment"]["Variables"]
    assert variables["GIFMILL_GIF_WAIT_S"] == str(SETTINGS.gif_wait_s) == "20"
    assert variables["GIFMILL_MAX_DIRECT_BYTES"] == str(SETTINGS.max_direct_bytes) == "4500000"
    bucket = text(template.document["Outputs"]["PhotoBucket"]["Value"])
    assert text(variables["PHOTO_BUCKET_URL"]) == f"https://{bucket}.s3.<AWS::Region>.<AWS::URLSuffix>/"


def test_the_wait_for_a_gif_ends_before_the_gateways_timeout(template: Template) -> None:
    """The rest is for a cold start, which the gateway's time includes, and for the response."""
    gateway_s = 29
    assert template.functions()["api"]["Timeout"] == gateway_s
    assert SETTINGS.gif_wait_s + 5 < gateway_s
