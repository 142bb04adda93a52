"""The stack, deployed to an emulator of AWS by the commands that deploy it to AWS."""

from __future__ import annotations

import json
import os
import platform
import re
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.emulator.clients import Aws, http_client, web_socket
from tests.emulator.process import ACCOUNT, REGION, ROOT, SECRET
from tests.servers import Service

from infra.limits import SETTINGS, STACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import httpx
    from tests.emulator.process import Emulator
    from websockets.sync.client import ClientConnection

_COMMAND_S = 300
_LAST_WORDS = 4_000
_HASH = re.compile("[0-9A-F]{8}$")
"""What the CDK adds to names."""

_ARCH = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
"""Functions run here, so the layer must be for this machine."""


class Cloud(Service):
    """The deployed stack, behind its distribution.

    Attributes:
        emulator: where it is deployed.
        aws: clients that may do all.
        outputs: the stack's, by name.
    """

    max_direct_bytes = SETTINGS.max_direct_bytes

    def __init__(
        self, emulator: Emulator, aws: Aws, outputs: Mapping[str, str], client: httpx.Client
    ) -> None:
        super().__init__(outputs["Address"], outputs["SocketsAddress"], client)
        self.emulator = emulator
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
            each["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: each["FunctionName"]
            for page in pages
            for each in page["Functions"]
        }

    def live(self, photo_id: str, origin: str | None = None) -> ClientConnection:
        """An open socket that listens to a photo, opened by the page (or another one)."""
        return web_socket(self.emulator, f"{self.live_address}?photo={photo_id}", origin or self.address)

    def straight(self, path: str, **request: Any) -> httpx.Response:
        """GET from the gateway itself, past the distribution."""
        return self.client.get(f"{self.outputs['ApiAddress']}{path}", **request)

    def queue(self, name: str) -> str:
        """The address of a queue."""
        return self.named("SQS::Queue")[name]

    def waiting(self, queue: str) -> int:
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
def deployed(emulator: Emulator, folder: Path) -> Iterator[Cloud]:
    """Deploy and publish, as `make deploy` does.

    Args:
        emulator: an empty one.
        folder: for what the CDK writes.
    """
    environ = _environ(emulator, folder)
    cdk = [sys.executable, "-m", "infra.cdk"]
    quietly = ["--no-notices", "--ci", "--output", str(folder / "cdk.out"), "-c", f"arch={_ARCH}"]
    _run([*cdk, "bootstrap", f"aws://{ACCOUNT}/{REGION}", *quietly], environ)
    _run([*cdk, "deploy", "--require-approval", "never", *quietly], environ)
    _run([sys.executable, "-m", "infra.publish_site"], environ)
    with ExitStack() as stack:
        aws = stack.enter_context(Aws(emulator))
        [found] = aws.cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}
        client = stack.enter_context(http_client(emulator, outputs["Address"]))
        client.event_hooks["request"].append(_name_the_type)
        yield Cloud(emulator, aws, outputs, client)


def _name_the_type(request: httpx.Request) -> None:
    """A body has a type: AWS does not say what API Gateway makes of one that has none."""
    if request.method == "POST":
        request.headers.setdefault("Content-Type", "application/octet-stream")


def _environ(emulator: Emulator, folder: Path) -> dict[str, str]:
    """Nobody's real account: no profile, no credentials, no endpoint but the emulator's."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    # npm may need what the machine trusts besides, to fetch the CDK's command.
    trusted = folder / "trusted.pem"
    known = os.environ.get("NODE_EXTRA_CA_CERTS")
    with trusted.open("wb") as file:
        file.write(emulator.authority.read_bytes())
        if known:
            with suppress(OSError), open(known, "rb") as system:  # noqa: PTH123
                file.write(system.read())
    return {
        **ours,
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CA_BUNDLE": str(emulator.authority),
        "NODE_EXTRA_CA_CERTS": str(trusted),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


def _run(command: list[str], environ: dict[str, str]) -> None:
    """Run a command and all that it starts, for no longer than it may take."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            said, _ = process.communicate(timeout=_COMMAND_S)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0, said[-_LAST_WORDS:]
