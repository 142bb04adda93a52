"""Settings of the service on AWS, with the limits of other services. Importable without the CDK."""

from __future__ import annotations

from pathlib import Path

from gifmill.settings import Settings

STACK = "Gifmill"
REPORT = "Report"
"""Name of the optional stack output with the target of the page's link for reports."""

SETTINGS = Settings(max_direct_bytes=4_500_000, gif_wait_s=20)
"""Lambda accepts requests of 6 MB, and base64 adds a third. Source: AWS Lambda Developer Guide, "Quotas".

API Gateway allows 29 s for a response. A wait for a GIF begins when the function has the photo: a cold start
comes before it, and the time to decode the photo is part of it.
"""

PAGE = Path(__file__).parents[1] / "src" / "gifmill" / "page"
