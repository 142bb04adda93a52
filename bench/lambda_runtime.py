"""A local Lambda runtime built from the deployed files: interpreter, import path and environment.

boto3 is on the path, as in Lambda's runtime, so that a function that imports it pays for it. Buckets are
folders.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from infra.lambda_package import build_code, build_layer

_ARCH = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
_PYTHON = (sys._base_executable, "-S", "-P")  # type: ignore[attr-defined]
"""The interpreter with an empty import path, except for PYTHONPATH and the standard library."""

_INVOCATION = Path(__file__).with_name("lambda_invocation.py")
_SDK = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
"""Packages on the import path of Lambda's runtime besides the standard library."""

_IMPORT_TIME = re.compile(r"import time: +(\d+) \| +\d+ \| +(\S+)")


@dataclass(frozen=True, slots=True)
class Call:
    """A Lambda function and an event for it.

    Attributes:
        module: module of the function's `handler`.
        event: the event as the runtime passes it.
        environ: environment variables of the function, besides the stores.
    """

    module: str
    event: dict[str, Any]
    environ: dict[str, str]


@dataclass(frozen=True, slots=True)
class CallMeasurement:
    """Times of one call, in seconds since the start of the interpreter.

    Attributes:
        import_s: until the handler's module was imported.
        seconds: until the handler was done.
        sdk: names of the loaded modules of boto3 and botocore.
        imports: import time of each package's own modules, in seconds; empty without `trace_imports`.
    """

    import_s: float
    seconds: float
    sdk: list[str]
    imports: dict[str, float]


class Runtime:
    """Layer and code as deployed, and a folder for each bucket."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.packages = build_layer(_ARCH) / "python"
        self.code = build_code(_ARCH)
        sdk = root / "sdk"
        sdk.mkdir()
        for name in _SDK:
            spec = find_spec(name)
            if spec is None or spec.origin is None:
                raise RuntimeError(f"{name} is not installed")
            origin = Path(spec.origin)
            source = origin.parent if origin.name == "__init__.py" else origin
            (sdk / source.name).symlink_to(source)
        path = os.pathsep.join(map(str, (self.code, self.packages, sdk)))
        self._environ = {
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_REGION": "us-east-1",
            "AWS_SECRET_ACCESS_KEY": "none",  # pragma: allowlist secret
            "GIFMILL_MAX_DIRECT_BYTES": "4500000",
            "OPENBLAS_NUM_THREADS": "1",
            "PHOTO_BUCKET_URL": "https://photos.s3.us-east-1.amazonaws.com/",
            "PHOTO_STORE": self.photos,
            "POWERTOOLS_METRICS_NAMESPACE": "gifmill",
            "PYTHONPATH": path,
        }

    @property
    def photos(self) -> str:
        """The URL of the photo store."""
        return (self._root / "photos").as_uri()

    def floor_s(self) -> float:
        """Time the imports that every function on pixels needs, in seconds."""
        start = monotonic()
        subprocess.run([*_PYTHON, "-c", "import numpy, PIL.Image"], env=self._environ, check=True)
        return monotonic() - start

    def call(self, call: Call, *, trace_imports: bool = False) -> CallMeasurement:
        """Run one call in a new process, with an empty GIF store.

        Raises:
            RuntimeError: the process failed, or the response reports a failure.
        """
        options = ["-X", "importtime"] if trace_imports else []
        command = [*_PYTHON, *options, str(_INVOCATION), call.module]
        event = json.dumps(call.event)
        with TemporaryDirectory(dir=self._root) as gifs:
            environ = {**self._environ, **call.environ, "GIF_STORE": Path(gifs).as_uri()}
            start = monotonic()
            process = subprocess.run(
                command, input=event, env=environ, capture_output=True, check=False, text=True
            )
        if process.returncode:
            raise RuntimeError(f"{call.module} failed: {process.stderr}")
        report = json.loads(process.stdout.splitlines()[-1])
        answer = report["answer"]
        if answer.get("statusCode", 200) >= 400 or answer.get("batchItemFailures"):
            raise RuntimeError(f"{call.module} answered {answer}: {process.stdout}")
        return CallMeasurement(
            import_s=report["imported"] - start,
            seconds=report["done"] - start,
            sdk=report["sdk"],
            imports=_imports(process.stderr),
        )


def _imports(trace: str) -> dict[str, float]:
    """Sum the import seconds of each package's own modules in a trace of `-X importtime`."""
    microseconds: Counter[str] = Counter()
    for own, module in _IMPORT_TIME.findall(trace):
        top = module.partition(".")[0]
        microseconds["standard library" if top in sys.stdlib_module_names else top] += int(own)
    return {package: own / 1e6 for package, own in microseconds.items()}
