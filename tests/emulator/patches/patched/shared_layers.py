"""A layer is unzipped once, and all functions' environments share it.

On Lambda a layer is mounted. Upstream unzips it again for each environment, which takes seconds with ours,
and where every effect is wanted there are dozens of them.
"""

from __future__ import annotations

import io
import os
import tempfile
import threading
import zipfile
from functools import cache
from pathlib import Path

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

_one_at_a_time = threading.Lock()


def apply() -> None:
    """Start environments with the layers' folders in the variable that upstream's own start would set."""
    upstream = lambda_runtime.Worker._spawn

    def spawn(worker: lambda_runtime.Worker) -> None:
        config = worker.config
        with _one_at_a_time:
            folders = [str(_unzipped(layer["Arn"])) for layer in config.get("Layers", [])]
        variables = dict((config.get("Environment") or {}).get("Variables", {}))
        variables["_LAMBDA_LAYERS_DIRS"] = os.pathsep.join(folders)
        worker.config = {**config, "Layers": [], "Environment": {"Variables": variables}}
        try:
            upstream(worker)
        finally:
            worker.config = config

    lambda_runtime.Worker._spawn = spawn


@cache
def _unzipped(arn: str) -> Path:
    """The folder of a layer's version, which never changes."""
    folder = Path(tempfile.mkdtemp(prefix="layer-"))
    with zipfile.ZipFile(io.BytesIO(lambda_svc._resolve_layer_zip(arn))) as archive:
        archive.extractall(folder)
    return folder
