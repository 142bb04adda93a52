"""The whole of gifmill on AWS, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_cloudfront_origins as origins

from infra.api_gateway import GatewayLogs
from infra.distribution import Edge
from infra.fanout import Fanout
from infra.functions import Functions
from infra.messaging import CREATED, REMOVED, REMOVED_OR_EXPIRED, Notice, publish
from infra.monitoring import Watch
from infra.rest_api import STAGE, Api
from infra.settings import REPORT
from infra.storage import FAILURES, FINISHED, PHOTOS, UPLOADS, Storage
from infra.websocket_api import Live

if TYPE_CHECKING:
    from pathlib import Path

    from constructs import Construct

    from gifmill.settings import Settings
    from infra.deploy_options import Switches


class GifmillStack(cdk.Stack):
    """All resources, and the addresses that the commands around a deploy need."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        switches: Switches,
        settings: Settings,
        layer: Path,
        code: Path,
    ) -> None:
        super().__init__(scope, construct_id, description="gifmill: one photo in, animated GIFs out")
        storage = Storage(self, "Storage", settings)
        functions = Functions(self, "Functions", switches, layer, code, storage)
        fanout = Fanout(
            self, "Fanout", functions=functions, storage=storage, switches=switches, settings=settings
        )
        gateway_logs = GatewayLogs(self, "GatewayLogs")
        live = Live(
            self,
            "Live",
            functions=functions,
            storage=storage,
            ordered=fanout.ordered,
            gateway_logs=gateway_logs,
        )
        api = Api(
            self, "Api", functions=functions, storage=storage, settings=settings, gateway_logs=gateway_logs
        )
        edge = Edge(
            self,
            "Edge",
            storage=storage,
            api_origin=origins.HttpOrigin(api.host, origin_path=f"/{STAGE}"),
            sockets_origin=live.origin,
            switches=switches,
        )
        live.sockets.add_environment("SITE_ORIGIN", edge.origin)
        publish(
            storage.photos,
            [
                Notice(PHOTOS, CREATED, fanout.ordered),
                Notice(PHOTOS, REMOVED_OR_EXPIRED, live.changed),
                Notice(UPLOADS, CREATED, fanout.intake),
            ],
        )
        publish(  # not of notes: each is there before its GIF, and goes with it
            storage.gifs,
            [Notice(names, (*CREATED, *REMOVED), live.changed) for names in (*FINISHED, FAILURES)],
        )
        watch = Watch(self, "Watch", api=api, fanout=fanout, live=live, switches=switches)
        outputs = {
            "Address": edge.origin,
            "ApiAddress": f"https://{api.host}/{STAGE}",
            "SocketsAddress": live.address,
            "SiteBucket": storage.site.bucket_name,
            "PhotoBucket": storage.photos.bucket_name,
            "GifBucket": storage.gifs.bucket_name,
            "DistributionId": edge.distribution.distribution_id,
            "ProgramKeyId": api.program_key.key_id,
            "Connections": live.table.table_name,
            "Alarms": watch.alarms.topic_arn,
        }
        if switches.report:
            outputs[REPORT] = switches.report
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
