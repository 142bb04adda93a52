"""Every grant is needed, and for nothing but what it is for: without it exactly that fails."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.grants import GATEWAY, Grant, granted, withdrawn
from tests.e2e.permission_checks import Checks

from gifmill.effects import EFFECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.deployed_stack import Cloud

_PHOTOS, _UPLOADS = "StoragePhotos/photos/*", "StoragePhotos/uploads/*"
_GIFS = "StorageGifs/gifs/*"
_FINISHED, _FINISHED_WEBP = "StorageGifs/gifs/*.gif", "StorageGifs/gifs/*.webp"
_FAILURES = "StorageGifs/gifs/*.failed.json"
_GET, _PUT, _DELETE, _LIST = "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"
_HURRY = "sqs:ChangeMessageVisibility"
_CLIENTS = "execute-api:ManageConnections"

_NEEDED: dict[Grant, Callable[[Checks], bool]] = {
    Grant(GATEWAY, _GET, _FINISHED): Checks.downloads,
    Grant(GATEWAY, _GET, _FINISHED_WEBP): Checks.downloads_webp,
    Grant("api", _GET, _PHOTOS): Checks.tells_of_a_photo,
    Grant("api", _PUT, _PHOTOS): Checks.takes,
    Grant("api", _DELETE, _PHOTOS): Checks.deletes_a_photo,
    Grant("api", _GET, _UPLOADS): Checks.tells_of_an_upload,
    Grant("api", _PUT, _UPLOADS): Checks.signs,
    Grant("api", _DELETE, _UPLOADS): Checks.deletes_an_upload,
    Grant("api", _LIST, "StoragePhotos"): Checks.tells_of_a_photo,
    Grant("api", _GET, _GIFS): Checks.tells_of_a_failure,
    Grant("api", _DELETE, _GIFS): Checks.deletes_a_photo,
    Grant("api", _LIST, "StorageGifs"): Checks.tells_of_a_photo,
    Grant("render-blur", _GET, _PHOTOS): Checks.renders,
    Grant("render-blur", _LIST, "StoragePhotos"): Checks.renders_nothing,
    Grant("render-blur", _GET, _FINISHED): Checks.renders,
    Grant("render-blur", _GET, _FINISHED_WEBP): Checks.renders_webp,
    Grant("render-blur", _PUT, _GIFS): Checks.renders,
    Grant("render-blur", _LIST, "StorageGifs"): Checks.renders,
    Grant("render-blur", _HURRY, "FanoutblurQueue"): Checks.renders_again_soon,
    Grant("intake", _GET, _UPLOADS): Checks.takes_in,
    Grant("intake", _GET, _PHOTOS): Checks.takes_in,
    Grant("intake", _DELETE, _UPLOADS): Checks.takes_in,
    Grant("intake", _PUT, _PHOTOS): Checks.takes_in,
    Grant("intake", _LIST, "StoragePhotos"): Checks.takes_in_nothing,
    Grant("intake", _PUT, _FAILURES): Checks.refuses,
    Grant("intake", _HURRY, "FanoutIntakeQueue"): Checks.takes_in_again_soon,
    Grant("bury", _GET, _UPLOADS): Checks.buries_an_upload,
    Grant("bury", _DELETE, _UPLOADS): Checks.buries_an_upload,
    Grant("bury", _GET, _PHOTOS): Checks.buries_an_order,
    Grant("bury", _LIST, "StoragePhotos"): Checks.buries_nothing,
    Grant("bury", _GET, _GIFS): Checks.buries_an_order,
    Grant("bury", _PUT, _FAILURES): Checks.buries_an_order,
    Grant("bury", _DELETE, _GIFS): Checks.buries_nothing,
    Grant("bury", _LIST, "StorageGifs"): Checks.buries_an_order,
    Grant("bury", _HURRY, "FanoutDead"): Checks.buries_again_soon,
    Grant("sockets", "dynamodb:PutItem", "LiveConnections"): Checks.listens,
    Grant("sockets", "dynamodb:Query", "LiveConnections"): Checks.listens,
    Grant("sockets", "lambda:InvokeFunction", "LiveFunction"): Checks.listens,
    Grant("sockets", "dynamodb:Query", "LiveConnections/index/by-connection"): Checks.forgets,
    Grant("sockets", "dynamodb:DeleteItem", "LiveConnections"): Checks.forgets,
    Grant("live", _GET, _PHOTOS): Checks.greets_who_waits_for_a_photo,
    Grant("live", _GET, _UPLOADS): Checks.greets_who_waits_for_an_upload,
    Grant("live", _GET, _GIFS): Checks.greets_who_waits_in_vain,
    Grant("live", _LIST, "StoragePhotos"): Checks.greets_who_waits_for_a_photo,
    Grant("live", _LIST, "StorageGifs"): Checks.greets_who_waits_for_a_photo,
    Grant("live", "dynamodb:Query", "LiveConnections"): Checks.pushes,
    Grant("live", "dynamodb:DeleteItem", "LiveConnections"): Checks.ends,
    Grant("live", _CLIENTS, "LiveApi/live/POST/@connections/*"): Checks.pushes,
    Grant("live", _CLIENTS, "LiveApi/live/DELETE/@connections/*"): Checks.ends,
}

_ONLY_IN_A_RACE = {
    # What was just written is taken back where the photo was deleted in that very moment.
    Grant("render-blur", _DELETE, _GIFS),
    Grant("intake", _DELETE, _PHOTOS),
    Grant("intake", _DELETE, _FAILURES),
    # But not what was written by another one, who has deleted the upload because it was done.
    Grant("intake", _GET, _FAILURES),
    Grant("intake", _LIST, "StorageGifs"),
}

_OF_LAMBDA_ITSELF = ("logs:", "xray:", "sqs:Receive", "sqs:Delete", "sqs:GetQueue", "sqs:Send")
"""Lambda writes logs, reads queues and sends dead letters in the role's name. The emulator does not ask."""


@contextmanager
def _without_events(cloud: Cloud) -> Iterator[None]:
    """No event of S3 and no message of a queue starts a function, so that only these tests do."""
    s3, lambda_ = cloud.aws.s3, cloud.aws.lambda_
    answer: Any = s3.get_bucket_notification_configuration(Bucket=cloud.photos)
    usual: Any = {name: value for name, value in answer.items() if name.endswith("Configurations")}
    pollers = [each["UUID"] for each in lambda_.list_event_source_mappings()["EventSourceMappings"]]
    s3.put_bucket_notification_configuration(Bucket=cloud.photos, NotificationConfiguration={})
    for poller in pollers:
        lambda_.update_event_source_mapping(UUID=poller, Enabled=False)
    try:
        yield
    finally:
        for poller in pollers:
            lambda_.update_event_source_mapping(UUID=poller, Enabled=True)
        s3.put_bucket_notification_configuration(Bucket=cloud.photos, NotificationConfiguration=usual)


@pytest.fixture(scope="module")
def checks(cloud: Cloud, photo: bytes) -> Iterator[Checks]:
    """The checks, while nothing else starts functions."""
    with _without_events(cloud), Checks(cloud, photo) as ready:
        yield ready


@pytest.mark.parametrize("grant", _NEEDED, ids=lambda grant: " ".join(grant))
def test_without_a_grant_its_own_work_fails_and_no_other(grant: Grant, cloud: Cloud, checks: Checks) -> None:
    check = _NEEDED[grant]
    other = Checks.tells_of_a_photo if grant.service == GATEWAY else Checks.downloads
    with withdrawn(cloud, grant):
        assert not check(checks)
        assert other(checks)
    assert check(checks)


def test_no_role_may_do_more(cloud: Cloud) -> None:
    others = {f"render-{effect.name}" for effect in EFFECTS} - {"render-blur"}
    found = {
        grant
        for service in {*cloud.functions, GATEWAY} - others
        for grant in granted(cloud, service)
        if not grant.action.startswith(_OF_LAMBDA_ITSELF)
    }
    assert found == _NEEDED.keys() | _ONLY_IN_A_RACE


@pytest.mark.parametrize("effect", [effect.name for effect in EFFECTS])
def test_each_effect_may_do_what_blur_may(effect: str, cloud: Cloud) -> None:
    def rights(name: str) -> set[tuple[str, str]]:
        return {
            (grant.action, grant.resource.replace(f"Fanout{name}Queue", "its queue"))
            for grant in granted(cloud, f"render-{name}")
            if not grant.action.startswith("logs:")
        }

    assert rights(effect) == rights("blur")
