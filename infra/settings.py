"""Settings of the service on AWS, with the limits of other services. Importable without the CDK."""

from __future__ import annotations

from pathlib import Path

from gifmill.settings import Settings

STACK = "Gifmill"
REPORT = "Report"
"""Name of the optional stack output with the target of the page's link for reports."""

SETTINGS = Settings(max_direct_bytes=4_500_000)
"""Lambda accepts requests of 6 MB, and base64 adds a third. Source: AWS Lambda Developer Guide, "Quotas"."""

PAGE = Path(__file__).parents[1] / "src" / "gifmill" / "page"
