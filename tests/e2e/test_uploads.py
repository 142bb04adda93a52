"""Uploads by form to S3, for photos that are too large for the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.stack_operations import object_names, receive_outcomes, upload, wait_until
from tests.http_contract.api_client import post_form, receive_message, request_form

from gifmill.effects import PACKS
from gifmill.orders.capabilities import derive_view

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import DeployedStack


def test_a_photo_too_large_for_the_gateway_is_uploaded_by_form(stack: DeployedStack, photo: bytes) -> None:
    large = photo + bytes(8_000_000)  # data after the end of a JPEG is ignored
    refused = stack.client.post("/v1/photos", content=large)
    assert (refused.status_code, refused.json()["code"]) == (413, "photo_too_large")
    upload_form = request_form(stack, large)
    photo_id = upload_form["id"]
    with stack.live(photo_id) as socket:
        assert receive_message(socket) == {
            "view": derive_view(photo_id),
            "deleted": True,
        }  # the file is not uploaded yet
    assert post_form(stack, upload_form, large).status_code == 204
    with stack.live(photo_id) as socket:
        gifs = receive_outcomes(socket, set(PACKS["classic"]))
    assert {gif["state"] for gif in gifs.values()} == {"ready"}
    wait_until(lambda: object_names(stack, stack.photos, f"uploads/{derive_view(photo_id)}") == set())


def test_an_upload_that_is_not_a_photo_is_reported(stack: DeployedStack) -> None:
    photo_id = upload(stack, b"%PDF-1.7 is no photo", effects="blur")
    with stack.live(photo_id) as socket:
        gifs = receive_outcomes(socket, {"blur"})
    assert gifs["blur"]["problem"]["code"] == "not_a_photo"
    assert object_names(stack, stack.gifs, f"gifs/{derive_view(photo_id)}/") == {
        f"gifs/{derive_view(photo_id)}/default/blur.failed.json"
    }
    wait_until(lambda: object_names(stack, stack.photos, f"uploads/{derive_view(photo_id)}") == set())


def test_failure_documents_are_not_served_as_files(stack: DeployedStack) -> None:
    photo_id = upload(stack, b"%PDF-1.7 is no photo", effects="blur")
    stack.finished(photo_id)
    path = f"/gifs/{derive_view(photo_id)}/default/blur.failed.json"
    assert stack.client.get(path).status_code == 404
    assert stack.get_from_gateway(f"/v1{path}").status_code == 404


def test_a_form_accepts_one_object_name_only(stack: DeployedStack, photo: bytes) -> None:
    upload_form = request_form(stack, photo)
    photo_id = upload_form["id"]
    for name, value in (
        ("key", f"photos/{derive_view(photo_id)}/default/blur.png"),
        ("x-amz-meta-orders", ""),
    ):
        changed = {**upload_form, "fields": {**upload_form["fields"], name: value}}
        assert post_form(stack, changed, photo).status_code == 403
    assert object_names(stack, stack.photos, f"photos/{derive_view(photo_id)}/") == set()
