"""A layer is unzipped once, and the environments of all functions share it.

On Lambda a layer is mounted. Upstream unzips it for each environment. With this project's layer that takes
seconds, and an order of all effects starts dozens of environments.
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

_unzip_lock = threading.Lock()


def apply() -> None:
    """Pass the layers' folders to environments in the variable that upstream sets."""
    upstream = lambda_runtime.Worker._spawn

    def spawn(worker: lambda_runtime.Worker) -> None:
        config = worker.config
        with _unzip_lock:
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
    """Unzip a layer's version, which never changes, and return its folder."""
    folder = Path(tempfile.mkdtemp(prefix="layer-"))
    with zipfile.ZipFile(io.BytesIO(lambda_svc._resolve_layer_zip(arn))) as archive:
        archive.extractall(folder)
    return folder
