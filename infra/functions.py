"""The one way in which a Lambda function of ours is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.nag_suppressions import accept

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aws_cdk import aws_sqs as sqs

    from infra.deploy_options import Switches
    from infra.storage import Storage

LOG_RETENTION = logs.RetentionDays.TWO_WEEKS
_RUNTIME = lambda_.Runtime.PYTHON_3_13


@dataclass(frozen=True, slots=True)
class Size:
    """What a function gets. Processors come with memory: 1,769 MB is one.

    Source: AWS Lambda Developer Guide, "Configure Lambda function memory".
    """

    memory_mb: int
    timeout_s: int


def log_group(scope: Construct, construct_id: str, name: str | None = None) -> logs.LogGroup:
    """A log that is kept for two weeks."""
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=LOG_RETENTION,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )


class Functions(Construct):
    """Makes functions that share one layer, one code asset and one manner of running."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        switches: Switches,
        layer: Path,
        code: Path,
        storage: Storage,
    ) -> None:
        super().__init__(scope, construct_id)
        self._switches = switches
        self._architecture = (
            lambda_.Architecture.ARM_64 if switches.arch == "arm64" else lambda_.Architecture.X86_64
        )
        self._layer = lambda_.LayerVersion(
            self,
            "Layer",
            code=lambda_.Code.from_asset(str(layer)),
            compatible_runtimes=[_RUNTIME],
            compatible_architectures=[self._architecture],
            description="What gifmill needs to run, from its lock file",
        )
        self._code = lambda_.Code.from_asset(str(code))
        self.stores = {
            "PHOTO_STORE": f"s3://{storage.photos.bucket_name}",
            "GIF_STORE": f"s3://{storage.gifs.bucket_name}",
        }

    def make(
        self,
        scope: Construct,
        service: str,
        module: str,
        size: Size,
        environment: Mapping[str, str],
        *,
        snapshot: bool = False,
        dead_letters: sqs.Queue | None = None,
    ) -> lambda_.Function:
        """A function with a role of its own that may write its log and its traces, and nothing else yet.

        Args:
            scope: a construct of its own, where nothing else is called Role, Log or Function.
            service: what it is called for people.
            module: of gifmill.aws, the one with its handler.
            size: its memory and time.
            environment: what it is told besides what all are.
            snapshot: whether it may start from a snapshot; such a function is called by its alias.
            dead_letters: where events go of which it could make nothing, if it is called without waiting.
        """
        log = log_group(scope, "Log")
        role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log.grant_write(role)
        accept(role, "IAM5[Resource::*]", "X-Ray has no resources that a permission could name.")
        snap = snapshot and self._switches.snapstart
        function = lambda_.Function(
            scope,
            "Function",
            runtime=_RUNTIME,
            architecture=self._architecture,
            code=self._code,
            layers=[self._layer],
            handler=f"gifmill.aws.{module}.handler",
            description=f"gifmill: {service}",
            role=role,
            memory_size=size.memory_mb,
            timeout=cdk.Duration.seconds(size.timeout_s),
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snap else None,
            dead_letter_queue=dead_letters,
            environment={
                "POWERTOOLS_LOG_LEVEL": "INFO",
                "OPENBLAS_NUM_THREADS": "1",  # as in the server's workers
                "MALLOC_ARENA_MAX": "1",  # likewise: gifmill.server.workers.process
                **environment,
            },
        )
        cdk.Annotations.of(function).acknowledge_warning(
            "@aws-cdk/aws-lambda:snapStartRequirePublish", "Such a function has an alias, and so a version."
        )
        accept(function, "L1", "Python 3.13 is the version that the project is tested with everywhere.")
        return function

    def alias(self, function: lambda_.Function) -> lambda_.Alias:
        """The published version that requests go to; kept warm where that is switched on."""
        return lambda_.Alias(
            function,
            "Live",
            alias_name="live",
            version=function.current_version,
            provisioned_concurrent_executions=self._switches.warm or None,
        )
