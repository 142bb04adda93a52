"""The Lambda functions from a cold start: interpreter start to handler done, on layer and code as deployed.

Every call runs in a fresh process of the base interpreter, with objects in a folder instead of S3. Not in the
figures is what comes before the interpreter (a machine, the download of the package) and the way to S3.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bench.cold import PHOTO, make_photo
from bench.report import machine, table
from bench.runtime import Call, Runtime
from gifmill.effects import PACKS
from gifmill.keys import OrderKey, new_photo_id
from gifmill.options import Options
from gifmill.pipeline import intake
from gifmill.settings import Settings
from gifmill.store import open_store
from infra.package import MAX_BYTES, sizes

if TYPE_CHECKING:
    from bench.runtime import Ended

API = "gifmill.aws.api"
RENDER = "gifmill.aws.render"
GOAL_API_IMPORT_S = 0.3
GOAL_RENDER_S = 0.5

_LEAST_SHARE_S = 0.002
"""Packages that take less to import are not worth a row."""


def rest_event(method: str, path: str, body: bytes = b"", **query: str) -> dict[str, Any]:
    """What API Gateway sends for a request. Source: its documentation, Lambda proxy integration."""
    headers = {"Content-Type": "image/jpeg", "Host": "example.org", "X-Forwarded-Proto": "https"}
    return {
        "resource": "/v1/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
        "pathParameters": {"proxy": path.removeprefix("/v1/")},
        "requestContext": {
            "httpMethod": method,
            "identity": {"sourceIp": "192.0.2.1"},
            "path": f"/prod{path}",
            "stage": "prod",
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def queue_event(key: str) -> dict[str, Any]:
    """What SQS sends for an object that S3 has told SNS of, with raw delivery."""
    created = {
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "photos"}, "object": {"key": quote(key)}},
    }
    record = {
        "messageId": "1",
        "receiptHandle": "1",
        "body": json.dumps({"Records": [created]}),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:effect",
        "awsRegion": "us-east-1",
    }
    return {"Records": [record]}


def calls(photo: bytes, order: OrderKey) -> dict[str, Call]:
    """What is measured, by name."""
    post = rest_event("POST", "/v1/photos", photo, effects="classic")
    render = queue_event(str(order))
    return {
        "api: GET /v1/effects": Call(API, rest_event("GET", "/v1/effects"), {}),
        "api: POST /v1/photos, 12 MP": Call(API, post, {}),
        **{
            f"render: {effect}, 480 px": Call(RENDER, render, {"EFFECT": effect})
            for effect in PACKS["classic"]
        },
    }


def import_shares(traced: dict[str, Ended]) -> list[tuple[str, ...]]:
    """A row for each package: how long its own modules took to run, in each call."""
    packages = {name for ended in traced.values() for name in ended.imports}
    rows = {name: [ended.imports.get(name, 0.0) for ended in traced.values()] for name in packages}
    worth = sorted((name for name in rows if max(rows[name]) >= _LEAST_SHARE_S), key=lambda n: -max(rows[n]))
    return [(name, *(f"{1000 * seconds:.0f}" for seconds in rows[name])) for name in worth]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.lambdas", description=__doc__)
    parser.add_argument("--repeats", type=int, default=9, metavar="N", help="rounds that count (default: 9)")
    repeats = parser.parse_args().repeats

    make_photo()
    with TemporaryDirectory() as folder:
        runtime = Runtime(Path(folder))
        order = OrderKey(new_photo_id(), Options(), "classic")
        intake(open_store(runtime.photos), Settings(), (order,), PHOTO.read_bytes())
        measured = calls(PHOTO.read_bytes(), order)
        rounds = []
        for done in range(repeats + 1):
            print(f"\rmeasuring {done}/{repeats} ", end="", file=sys.stderr, flush=True)
            rounds.append({name: runtime.call(call) for name, call in measured.items()})
        print(file=sys.stderr)
        first_of = {call.module: runtime.call(call, trace_imports=True) for call in measured.values()}
        layer_bytes, code_bytes = sizes(runtime.packages), sizes(runtime.code)

    import_s = {name: median(ended[name].import_s for ended in rounds[1:]) for name in measured}
    total_s = {name: median(ended[name].seconds for ended in rounds[1:]) for name in measured}
    sdk = {name: rounds[-1][name].sdk for name in measured}
    print(f"A fresh process each; medians of {repeats} interleaved runs after one that warms up.")
    print(machine("numpy", "pillow", "starlette"))
    rows = [
        (
            name,
            f"{1000 * import_s[name]:.0f}",
            f"{1000 * (total_s[name] - import_s[name]):.0f}",
            f"{1000 * total_s[name]:.0f}",
            str(len(sdk[name])),
        )
        for name in measured
    ]
    print("\n" + table(("call", "import, ms", "handler, ms", "together, ms", "modules of boto3"), rows))
    print("\nWhat importing takes, ms of each package's own modules, as `-X importtime` slows it down:\n")
    print(table(("package", *first_of), import_shares(first_of)))

    api_s = max(seconds for name, seconds in import_s.items() if measured[name].module == API)
    render_s = max(seconds for name, seconds in total_s.items() if measured[name].module == RENDER)
    size = sum((layer_bytes | code_bytes).values())
    goals = {
        f"import of api {1000 * api_s:.0f} ms <= {1000 * GOAL_API_IMPORT_S:.0f}": api_s <= GOAL_API_IMPORT_S,
        f"slowest render {1000 * render_s:.0f} ms <= {1000 * GOAL_RENDER_S:.0f}": render_s <= GOAL_RENDER_S,
        f"package {size / 1e6:.1f} MB <= {MAX_BYTES / 1e6:.0f}": size <= MAX_BYTES,
        "boto3 not imported": not any(sdk.values()),
    }
    verdict = "; ".join(f"{goal}: {'yes' if met else 'NO'}" for goal, met in goals.items())
    print(f"\nGoals: {'met' if all(goals.values()) else 'NOT MET'} ({verdict}).")


if __name__ == "__main__":
    main()
