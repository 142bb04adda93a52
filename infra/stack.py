"""The CloudFormation stack, composed of all constructs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_cloudfront_origins as origins

from infra.api_gateway import GatewayLogs
from infra.distribution import Distribution
from infra.fanout import Fanout
from infra.functions import Functions
from infra.messaging import CREATED, REMOVED, REMOVED_OR_EXPIRED, BucketNotification, add_notifications
from infra.monitoring import Monitoring
from infra.rest_api import STAGE, RestApi
from infra.settings import REPORT
from infra.storage import FAILURES, FINISHED, PHOTOS, UPLOADS, Storage
from infra.websocket_api import WebSocketApi

if TYPE_CHECKING:
    from pathlib import Path

    from constructs import Construct

    from gifmill.settings import Settings
    from infra.deploy_options import DeployOptions


class GifmillStack(cdk.Stack):
    """All resources, and outputs with the names and addresses that other commands need."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        options: DeployOptions,
        settings: Settings,
        layer: Path,
        code: Path,
    ) -> None:
        super().__init__(scope, construct_id, description="gifmill: one photo in, animated GIFs out")
        settings = replace(settings, cors_origins=options.cors or "")
        storage = Storage(self, "Storage", settings)
        functions = Functions(self, "Functions", options, layer, code, storage)
        fanout = Fanout(
            self, "Fanout", functions=functions, storage=storage, options=options, settings=settings
        )
        gateway_logs = GatewayLogs(self, "GatewayLogs")
        websocket_api = WebSocketApi(
            self,
            "Live",
            functions=functions,
            storage=storage,
            ordered=fanout.ordered,
            gateway_logs=gateway_logs,
        )
        api = RestApi(
            self, "Api", functions=functions, storage=storage, settings=settings, gateway_logs=gateway_logs
        )
        distribution = Distribution(
            self,
            "Edge",
            storage=storage,
            api_origin=origins.HttpOrigin(api.host, origin_path=f"/{STAGE}"),
            websocket_origin=websocket_api.origin,
            options=options,
        )
        websocket_api.connection_function.add_environment("SITE_ORIGIN", distribution.origin)
        websocket_api.connection_function.add_environment("GIFMILL_CORS_ORIGINS", settings.cors_origins)
        add_notifications(
            storage.photos,
            [
                BucketNotification(PHOTOS, CREATED, fanout.ordered),
                BucketNotification(PHOTOS, REMOVED_OR_EXPIRED, websocket_api.changed),
                BucketNotification(UPLOADS, CREATED, fanout.intake),
            ],
        )
        add_notifications(  # not of *.note.json: each exists before its GIF and is deleted with it
            storage.gifs,
            [
                BucketNotification(names, (*CREATED, *REMOVED), websocket_api.changed)
                for names in (*FINISHED, FAILURES)
            ],
        )
        monitoring = Monitoring(
            self, "Watch", api=api, fanout=fanout, websocket_api=websocket_api, options=options
        )
        outputs = {
            "Address": distribution.origin,
            "ApiAddress": f"https://{api.host}/{STAGE}",
            "SocketsAddress": websocket_api.url,
            "SiteBucket": storage.site.bucket_name,
            "PhotoBucket": storage.photos.bucket_name,
            "GifBucket": storage.gifs.bucket_name,
            "DistributionId": distribution.distribution_id,
            "ProgramKeyId": api.program_key.key_id,
            "Connections": websocket_api.connections.table_name,
            "Alarms": monitoring.alarms.topic_arn,
        }
        if options.report:
            outputs[REPORT] = options.report
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
