"""The whole of gifmill on AWS, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

from infra.fanout import Fanout
from infra.functions import Functions
from infra.storage import CREATED, PHOTOS, UPLOADS, Notice, Storage, publish

if TYPE_CHECKING:
    from pathlib import Path

    from constructs import Construct

    from gifmill.settings import Settings
    from infra.switches import Switches


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
        publish(
            storage.photos,
            [
                Notice(PHOTOS, CREATED, fanout.ordered),
                Notice(UPLOADS, CREATED, fanout.intake),
            ],
        )
