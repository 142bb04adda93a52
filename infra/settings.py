"""The settings as they are on AWS, where other services set some of the limits. Known without the CDK."""

from __future__ import annotations

from pathlib import Path

from gifmill.settings import Settings

STACK = "Gifmill"
REPORT = "Report"
"""The stack's output that says where the page's link for reports leads, where it has one."""

SETTINGS = Settings(max_direct_bytes=4_500_000)
"""Lambda takes 6 MB with a request, and base64 adds a third. Source: AWS Lambda Developer Guide, "Quotas"."""

PAGE = Path(__file__).parents[1] / "src" / "gifmill" / "page"
