"""Lighthouse's audit of the start page, without performance, which other load would distort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.requirement_checks import skip_or_fail

from bench.lighthouse import audit

if TYPE_CHECKING:
    from tests.servers import Server


def test_lighthouse_scores_100_for_accessibility_and_best_practices(server: Server) -> None:
    try:
        report = audit(server.address)
    except FileNotFoundError as error:
        skip_or_fail(str(error))
    assert report.failed_audits["accessibility"] == []
    assert report.failed_audits["best-practices"] == []
    assert (report.scores["accessibility"], report.scores["best-practices"]) == (100, 100)
