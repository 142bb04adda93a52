"""A stage's throttles of single methods are applied.

CloudFormation writes `/~1v1~1photos` for the path /v1/photos. Upstream stores this text unchanged and
finds no such path: only the throttle of the whole stage works.

Source: AWS::ApiGateway::Stage MethodSetting, ResourcePath.
"""

from __future__ import annotations

from typing import Any

from ministack.services.cloudformation import provisioners


def apply() -> None:
    """Store settings under the decoded path."""
    stored = provisioners._apigw_method_settings

    def settings(raw: Any) -> dict[str, Any]:
        return {_path(key): entry for key, entry in stored(raw).items()}

    provisioners._apigw_method_settings = settings


def _path(key: str) -> str:
    """Decode a path: `/~1v1~1photos/POST` -> `/v1/photos/POST`."""
    return key.replace("/~1", "/", 1).replace("~1", "/")
