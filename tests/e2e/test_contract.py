"""Contract tests of the HTTP API on the deployed stack, through its distribution."""

from __future__ import annotations

from tests.http_contract import *  # noqa: F403, the contract is its tests
