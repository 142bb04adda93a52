"""Script for one call of a Lambda handler in a fresh process, with only layer and code on the path.

The argument is the handler's module. As on Lambda, the event (JSON on standard input) is read after the
import of the handler. The last line of the output is JSON too: the times at which the handler was imported
and done (on the clock that all processes share), its response, and the loaded modules of the AWS SDK.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from time import monotonic
from types import SimpleNamespace

CONTEXT = SimpleNamespace(
    aws_request_id="8f5a3c1e-0000-4000-8000-000000000000",
    function_name="gifmill",
    function_version="1",
    get_remaining_time_in_millis=lambda: 20_000,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:gifmill:live",
    memory_limit_in_mb="1769",
)
"""A context object as Lambda passes it to a handler."""

if __name__ == "__main__":
    handler = import_module(sys.argv[1]).handler
    imported = monotonic()
    answer = handler(json.load(sys.stdin), CONTEXT)
    done = monotonic()
    # Powertools imports the bare package botocore to set the user agent: 1 ms. More would be the SDK.
    sdk = [name for name in sys.modules if name.startswith(("boto3", "botocore."))]
    print(json.dumps({"imported": imported, "done": done, "answer": answer, "sdk": sdk}))
