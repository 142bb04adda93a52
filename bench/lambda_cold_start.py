"""Cold start of the Lambda functions: interpreter start to handler done, on layer and code as deployed.

Every call runs in a fresh process of the base interpreter, with objects in a folder instead of S3. The times
exclude everything before the interpreter (the machine, the download of the package) and network time to S3.
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

from bench.argument_types import at_least_one
from bench.cold_start import PHOTO, make_photo
from bench.lambda_runtime import Call, Runtime
from bench.markdown_tables import machine, table
from gifmill.effects import PACKS
from gifmill.orders import OrderKey, derive_view, intake_photo, new_photo_id
from gifmill.rendering import Options
from gifmill.settings import Settings
from gifmill.store import open_store
from infra.lambda_package import MAX_BYTES, package_sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bench.lambda_runtime import CallMeasurement

FLOOR = "import numpy, PIL.Image"
GET = "api: GET /v1/effects"
POST = "api: POST /v1/photos, 12 MP"
RENDERS = "render: {}, 480 px"

API = "gifmill.aws.api"
RENDER = "gifmill.aws.render"
GOAL_API_IMPORT_S = 0.3
GOAL_RENDER_S = 0.5

_MIN_IMPORT_S = 0.002
"""Packages whose import takes less have no row."""


def rest_event(method: str, path: str, body: bytes = b"", **query: str) -> dict[str, Any]:
    """Build the event of API Gateway for a request. Source: its documentation, Lambda proxy integration."""
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
    """Build the SQS event of a new S3 object, delivered by SNS with raw message delivery."""
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
    """Return the measured calls by name."""
    created = queue_event(str(order))
    return {
        GET: Call(API, rest_event("GET", "/v1/effects"), {}),
        POST: Call(API, rest_event("POST", "/v1/photos", photo, effects="classic"), {}),
    } | {
        f"render: {effect}, 480 px": Call(RENDER, created, {"EFFECT": effect}) for effect in PACKS["classic"]
    }


def import_table(traced: dict[str, CallMeasurement]) -> str:
    """Format a table of packages and the import time of their own modules in each call."""
    packages = {name for ended in traced.values() for name in ended.imports}
    shares = {name: [ended.imports.get(name, 0.0) for ended in traced.values()] for name in packages}
    largest = sorted(shares.items(), key=lambda share: max(share[1]), reverse=True)
    rows = [
        (name, *(f"{1000 * seconds:.0f}" for seconds in share))
        for name, share in largest
        if max(share) >= _MIN_IMPORT_S
    ]
    return table(("package", *traced), rows)


def times(rounds: Sequence[Mapping[str, CallMeasurement]], floor_s: float) -> str:
    """Format a table of calls: medians in milliseconds, and their ratio to the floor."""
    floor = f"{1000 * floor_s:.0f}"
    rows: list[tuple[str, ...]] = [(FLOOR, floor, "", floor, "1.00")]
    for name in rounds[0]:
        import_s = median(ended[name].import_s for ended in rounds)
        total_s = median(ended[name].seconds for ended in rounds)
        milliseconds = (f"{1000 * seconds:.0f}" for seconds in (import_s, total_s - import_s, total_s))
        rows.append((name, *milliseconds, f"{total_s / floor_s:.2f}"))
    return table(("call", "import, ms", "handler, ms", "together, ms", "ratio"), rows)


def verdict(
    rounds: Sequence[Mapping[str, CallMeasurement]], calls: Mapping[str, Call], size_bytes: int
) -> str:
    """Return one line with each goal and whether it is met."""

    def slowest_s(module: str, of: Callable[[CallMeasurement], float]) -> float:
        names = [name for name, call in calls.items() if call.module == module]
        return max(median(of(ended[name]) for ended in rounds) for name in names)

    api_s = slowest_s(API, lambda ended: ended.import_s)
    render_s = slowest_s(RENDER, lambda ended: ended.seconds)
    goals = {
        f"import of api {1000 * api_s:.0f} ms <= {1000 * GOAL_API_IMPORT_S:.0f}": api_s <= GOAL_API_IMPORT_S,
        f"slowest render {1000 * render_s:.0f} ms <= {1000 * GOAL_RENDER_S:.0f}": render_s <= GOAL_RENDER_S,
        f"package {size_bytes / 1e6:.1f} MB <= {MAX_BYTES / 1e6:.0f}": size_bytes <= MAX_BYTES,
        "boto3 not imported": not any(ended.sdk for ended in rounds[-1].values()),
    }
    each = "; ".join(f"{goal}: {'yes' if met else 'NO'}" for goal, met in goals.items())
    return f"Goals: {'met' if all(goals.values()) else 'NOT MET'} ({each})."


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.lambda_cold_start", description=__doc__)
    parser.add_argument(
        "--repeats", type=at_least_one, default=9, metavar="N", help="rounds after the warm-up (default: 9)"
    )
    repeats = parser.parse_args().repeats

    make_photo()
    with TemporaryDirectory() as folder:
        runtime = Runtime(Path(folder))
        order = OrderKey(derive_view(new_photo_id()), Options(), "classic")
        intake_photo(open_store(runtime.photos), Settings(), (order,), PHOTO.read_bytes())
        measured = calls(PHOTO.read_bytes(), order)
        rounds, floors_s = [], []
        for done in range(repeats + 1):
            print(f"\rmeasuring {done}/{repeats} ", end="", file=sys.stderr, flush=True)
            floors_s.append(runtime.floor_s())
            rounds.append({name: runtime.call(call) for name, call in measured.items()})
        print(file=sys.stderr)
        traced = {
            name: runtime.call(measured[name], trace_imports=True)
            for name in (GET, POST, RENDERS.format("cyclic"))
        }
        packages = package_sizes(runtime.packages) | package_sizes(runtime.code)

    print(f"A fresh process each; medians of {repeats} interleaved runs after one warm-up run.")
    print(machine("numpy", "pillow", "starlette"))
    print("\n" + times(rounds[1:], median(floors_s[1:])))
    print("\nImport time of each package's own modules in ms, slowed down by `-X importtime`:\n")
    print(import_table(traced))
    print("\n" + table(("package", "MB"), [(name, f"{size / 1e6:.1f}") for name, size in packages.items()]))
    print("\n" + verdict(rounds[1:], measured, sum(packages.values())))


if __name__ == "__main__":
    main()
