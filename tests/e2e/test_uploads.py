"""Photos that are too large for the gateway go to S3 by a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.stack_operations import names, receive_outcomes, upload, wait_until
from tests.http_contract import fill, form, receive_message

from gifmill.effects import PACKS

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import DeployedStack


def test_a_photo_that_the_gateway_would_refuse_goes_by_a_form(cloud: DeployedStack, photo: bytes) -> None:
    large = photo + bytes(8_000_000)  # what follows the end of a JPEG is not read
    refused = cloud.client.post("/v1/photos", content=large)
    assert (refused.status_code, refused.json()["code"]) == (413, "photo_too_large")
    upload_form = form(cloud, large)
    photo_id = upload_form["id"]
    with cloud.live(photo_id) as socket:
        assert receive_message(socket) == {"id": photo_id, "deleted": True}  # nothing has been sent yet
    assert fill(cloud, upload_form, large).status_code == 204
    with cloud.live(photo_id) as socket:
        gifs = receive_outcomes(socket, set(PACKS["classic"]))
    assert {gif["state"] for gif in gifs.values()} == {"ready"}
    wait_until(lambda: names(cloud, cloud.photos, f"uploads/{photo_id}") == set())


def test_an_upload_that_is_no_photo_is_told_to_the_page(cloud: DeployedStack) -> None:
    photo_id = upload(cloud, b"%PDF-1.7 is no photo", effects="blur")
    with cloud.live(photo_id) as socket:
        gifs = receive_outcomes(socket, {"blur"})
    assert gifs["blur"]["problem"]["code"] == "not_a_photo"
    assert names(cloud, cloud.gifs, f"gifs/{photo_id}/") == {f"gifs/{photo_id}/default/blur.failed.json"}
    wait_until(lambda: names(cloud, cloud.photos, f"uploads/{photo_id}") == set())


def test_why_there_is_no_gif_is_not_to_be_had_as_a_file(cloud: DeployedStack) -> None:
    photo_id = upload(cloud, b"%PDF-1.7 is no photo", effects="blur")
    cloud.finished(photo_id)
    path = f"/gifs/{photo_id}/default/blur.failed.json"
    assert cloud.client.get(path).status_code == 404
    assert cloud.get_from_gateway(f"/v1{path}").status_code == 404


def test_a_form_takes_one_name_only(cloud: DeployedStack, photo: bytes) -> None:
    upload_form = form(cloud, photo)
    photo_id = upload_form["id"]
    for name, value in (("key", f"photos/{photo_id}/default/blur.png"), ("x-amz-meta-orders", "")):
        changed = {**upload_form, "fields": {**upload_form["fields"], name: value}}
        assert fill(cloud, changed, photo).status_code == 403
    assert names(cloud, cloud.photos, f"photos/{photo_id}/") == set()
