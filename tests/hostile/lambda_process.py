"""The handlers of Lambda functions in one process: `python -m tests.hostile.lambda_process FILE...`.

Each file arrives as an event for intake about an upload to the bucket and, if it is one of several and small
enough, through the API. Prints a line of JSON for each file: its outcome, its processor time, and the
peak memory of the process.
"""

from __future__ import annotations

import json
import os
import sys
import time
from base64 import b64decode
from pathlib import Path
from typing import Any

from bench.lambda_invocation import CONTEXT

ENVIRONMENT = {
    "AWS_REGION": "eu-central-1",
    "GIF_STORE": "memory://",
    "PHOTO_STORE": "memory://",
    "PHOTO_BUCKET_URL": "https://photos.invalid/",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "EFFECT": "cyclic",
}
MAX_DIRECT_BYTES = 4_500_000


def main() -> None:
    """Process each file, and print its report."""
    os.environ |= ENVIRONMENT
    for path in map(Path, sys.argv[1:]):
        data, start_s = path.read_bytes(), time.process_time()
        report: dict[str, Any] = {"name": path.name, "upload": _outcome_of_upload(data), "direct": None}
        # With a single file, the figures are those of one call.
        if len(data) <= MAX_DIRECT_BYTES and len(sys.argv) > 2:
            report["direct"] = _outcome_of_post(data)
        status = Path("/proc/self/status").read_text()
        report["peak_bytes"] = 1_024 * int(status.split("VmHWM:")[1].split()[0])
        report["cpu_s"] = time.process_time() - start_s
        print(json.dumps(report), file=sys.__stdout__, flush=True)


def _outcome_of_post(data: bytes) -> str:
    """Send a photo to the API's handler, and return the code of its error, or "photo"."""
    from bench.lambda_cold_start import rest_event
    from gifmill.aws.api import handler

    response = handler(rest_event("POST", "/v1/photos", data, effects="cyclic", size="64"), CONTEXT)
    body = b64decode(response["body"]) if response["isBase64Encoded"] else response["body"]
    return "photo" if response["statusCode"] == 202 else str(json.loads(body)["code"])


def _outcome_of_upload(data: bytes) -> str:
    """Call the handlers of intake and, for an accepted photo, of the effect; return as `_outcome_of_post`."""
    import obstore
    from tests.views import new_view

    from bench.lambda_cold_start import queue_event
    from gifmill.aws import intake, render
    from gifmill.aws.buckets import bucket_store
    from gifmill.orders import pipeline
    from gifmill.orders.keys import UploadKey, format_orders
    from gifmill.orders.status import ORDERS_METADATA, photo_status
    from gifmill.settings import Settings

    view = new_view()
    [order] = pipeline.new_orders(view, "cyclic", {"size": 64})
    obstore.put(
        bucket_store()._backend,
        str(UploadKey(view)),
        data,
        attributes={ORDERS_METADATA: format_orders([order])},
    )
    assert intake.handler(queue_event(str(UploadKey(view))), CONTEXT) == {"batchItemFailures": []}
    document: Any = photo_status(bucket_store(), Settings(), view)
    if not document["gifs"][0]["problem"]:
        assert render.handler(queue_event(str(order)), CONTEXT) == {"batchItemFailures": []}
        document = photo_status(bucket_store(), Settings(), view)
    pipeline.delete_photo(bucket_store(), view)
    [gif] = document["gifs"]
    return "photo" if gif["state"] == "ready" else str(gif["problem"]["code"])


if __name__ == "__main__":
    main()
