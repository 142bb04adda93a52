"""The stack, deployed to an emulator of AWS with the commands of a real deploy."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.e2e.commands import Commands
from tests.emulator.clients import Aws, http_client, web_socket
from tests.emulator.process import ACCOUNT, REGION
from tests.servers import Service

from infra.settings import SETTINGS, STACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import httpx
    from tests.emulator.process import Emulator
    from websockets.sync.client import ClientConnection

_HASH = re.compile("[0-9A-F]{8}$")
"""The suffix that the CDK adds to logical ids."""


class DeployedStack(Service):
    """The deployed stack, behind its distribution.

    Attributes:
        commands: the commands that deployed it.
        emulator: the emulator that it runs in.
        aws: clients with all permissions.
        outputs: the stack's outputs by name.
    """

    max_direct_bytes = SETTINGS.max_direct_bytes

    def __init__(
        self, commands: Commands, aws: Aws, outputs: Mapping[str, str], client: httpx.Client
    ) -> None:
        super().__init__(outputs["Address"], outputs["SocketsAddress"], client)
        self.commands = commands
        self.emulator = commands.emulator
        self.aws = aws
        self.outputs = outputs

    @property
    def photos(self) -> str:
        """The name of the bucket of photos and uploads."""
        return self.outputs["PhotoBucket"]

    @property
    def gifs(self) -> str:
        """The name of the bucket of GIFs and failures."""
        return self.outputs["GifBucket"]

    @cached_property
    def _resources(self) -> list[tuple[str, str, str]]:
        pages = self.aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
        return [
            (each["ResourceType"], each["LogicalResourceId"], each["PhysicalResourceId"])
            for page in pages
            for each in page["StackResourceSummaries"]
        ]

    def named(self, kind: str) -> dict[str, str]:
        """Return physical names of resources of one type, by logical id without its suffix (FanoutDead)."""
        return {
            _HASH.sub("", logical): physical
            for found, logical, physical in self._resources
            if found == f"AWS::{kind}"
        }

    @cached_property
    def functions(self) -> dict[str, str]:
        """The physical names of the functions by service name."""
        pages = self.aws.lambda_.get_paginator("list_functions").paginate()
        return {
            each["Description"].removeprefix("gifmill: "): each["FunctionName"]
            for page in pages
            for each in page["Functions"]
        }

    def live(self, photo_id: str, origin: str | None = None) -> ClientConnection:
        """Open a WebSocket for a photo. The default origin is the page's."""
        return web_socket(self.emulator, f"{self.live_address}?photo={photo_id}", origin or self.address)

    def get_from_gateway(self, path: str, **request: Any) -> httpx.Response:
        """Send a GET request to the gateway directly, not through the distribution."""
        return self.client.get(f"{self.outputs['ApiAddress']}{path}", **request)

    def queue(self, name: str) -> str:
        """Return the URL of a queue."""
        return self.named("SQS::Queue")[name]

    def message_count(self, queue: str) -> int:
        """Return the number of messages in a queue, including those in flight."""
        found = self.aws.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])

    def invoke(self, service: str, event: object) -> Any:
        """Invoke a function and return its result.

        Raises:
            FunctionFailed: the function raised an exception.
        """
        answer = self.aws.lambda_.invoke(FunctionName=self.functions[service], Payload=json.dumps(event))
        payload = json.loads(answer["Payload"].read() or "null")
        if answer.get("FunctionError"):
            raise FunctionFailed(payload)
        return payload


class FunctionFailed(Exception):
    """A function raised an exception."""


@contextmanager
def deploy(emulator: Emulator, folder: Path) -> Iterator[DeployedStack]:
    """Deploy the stack and publish the page, as `make bootstrap` and `make deploy` do.

    Args:
        emulator: an empty emulator.
        folder: for the CDK's output.
    """
    commands = Commands(emulator, folder)
    commands.cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}")
    commands.cdk("deploy", "--require-approval", "never")
    commands.module("infra.publish_site")
    with ExitStack() as stack:
        aws = stack.enter_context(Aws(emulator))
        [found] = aws.cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}
        client = stack.enter_context(http_client(emulator, outputs["Address"]))
        client.event_hooks["request"].append(_set_content_type)
        yield DeployedStack(commands, aws, outputs, client)


def _set_content_type(request: httpx.Request) -> None:
    """Set a body's type: AWS does not document how API Gateway treats a body without one."""
    if request.method == "POST":
        request.headers.setdefault("Content-Type", "application/octet-stream")
