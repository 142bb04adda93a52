"""What AWS asks for in us-east-1, in US dollars.

Noted on the day below without a look at AWS's price list: check each there before you rely on it. Free is
what every account has for ever; what new accounts get besides, for a year or as a credit, is left out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Price:
    """What one service asks for.

    Attributes:
        usd: for so many.
        per: units.
        free: units of every month that cost nothing, for every account and for ever.
    """

    usd: float
    per: float = 1.0
    free: float = 0.0

    def of(self, amount: float) -> float:
        """Dollars for an amount."""
        return max(0.0, amount - self.free) * self.usd / self.per


_MILLION = 1e6
PRICES_NOTED = "2026-11-23"
PRICES = {
    "API Gateway: requests": Price(3.50, _MILLION),
    "API Gateway: socket messages": Price(1.00, _MILLION),
    "API Gateway: socket minutes": Price(0.25, _MILLION),
    "Lambda: calls": Price(0.20, _MILLION, free=_MILLION),
    "Lambda: GB-s, arm64": Price(13.3334, _MILLION, free=400_000),
    "S3: PUT, POST, LIST": Price(5.00, _MILLION),
    "S3: GET, HEAD": Price(0.40, _MILLION),
    "S3: GB-months": Price(0.023),
    "SNS: publications": Price(0.50, _MILLION, free=_MILLION),
    "SNS: GB filtered": Price(0.11),
    "SQS: requests": Price(0.40, _MILLION, free=_MILLION),
    "DynamoDB: writes": Price(0.625, _MILLION),
    "DynamoDB: reads": Price(0.125, _MILLION),
    "CloudFront: GB out": Price(0.085, free=1024),
    "CloudFront: GB to API": Price(0.02),
    "CloudFront: requests": Price(1.00, _MILLION, free=10 * _MILLION),
    "CloudWatch: GB of logs": Price(0.50, free=5),
    "CloudWatch: own metrics": Price(0.30, free=10),
    "CloudWatch: alarm metrics": Price(0.10, free=10),
    "CloudWatch: dashboards": Price(3.00, free=3),
    "X-Ray: traces": Price(5.00, _MILLION, free=100_000),
}
"""By service and what it counts. CloudFront's first step only: above 10 TB a month a gigabyte costs less."""
