"""Probes of the emulator. Each succeeds only with the patch of the same name."""

from __future__ import annotations

import io
import json
import time
import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tests.emulator.clients import Aws, http_client

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef
    from tests.emulator.process import Emulator

_TEMPLATE = Path(__file__).with_name("probes.yaml")
_NAME = "Probes"
_END_S = 90
"""A long timeout, so that no result depends on the speed of the machine."""

_ALARM = """
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      EvaluationPeriods: 1
      Threshold: 60
      ComparisonOperator: GreaterThanThreshold
      Metrics:
        - {Id: both, Expression: "MAX([a, b])"}
        - Id: a
          ReturnData: false
          MetricStat: {Period: 60, Stat: Maximum, Metric: {Namespace: probes, MetricName: A}}
        - Id: b
          ReturnData: false
          MetricStat: {Period: 60, Stat: Maximum, Metric: {Namespace: probes, MetricName: B}}
"""
_BINARY = bytes(range(256))
_RETURN_LAYERS = "import os\ndef handler(event, context): return os.environ['_LAMBDA_LAYERS_DIRS']\n"


class Probes(ExitStack):
    """The stack of probes.yaml in one emulator. A probe has its patch's name and returns whether it works."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__()
        self._aws = self.enter_context(Aws(emulator))
        self._http = self.enter_context(http_client(emulator))
        assert self._create(_NAME, _TEMPLATE.read_text()) == "CREATE_COMPLETE"
        self._outputs = {each["OutputKey"]: each["OutputValue"] for each in self._stack(_NAME)["Outputs"]}

    def _create(self, name: str, template: str) -> str:
        """Create a stack and return its final status."""
        self._aws.cloudformation.create_stack(
            StackName=name, TemplateBody=template, Capabilities=["CAPABILITY_IAM"]
        )
        end = time.monotonic() + _END_S
        while (status := self._stack(name)["StackStatus"]).endswith("_IN_PROGRESS"):
            assert time.monotonic() < end, status
            time.sleep(0.05)
        return status

    def _stack(self, name: str) -> StackTypeDef:
        [stack] = self._aws.cloudformation.describe_stacks(StackName=name)["Stacks"]
        return stack

    def _received(self, queue: str) -> str:
        """Wait for the next message of a queue and return its body."""
        end = time.monotonic() + _END_S
        while time.monotonic() < end:
            answer = self._aws.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)
            for message in answer.get("Messages", []):
                return message["Body"]
        raise TimeoutError(queue)

    def api_origins(self) -> bool:
        """Return whether CloudFront forwards the API's response."""
        return self._http.get(f"{self._outputs['Edge']}/slow").status_code in (200, 429)

    def body_filters(self) -> bool:
        """Return whether only the event with a matching record passes the filter."""
        for name in ("photos/a/default/spin.png", "photos/a/default/blur.png"):
            event = {"Records": [{"s3": {"object": {"key": name}}}]}
            self._aws.sns.publish(TopicArn=self._outputs["Topic"], Message=json.dumps(event))
        # A last message, so that the probe does not wait for one that never arrives.
        self._aws.sqs.send_message(QueueUrl=self._outputs["Queue"], MessageBody="end")
        bodies = [self._received(self._outputs["Queue"])]
        while bodies[-1] != "end":
            bodies.append(self._received(self._outputs["Queue"]))
        names = [json.loads(body)["Records"][0]["s3"]["object"]["key"] for body in bodies[:-1]]
        return names == ["photos/a/default/blur.png"]

    def dead_letter_sources(self) -> bool:
        """Return whether a function receives the source queue of a dead letter."""
        source, reported = self._outputs["Source"], self._outputs["Reported"]
        self._aws.sqs.send_message(QueueUrl=source, MessageBody="letter")
        for _ in range(2):  # the second receive moves it to the dead-letter queue
            self._aws.sqs.receive_message(QueueUrl=source, VisibilityTimeout=0)
        found = json.loads(self._received(reported)).get("DeadLetterQueueSourceArn")
        return bool(found == self._outputs["SourceArn"])

    def method_throttles(self) -> bool:
        """Return whether a second call within a minute is throttled."""
        calls = [self._http.put(f"{self._outputs['Api']}/slow") for _ in range(2)]
        return [call.status_code for call in calls] == [200, 429]

    def metric_math(self) -> bool:
        """Return whether CloudFormation creates an alarm over two metrics."""
        return self._create("Alarm", _ALARM) == "CREATE_COMPLETE"

    def missing_objects(self) -> bool:
        """Return whether a missing object is 403 for a role that may not list the bucket."""
        answer = json.loads(self._aws.lambda_.invoke(FunctionName=self._outputs["Finder"])["Payload"].read())
        return bool(answer == 403)

    def request_validators(self) -> bool:
        """Return whether only a body that violates the model is rejected."""
        calls = [self._http.post(f"{self._outputs['Api']}/strict", json=body) for body in ({}, {"size": 1})]
        return [call.status_code for call in calls] == [400, 200]

    def rest_to_s3(self) -> bool:
        """Return whether an object keeps its bytes, and the role's permissions apply."""
        for name in ("gifs/a.gif", "gifs/a.json"):
            self._aws.s3.put_object(Bucket=self._outputs["Bucket"], Key=name, Body=_BINARY)
        found, forbidden, missing = (
            self._http.get(f"{self._outputs['Api']}/{name}") for name in ("a.gif", "a.json", "b.gif")
        )
        return (
            (found.status_code, found.content, "etag" in found.headers) == (200, _BINARY, True)
            and (forbidden.status_code, forbidden.text) == (404, "no such GIF")
            and missing.status_code == 404
        )

    def shared_layers(self) -> bool:
        """Return whether two functions share the folder of their layer."""
        layer = self._aws.lambda_.publish_layer_version(
            LayerName="probe", Content={"ZipFile": _archive("python/probe.py", "")}
        )
        for name in ("one", "two"):
            self._aws.lambda_.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Role=self._outputs["FunctionRole"],
                Handler="layers.handler",
                Code={"ZipFile": _archive("layers.py", _RETURN_LAYERS)},
                Layers=[layer["LayerVersionArn"]],
            )
        answers = [self._aws.lambda_.invoke(FunctionName=name)["Payload"].read() for name in ("one", "two")]
        folder = Path(json.loads(answers[0]))
        return answers[0] == answers[1] and (folder / "python/probe.py").is_file()


def _archive(name: str, text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, text)
    return file.getvalue()
