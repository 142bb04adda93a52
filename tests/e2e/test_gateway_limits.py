"""Requests that the gateway itself rejects with problem documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from tests.http_contract.api_client import read_problem

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import DeployedStack


def _set_throttle(stack: DeployedStack, rate: float, burst: int) -> tuple[float, int]:
    """Set the gateway's throttle, and return the previous one: rate in calls a second, and burst."""
    stage: Any = {
        "restApiId": urlsplit(stack.outputs["ApiAddress"]).netloc.partition(".")[0],
        "stageName": "prod",
    }
    original = stack.aws.apigateway.get_stage(**stage)["methodSettings"]["*/*"]
    values = {"rateLimit": str(rate), "burstLimit": str(burst)}
    changes: Any = [
        {"op": "replace", "path": f"/*/*/throttling/{name}", "value": value} for name, value in values.items()
    ]
    stack.aws.apigateway.update_stage(**stage, patchOperations=changes)
    return original["throttlingRateLimit"], original["throttlingBurstLimit"]


def test_a_throttled_request_is_answered_with_retry_after(stack: DeployedStack) -> None:
    original = _set_throttle(stack, 0.01, 1)  # lower than the rate of any machine
    try:
        answers = [stack.client.post("/v1/uploads", json={}) for _ in range(2)]
    finally:
        _set_throttle(stack, *original)
    assert [answer.status_code for answer in answers] == [400, 429]
    assert read_problem(answers[1])["code"] == "busy"
    assert int(answers[1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("key", [None, "wrong"])
def test_a_program_needs_its_key(stack: DeployedStack, key: str | None) -> None:
    headers = {"x-api-key": key} if key else {}
    refused = stack.get_from_gateway("/programs/v1/effects", headers=headers)
    assert (refused.status_code, read_problem(refused)["code"]) == (403, "forbidden")


def test_a_program_with_a_key_orders_and_reads_a_photo(stack: DeployedStack, photo: bytes) -> None:
    key = stack.aws.apigateway.get_api_key(apiKey=stack.outputs["ProgramKeyId"], includeValue=True)["value"]
    address = f"{stack.outputs['ApiAddress']}/programs/v1"
    headers = {"x-api-key": key, "Content-Type": "image/jpeg"}
    accepted = stack.client.post(f"{address}/photos?effects=blur", content=photo, headers=headers)
    assert accepted.status_code == 202
    photo_id = accepted.json()["id"]
    assert stack.client.get(f"{address}/photos/{photo_id}", headers=headers).json()["id"] == photo_id


def test_paths_for_programs_do_not_exist_at_the_distribution(stack: DeployedStack) -> None:
    assert stack.client.get("/programs/v1/effects").status_code == 404


@pytest.mark.parametrize("path", ["/nowhere", "/v2/effects", ""])
def test_an_unknown_path_is_not_found(stack: DeployedStack, path: str) -> None:
    answer = stack.get_from_gateway(path or "/")
    assert (answer.status_code, read_problem(answer)["code"]) == (404, "not_found")
