"""The redirect of `POST /v1/gifs` to its GIF, by each way to the API."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.http_contract.api_client import JPEG
from tests.http_contract.single_gif import post_photo

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import DeployedStack


@pytest.mark.parametrize(
    ("path", "gifs"),
    [
        ("", "{Address}/gifs/"),
        ("{ApiAddress}", "{ApiAddress}/v1/gifs/"),
        ("{ApiAddress}/programs", "{ApiAddress}/v1/gifs/"),
    ],
    ids=["distribution", "gateway", "programs"],
)
def test_the_redirect_leads_to_the_gif_and_its_photo(
    stack: DeployedStack, photo: bytes, path: str, gifs: str
) -> None:
    headers = dict(JPEG)
    if path.endswith("/programs"):
        key = stack.aws.apigateway.get_api_key(apiKey=stack.outputs["ProgramKeyId"], includeValue=True)
        headers["x-api-key"] = key["value"]
    base = path.format_map(stack.outputs)
    response = post_photo(stack, {"effect": "blur"}, base, content=photo, headers=headers)
    assert response.status_code == 303
    assert response.next_request is not None
    assert str(response.next_request.url).startswith(gifs.format_map(stack.outputs))
    with Image.open(io.BytesIO(stack.client.send(response.next_request).content)) as image:
        assert image.format == "GIF"
    status = response.url.join(response.links["status"]["url"])
    assert stack.client.get(status, headers=headers).json()["id"] == response.json()["id"]
    assert stack.client.delete(status, headers=headers).status_code == 204
