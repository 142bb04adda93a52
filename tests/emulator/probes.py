"""Questions to the emulator, each of which only its patch lets it answer rightly."""

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
_NO_TEXT = bytes(range(256))
_TELL_LAYERS = "import os\ndef handler(event, context): return os.environ['_LAMBDA_LAYERS_DIRS']\n"


class Probes(ExitStack):
    """The stack of probes.yaml on one emulator. A probe has its patch's name and says whether all is well."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__()
        self._aws = self.enter_context(Aws(emulator))
        self._http = self.enter_context(http_client(emulator))
        assert self._made(_NAME, _TEMPLATE.read_text()) == "CREATE_COMPLETE"
        self._outputs = {each["OutputKey"]: each["OutputValue"] for each in self._stack(_NAME)["Outputs"]}

    def _made(self, name: str, template: str) -> str:
        """The status of a stack that is made now."""
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
        """The body of the next message of a queue, however late."""
        end = time.monotonic() + _END_S
        while time.monotonic() < end:
            answer = self._aws.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)
            for message in answer.get("Messages", []):
                return message["Body"]
        raise TimeoutError(queue)

    def api_origins(self) -> bool:
        """CloudFront hands on what the API answers."""
        return self._http.get(f"{self._outputs['Edge']}/slow").status_code in (200, 429)

    def body_filters(self) -> bool:
        """Of two events the one comes through whose only record matches."""
        for name in ("photos/a/default/spin.png", "photos/a/default/blur.png"):
            event = {"Records": [{"s3": {"object": {"key": name}}}]}
            self._aws.sns.publish(TopicArn=self._outputs["Topic"], Message=json.dumps(event))
        # The last message, so that the probe need not wait for one that never comes.
        self._aws.sqs.send_message(QueueUrl=self._outputs["Queue"], MessageBody="end")
        bodies = [self._received(self._outputs["Queue"])]
        while bodies[-1] != "end":
            bodies.append(self._received(self._outputs["Queue"]))
        names = [json.loads(body)["Records"][0]["s3"]["object"]["key"] for body in bodies[:-1]]
        return names == ["photos/a/default/blur.png"]

    def dead_letter_sources(self) -> bool:
        """A function hears where a dead letter comes from."""
        source, told = self._outputs["Source"], self._outputs["Told"]
        self._aws.sqs.send_message(QueueUrl=source, MessageBody="letter")
        for _ in range(2):  # the second time it is moved instead
            self._aws.sqs.receive_message(QueueUrl=source, VisibilityTimeout=0)
        heard = json.loads(self._received(told)).get("DeadLetterQueueSourceArn")
        return bool(heard == self._outputs["SourceArn"])

    def method_throttles(self) -> bool:
        """A second call within the same minute is refused."""
        calls = [self._http.put(f"{self._outputs['Api']}/slow") for _ in range(2)]
        return [call.status_code for call in calls] == [200, 429]

    def metric_math(self) -> bool:
        """A stack with an alarm over two metrics is made."""
        return self._made("Alarm", _ALARM) == "CREATE_COMPLETE"

    def missing_objects(self) -> bool:
        """A role that may read objects and not list them is not told that one is missing."""
        answer = json.loads(self._aws.lambda_.invoke(FunctionName=self._outputs["Finder"])["Payload"].read())
        return bool(answer == 403)

    def request_validators(self) -> bool:
        """A body that the model does not allow is refused, and others are not."""
        calls = [self._http.post(f"{self._outputs['Api']}/strict", json=body) for body in ({}, {"size": 1})]
        return [call.status_code for call in calls] == [400, 200]

    def rest_to_s3(self) -> bool:
        """An object comes byte by byte, with the right of the role and no further."""
        for name in ("gifs/a.gif", "gifs/a.json"):
            self._aws.s3.put_object(Bucket=self._outputs["Bucket"], Key=name, Body=_NO_TEXT)
        there, forbidden, missing = (
            self._http.get(f"{self._outputs['Api']}/{name}") for name in ("a.gif", "a.json", "b.gif")
        )
        return (
            (there.status_code, there.content, "etag" in there.headers) == (200, _NO_TEXT, True)
            and (forbidden.status_code, forbidden.text) == (404, "no such GIF")
            and missing.status_code == 404
        )

    def shared_layers(self) -> bool:
        """Two functions find their layer in one place."""
        layer = self._aws.lambda_.publish_layer_version(
            LayerName="probe", Content={"ZipFile": _archive("python/probe.py", "")}
        )
        for name in ("one", "two"):
            self._aws.lambda_.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Role=self._outputs["FunctionRole"],
                Handler="told.handler",
                Code={"ZipFile": _archive("told.py", _TELL_LAYERS)},
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
