"""What the gateway refuses by itself, in the form of all our refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from tests.http_contract import problem

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import DeployedStack


def _limit(cloud: DeployedStack, rate: float, burst: int) -> tuple[float, int]:
    """Set what the gateway allows, and return what it allowed: calls a second, and calls at once."""
    stage: Any = {
        "restApiId": urlsplit(cloud.outputs["ApiAddress"]).netloc.partition(".")[0],
        "stageName": "prod",
    }
    original = cloud.aws.apigateway.get_stage(**stage)["methodSettings"]["*/*"]
    values = {"rateLimit": str(rate), "burstLimit": str(burst)}
    changes: Any = [
        {"op": "replace", "path": f"/*/*/throttling/{name}", "value": value} for name, value in values.items()
    ]
    cloud.aws.apigateway.update_stage(**stage, patchOperations=changes)
    return original["throttlingRateLimit"], original["throttlingBurstLimit"]


def test_who_asks_too_often_is_told_to_come_again_later(cloud: DeployedStack) -> None:
    original = _limit(cloud, 0.01, 1)  # less than any machine can ask
    try:
        answers = [cloud.client.post("/v1/uploads", json={}) for _ in range(2)]
    finally:
        _limit(cloud, *original)
    assert [answer.status_code for answer in answers] == [400, 429]
    assert problem(answers[1])["code"] == "busy"
    assert int(answers[1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("key", [None, "wrong"])
def test_a_program_needs_its_key(cloud: DeployedStack, key: str | None) -> None:
    headers = {"x-api-key": key} if key else {}
    refused = cloud.get_from_gateway("/programs/v1/effects", headers=headers)
    assert (refused.status_code, problem(refused)["code"]) == (403, "forbidden")


def test_with_its_key_a_program_does_all_that_the_page_does(cloud: DeployedStack, photo: bytes) -> None:
    key = cloud.aws.apigateway.get_api_key(apiKey=cloud.outputs["ProgramKeyId"], includeValue=True)["value"]
    address = f"{cloud.outputs['ApiAddress']}/programs/v1"
    headers = {"x-api-key": key, "Content-Type": "image/jpeg"}
    accepted = cloud.client.post(f"{address}/photos?effects=blur", content=photo, headers=headers)
    assert accepted.status_code == 202
    photo_id = accepted.json()["id"]
    assert cloud.client.get(f"{address}/photos/{photo_id}", headers=headers).json()["id"] == photo_id


def test_the_programs_way_does_not_lead_through_the_distribution(cloud: DeployedStack) -> None:
    assert cloud.client.get("/programs/v1/effects").status_code == 404


@pytest.mark.parametrize("path", ["/nowhere", "/v2/effects", ""])
def test_what_the_gateway_does_not_know_is_not_found(cloud: DeployedStack, path: str) -> None:
    answer = cloud.get_from_gateway(path or "/")
    assert (answer.status_code, problem(answer)["code"]) == (404, "not_found")
