"""A stage's throttles of single methods count.

CloudFormation writes `/~1v1~1photos` for the path /v1/photos. Upstream stores that as it stands and never
finds it again; nor does it find the settings of an ANY method for the verb that came in. Only the throttle of
the whole stage works.

Source: AWS::ApiGateway::Stage MethodSetting, ResourcePath.
"""

from __future__ import annotations

from typing import Any

from ministack.services import apigateway_v1
from ministack.services.cloudformation import provisioners


def apply() -> None:
    """Store settings under the true path, and look for those of ANY after those of the verb."""
    stored = provisioners._apigw_method_settings
    found = apigateway_v1._method_throttle_settings

    def settings(raw: Any) -> dict[str, Any]:
        return {_path(key): entry for key, entry in stored(raw).items()}

    def throttle(stage: dict[str, Any], path: str, verb: str) -> dict[str, Any] | None:
        own = stage.get("methodSettings") or {}
        entry: dict[str, Any] | None = found(stage, path, verb if f"{path}/{verb}" in own else "ANY")
        return entry

    provisioners._apigw_method_settings = settings
    apigateway_v1._method_throttle_settings = throttle


def _path(key: str) -> str:
    """`/~1v1~1photos/POST` -> `/v1/photos/POST`."""
    return key.replace("/~1", "/", 1).replace("~1", "/")
