"""Lambda functions with a common layer, code, log and runtime configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.nag_suppressions import suppress

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aws_cdk import aws_sqs as sqs

    from infra.deploy_options import DeployOptions
    from infra.storage import Storage

LOG_RETENTION = logs.RetentionDays.TWO_WEEKS
_RUNTIME = lambda_.Runtime.PYTHON_3_13


@dataclass(frozen=True, slots=True)
class FunctionSize:
    """Memory and timeout of a function. Processors come with memory: 1,769 MB is one.

    Source: AWS Lambda Developer Guide, "Configure Lambda function memory".
    """

    memory_mb: int
    timeout_s: int


def log_group(scope: Construct, construct_id: str, name: str | None = None) -> logs.LogGroup:
    """Return a log group with a retention of two weeks."""
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=LOG_RETENTION,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )


class Functions(Construct):
    """Creates functions that share one layer, one code asset and one configuration."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        options: DeployOptions,
        layer: Path,
        code: Path,
        storage: Storage,
    ) -> None:
        super().__init__(scope, construct_id)
        self._options = options
        self._architecture = (
            lambda_.Architecture.ARM_64 if options.arch == "arm64" else lambda_.Architecture.X86_64
        )
        self._layer = lambda_.LayerVersion(
            self,
            "Layer",
            code=lambda_.Code.from_asset(str(layer)),
            compatible_runtimes=[_RUNTIME],
            compatible_architectures=[self._architecture],
            description="Dependencies of gifmill, from its lock file",
        )
        self._code = lambda_.Code.from_asset(str(code))
        self.stores = {
            "PHOTO_STORE": f"s3://{storage.photos.bucket_name}",
            "GIF_STORE": f"s3://{storage.gifs.bucket_name}",
        }

    def create(
        self,
        scope: Construct,
        service: str,
        module: str,
        size: FunctionSize,
        environment: Mapping[str, str],
        *,
        snapshot: bool = False,
        dead_letters: sqs.Queue | None = None,
    ) -> lambda_.Function:
        """Create a function with its own role, which may write only its log and its traces.

        Args:
            scope: a construct that contains no other Role, Log or Function.
            service: the function's name in descriptions.
            module: the module of gifmill.aws that contains its handler.
            size: its memory and timeout.
            environment: environment variables besides the common ones.
            snapshot: whether it may start from a snapshot; such a function is called by its alias.
            dead_letters: queue for events of asynchronous calls that failed.
        """
        log = log_group(scope, "Log")
        role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log.grant_write(role)
        suppress(role, "IAM5[Resource::*]", "X-Ray has no resources that a permission can name.")
        snap = snapshot and self._options.snapstart
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
            "@aws-cdk/aws-lambda:snapStartRequirePublish",
            "Functions with snapshots have an alias, and so a published version.",
        )
        suppress(function, "L1", "Python 3.13 is the version that the whole project is tested with.")
        return function

    def alias(self, function: lambda_.Function) -> lambda_.Alias:
        """Return the alias of the published version, with provisioned concurrency if `warm` is set."""
        return lambda_.Alias(
            function,
            "Live",
            alias_name="live",
            version=function.current_version,
            provisioned_concurrent_executions=self._options.warm or None,
        )
