"""Every permission is needed: without it, only the operation that needs it fails."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.grants import GATEWAY, Grant, granted, without_grant
from tests.e2e.permission_checks import PermissionChecks

from gifmill.effects import EFFECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.deployed_stack import DeployedStack

_PHOTOS, _UPLOADS = "StoragePhotos/photos/*", "StoragePhotos/uploads/*"
_GIFS = "StorageGifs/gifs/*"
_FINISHED, _FINISHED_WEBP = "StorageGifs/gifs/*.gif", "StorageGifs/gifs/*.webp"
_FAILURES = "StorageGifs/gifs/*.failed.json"
_GET, _PUT, _DELETE, _LIST = "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"
_CHANGE_VISIBILITY = "sqs:ChangeMessageVisibility"
_MANAGE_CONNECTIONS = "execute-api:ManageConnections"

_CHECK_BY_GRANT: dict[Grant, Callable[[PermissionChecks], bool]] = {
    Grant(GATEWAY, _GET, _FINISHED): PermissionChecks.gateway_serves_gif,
    Grant(GATEWAY, _GET, _FINISHED_WEBP): PermissionChecks.gateway_serves_webp,
    Grant("api", _GET, _PHOTOS): PermissionChecks.api_has_photo_status,
    Grant("api", _PUT, _PHOTOS): PermissionChecks.api_accepts_photo,
    Grant("api", _DELETE, _PHOTOS): PermissionChecks.api_deletes_photo,
    Grant("api", _GET, _UPLOADS): PermissionChecks.api_has_upload_status,
    Grant("api", _PUT, _UPLOADS): PermissionChecks.api_signs_form,
    Grant("api", _DELETE, _UPLOADS): PermissionChecks.api_deletes_upload,
    Grant("api", _LIST, "StoragePhotos"): PermissionChecks.api_has_photo_status,
    Grant("api", _GET, _GIFS): PermissionChecks.api_has_failure_status,
    Grant("api", _DELETE, _GIFS): PermissionChecks.api_deletes_photo,
    Grant("api", _LIST, "StorageGifs"): PermissionChecks.api_has_photo_status,
    Grant("render-blur", _GET, _PHOTOS): PermissionChecks.renders_gif,
    Grant("render-blur", _LIST, "StoragePhotos"): PermissionChecks.render_skips_deleted_photo,
    Grant("render-blur", _GET, _FINISHED): PermissionChecks.renders_gif,
    Grant("render-blur", _GET, _FINISHED_WEBP): PermissionChecks.renders_webp,
    Grant("render-blur", _PUT, _GIFS): PermissionChecks.renders_gif,
    Grant("render-blur", _LIST, "StorageGifs"): PermissionChecks.renders_gif,
    Grant("render-blur", _CHANGE_VISIBILITY, "FanoutblurQueue"): PermissionChecks.render_retries_soon,
    Grant("intake", _GET, _UPLOADS): PermissionChecks.intake_accepts_upload,
    Grant("intake", _GET, _PHOTOS): PermissionChecks.intake_accepts_upload,
    Grant("intake", _DELETE, _UPLOADS): PermissionChecks.intake_accepts_upload,
    Grant("intake", _PUT, _PHOTOS): PermissionChecks.intake_accepts_upload,
    Grant("intake", _LIST, "StoragePhotos"): PermissionChecks.intake_skips_deleted_upload,
    Grant("intake", _PUT, _FAILURES): PermissionChecks.intake_rejects_file,
    Grant("intake", _CHANGE_VISIBILITY, "FanoutIntakeQueue"): PermissionChecks.intake_retries_soon,
    Grant("record-failure", _GET, _UPLOADS): PermissionChecks.record_failure_deletes_upload,
    Grant("record-failure", _DELETE, _UPLOADS): PermissionChecks.record_failure_deletes_upload,
    Grant("record-failure", _GET, _PHOTOS): PermissionChecks.record_failure_writes_marker,
    Grant("record-failure", _LIST, "StoragePhotos"): PermissionChecks.record_failure_skips_deleted_photo,
    Grant("record-failure", _GET, _GIFS): PermissionChecks.record_failure_writes_marker,
    Grant("record-failure", _PUT, _FAILURES): PermissionChecks.record_failure_writes_marker,
    Grant("record-failure", _DELETE, _GIFS): PermissionChecks.record_failure_skips_deleted_photo,
    Grant("record-failure", _LIST, "StorageGifs"): PermissionChecks.record_failure_writes_marker,
    Grant("record-failure", _CHANGE_VISIBILITY, "FanoutDead"): PermissionChecks.record_failure_retries_soon,
    Grant("sockets", "dynamodb:PutItem", "LiveConnections"): PermissionChecks.websocket_opens,
    Grant("sockets", "dynamodb:Query", "LiveConnections"): PermissionChecks.websocket_opens,
    Grant("sockets", "lambda:InvokeFunction", "LiveFunction"): PermissionChecks.websocket_opens,
    Grant(
        "sockets", "dynamodb:Query", "LiveConnections/index/by-connection"
    ): PermissionChecks.disconnect_deletes_connection,
    Grant(
        "sockets", "dynamodb:DeleteItem", "LiveConnections"
    ): PermissionChecks.disconnect_deletes_connection,
    Grant("live", _GET, _PHOTOS): PermissionChecks.pushes_photo_status,
    Grant("live", _GET, _UPLOADS): PermissionChecks.pushes_upload_status,
    Grant("live", _GET, _GIFS): PermissionChecks.pushes_failure_status,
    Grant("live", _LIST, "StoragePhotos"): PermissionChecks.pushes_photo_status,
    Grant("live", _LIST, "StorageGifs"): PermissionChecks.pushes_photo_status,
    Grant("live", "dynamodb:Query", "LiveConnections"): PermissionChecks.pushes_change,
    Grant("live", "dynamodb:DeleteItem", "LiveConnections"): PermissionChecks.closes_connection,
    Grant("live", _MANAGE_CONNECTIONS, "LiveApi/live/POST/@connections/*"): PermissionChecks.pushes_change,
    Grant(
        "live", _MANAGE_CONNECTIONS, "LiveApi/live/DELETE/@connections/*"
    ): PermissionChecks.closes_connection,
}

_USED_ONLY_IN_RACES = {
    # A new object is deleted again if the photo was deleted at the same time.
    Grant("render-blur", _DELETE, _GIFS),
    Grant("intake", _DELETE, _PHOTOS),
    Grant("intake", _DELETE, _FAILURES),
    # But not an object of another invocation, which has deleted the upload after its success.
    Grant("intake", _GET, _FAILURES),
    Grant("intake", _LIST, "StorageGifs"),
}

_USED_BY_LAMBDA = ("logs:", "xray:", "sqs:Receive", "sqs:Delete", "sqs:GetQueue", "sqs:Send")
"""Lambda writes logs, reads queues and sends dead letters with the role. The emulator checks none."""


@contextmanager
def _without_events(stack: DeployedStack) -> Iterator[None]:
    """Disable events of S3 and queues, so that only these tests invoke functions."""
    s3, lambda_ = stack.aws.s3, stack.aws.lambda_
    answer: Any = s3.get_bucket_notification_configuration(Bucket=stack.photos)
    original: Any = {name: value for name, value in answer.items() if name.endswith("Configurations")}
    pollers = [each["UUID"] for each in lambda_.list_event_source_mappings()["EventSourceMappings"]]
    s3.put_bucket_notification_configuration(Bucket=stack.photos, NotificationConfiguration={})
    for poller in pollers:
        lambda_.update_event_source_mapping(UUID=poller, Enabled=False)
    try:
        yield
    finally:
        for poller in pollers:
            lambda_.update_event_source_mapping(UUID=poller, Enabled=True)
        s3.put_bucket_notification_configuration(Bucket=stack.photos, NotificationConfiguration=original)


@pytest.fixture(scope="module")
def checks(stack: DeployedStack, photo: bytes) -> Iterator[PermissionChecks]:
    """Yield the checks, while no event invokes a function."""
    with _without_events(stack), PermissionChecks(stack, photo) as ready:
        yield ready


@pytest.mark.parametrize("grant", _CHECK_BY_GRANT, ids=lambda grant: " ".join(grant))
def test_without_a_permission_only_its_operation_fails(
    grant: Grant, stack: DeployedStack, checks: PermissionChecks
) -> None:
    check = _CHECK_BY_GRANT[grant]
    other = (
        PermissionChecks.api_has_photo_status
        if grant.service == GATEWAY
        else PermissionChecks.gateway_serves_gif
    )
    with without_grant(stack, grant):
        assert not check(checks)
        assert other(checks)
    assert check(checks)


def test_no_role_has_further_permissions(stack: DeployedStack) -> None:
    others = {f"render-{effect.name}" for effect in EFFECTS} - {"render-blur"}
    found = {
        grant
        for service in {*stack.functions, GATEWAY} - others
        for grant in granted(stack, service)
        if not grant.action.startswith(_USED_BY_LAMBDA)
    }
    assert found == _CHECK_BY_GRANT.keys() | _USED_ONLY_IN_RACES


@pytest.mark.parametrize("effect", [effect.name for effect in EFFECTS])
def test_each_effect_has_the_permissions_of_blur(effect: str, stack: DeployedStack) -> None:
    def permissions(name: str) -> set[tuple[str, str]]:
        return {
            (grant.action, grant.resource.replace(f"Fanout{name}Queue", "its queue"))
            for grant in granted(stack, f"render-{name}")
            if not grant.action.startswith("logs:")
        }

    assert permissions(effect) == permissions("blur")
