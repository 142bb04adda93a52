"""CloudFormation creates request validators of API Gateway (REST), and methods use them.

Upstream generates an id for `AWS::ApiGateway::RequestValidator`, stores nothing, and ignores the
`RequestValidatorId` of methods: every body reaches the function.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ministack.services import apigateway_v1
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS

if TYPE_CHECKING:
    from collections.abc import Callable


def apply() -> None:
    """Create validators through the service, and attach them to methods."""
    _RESOURCE_HANDLERS["AWS::ApiGateway::RequestValidator"]["create"] = _create_validator
    methods = _RESOURCE_HANDLERS["AWS::ApiGateway::Method"]
    methods["create"] = _with_validator(methods["create"])


def _create_validator(logical_id: str, properties: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
    status, _headers, body = apigateway_v1._create_request_validator(
        properties["RestApiId"],
        {
            "name": properties.get("Name", logical_id),
            "validateRequestBody": bool(properties.get("ValidateRequestBody")),
            "validateRequestParameters": bool(properties.get("ValidateRequestParameters")),
        },
    )
    if status >= 400:
        raise ValueError(body)
    validator = json.loads(body)["id"]
    return validator, {"RequestValidatorId": validator}


def _with_validator[T](
    create: Callable[[str, dict[str, Any], str], T],
) -> Callable[[str, dict[str, Any], str], T]:
    def create_method(logical_id: str, properties: dict[str, Any], stack: str) -> T:
        created = create(logical_id, properties, stack)
        if "RequestValidatorId" in properties:
            resource = apigateway_v1._resources[properties["RestApiId"]][properties["ResourceId"]]
            method = resource["resourceMethods"][properties["HttpMethod"]]
            method["requestValidatorId"] = properties["RequestValidatorId"]
        return created

    return create_method
