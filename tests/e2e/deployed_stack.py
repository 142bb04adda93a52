"""The stack, deployed to an emulator of AWS by the commands that deploy it to AWS."""

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
"""What the CDK adds to names."""


class DeployedStack(Service):
    """The deployed stack, behind its distribution.

    Attributes:
        commands: those that it was deployed with.
        emulator: where it is.
        aws: clients that may do all.
        outputs: the stack's, by name.
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
        """The name of the bucket of GIFs and of the reasons why there are none."""
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
        """The stack's resources of one type: physical names by those in the code, such as FanoutDead."""
        return {
            _HASH.sub("", logical): physical
            for found, logical, physical in self._resources
            if found == f"AWS::{kind}"
        }

    @cached_property
    def functions(self) -> dict[str, str]:
        """The names of the functions, by the names that they have in logs."""
        pages = self.aws.lambda_.get_paginator("list_functions").paginate()
        return {
            each["Description"].removeprefix("gifmill: "): each["FunctionName"]
            for page in pages
            for each in page["Functions"]
        }

    def live(self, photo_id: str, origin: str | None = None) -> ClientConnection:
        """An open socket that listens to a photo, opened by the page (or another one)."""
        return web_socket(self.emulator, f"{self.live_address}?photo={photo_id}", origin or self.address)

    def get_from_gateway(self, path: str, **request: Any) -> httpx.Response:
        """GET from the gateway itself, past the distribution."""
        return self.client.get(f"{self.outputs['ApiAddress']}{path}", **request)

    def queue(self, name: str) -> str:
        """The address of a queue."""
        return self.named("SQS::Queue")[name]

    def message_count(self, queue: str) -> int:
        """How many messages a queue holds, those that are being worked on included."""
        found = self.aws.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])

    def invoke(self, service: str, event: object) -> Any:
        """What a function answers to an event.

        Raises:
            FunctionFailed: it raised.
        """
        answer = self.aws.lambda_.invoke(FunctionName=self.functions[service], Payload=json.dumps(event))
        payload = json.loads(answer["Payload"].read() or "null")
        if answer.get("FunctionError"):
            raise FunctionFailed(payload)
        return payload


class FunctionFailed(Exception):
    """A function raised instead of answering."""


@contextmanager
def deploy(emulator: Emulator, folder: Path) -> Iterator[DeployedStack]:
    """Deploy and publish, as `make bootstrap` and `make deploy` do.

    Args:
        emulator: an empty one.
        folder: for what the CDK writes.
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
        client.event_hooks["request"].append(_name_the_type)
        yield DeployedStack(commands, aws, outputs, client)


def _name_the_type(request: httpx.Request) -> None:
    """A body has a type: AWS does not say what API Gateway makes of one that has none."""
    if request.method == "POST":
        request.headers.setdefault("Content-Type", "application/octet-stream")
