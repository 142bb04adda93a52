"""Monthly costs of the stack, from a table of prices: `python -m infra.cost` prints the table in the docs.

One visit loads the page, sends one photo, scrolls through all cards, and so orders and loads their small
GIFs, and opens one GIF, which orders and loads it in full size.
"Measured" means by this project's benchmarks. All other quantities are assumptions: replace them with the
figures of the dashboard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gifmill.effects import EFFECTS

if TYPE_CHECKING:
    from collections.abc import Callable

PRICES_NOTED = "2026-11-23"
"""The day on which the prices were written from memory. They were never checked against `source`."""

SCALES = (1_000, 100_000, 10_000_000)
"""Visits a month."""

MONTH_S = 30 * 86_400
GIFS = len(EFFECTS)
ON_SCREEN = 11  # GIFs ordered with the photo: those on a screen of 1440 x 900 px
MADE = GIFS + 1  # a small one for each card, and one of full size
FURTHER = MADE - ON_SCREEN  # GIFs ordered one by one
UPLOADS = 0.5  # share of photos that are too large for a direct POST and go to S3
PUSHES = MADE + 3  # by the function `live`: greeting, order, each GIF, deletion of the photo
CALLS = 2 + UPLOADS + FURTHER + MADE + 2 + PUSHES  # of api, intake, the effects, sockets and live
REQUESTS = 2 + FURTHER + 2 + MADE + MADE + 1  # traced: of the API, two of the socket, orders, changes

CARD_MB, GIF_MB = 0.17, 1.7  # measured on 2026-11-30: all effects of bench/'s photos, on cards and full
GIFS_MB = GIFS * CARD_MB + GIF_MB
PAGE_MB, PAGE_FILES = 0.587, 110  # measured on 2026-11-30, not compressed
ORDER_MB, PHOTO_MB, STORED_DAYS = 1.0, 2.5, 1.5  # the stored PNG; a direct POST; S3 deletes at midnight

MEMORY_GB = {"api": 2048 / 1024, "intake": 2048 / 1024, "render": 1769 / 1024, "live": 0.5, "sockets": 0.25}
SECONDS = {  # of each function in one visit; measured: 0.37 a GIF at 480 px, 0.4 an intake of 12 megapixels
    "api": (1 - UPLOADS) * 0.6 + UPLOADS * 0.1 + 0.1 + FURTHER * 0.1,
    "intake": UPLOADS * 0.6,
    "render": MADE * 0.4,
    "live": PUSHES * 0.1,
    "sockets": 2 * 0.1,
}
COLD_GB_S = 0.01 * (2 + 2 * UPLOADS + MADE * MEMORY_GB["render"] + 0.5 + 0.25)  # 1 % of calls, 1 s each
GB_S = sum(MEMORY_GB[name] * seconds for name, seconds in SECONDS.items()) + COLD_GB_S

QUEUES = GIFS + 2  # of the effects, of intake, and of dead letters
IDLE_POLLS = 5 * MONTH_S / 20
"""Lambda polls each queue, even an empty one, with five parallel requests of 20 s each.

Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS"; the number five is from AWS's blog.
"""

ALARM_METRICS = GIFS + 1 + 5  # the age of each queue, and five further metrics
OWN_METRICS = 8


class Price(NamedTuple):
    """One line of AWS's bill, in us-east-1.

    Attributes:
        usd: US dollars for `per` units.
        free: units a month that stay free for every account.
        units: function from visits a month to units a month.
        source: the page of https://aws.amazon.com that lists the price.
    """

    item: str
    usd: float
    per: float
    free: float
    units: Callable[[int], float]
    source: str

    def monthly_usd(self, visits: int) -> float:
        """Return the price of one month in US dollars."""
        return max(0.0, self.units(visits) - self.free) * self.usd / self.per


def sampled_traces(requests: float) -> float:
    """Return the number of requests that X-Ray samples: one a second, and 5 % of the others."""
    return min(requests, MONTH_S) + max(0.0, requests - MONTH_S) / 20


M = 1e6
PRICES = (
    Price("API Gateway: requests", 3.50, M, 0, lambda n: (2 + FURTHER) * n, "api-gateway"),
    Price("API Gateway: socket messages", 1.00, M, 0, lambda n: (2 + 2 * MADE) * n, "api-gateway"),
    Price("API Gateway: socket minutes", 0.25, M, 0, lambda n: n, "api-gateway"),
    Price("Lambda: requests", 0.20, M, M, lambda n: CALLS * n, "lambda"),
    Price("Lambda: GB-s, arm64", 13.3334, M, 400_000, lambda n: GB_S * n, "lambda"),
    # Each GIF has an order with the photo. An order of one GIF makes three listings.
    Price("S3: PUT, POST, LIST", 5.00, M, 0, lambda n: (2 * MADE + UPLOADS + 7 + 3 * FURTHER) * n, "s3"),
    # Three a GIF by its effect, six by `live`, one by CloudFront; four an order of one GIF.
    Price("S3: GET, HEAD", 0.40, M, 0, lambda n: (10 * MADE + 3.5 + 3 * UPLOADS + 4 * FURTHER) * n, "s3"),
    Price(
        "S3: GB-months", 0.023, 1, 0, lambda n: (MADE * ORDER_MB + GIFS_MB) / 1e3 * STORED_DAYS / 30 * n, "s3"
    ),
    Price("SNS: publications", 0.50, M, M, lambda n: (2 * MADE + 1) * n, "sns"),
    # Each order, of 1 kB, by each effect's filter.
    Price("SNS: GB filtered", 0.11, 1, 0, lambda n: MADE * GIFS / 1e6 * n, "sns"),
    Price(
        "SQS: requests", 0.40, M, M, lambda n: 3 * (MADE + UPLOADS) * n + QUEUES * IDLE_POLLS, "sqs"
    ),  # send, receive, delete
    Price("DynamoDB: writes", 0.625, M, 0, lambda n: 4 * n, "dynamodb"),
    Price("DynamoDB: reads", 0.125, M, 0, lambda n: (MADE + 4) * n, "dynamodb"),
    # The first price step: above 10 TB a month a gigabyte costs less.
    Price("CloudFront: GB out", 0.085, 1, 1024, lambda n: (GIFS_MB + PAGE_MB) / 1e3 * n, "cloudfront"),
    Price(
        "CloudFront: GB to the API", 0.02, 1, 0, lambda n: (1 - UPLOADS) * PHOTO_MB / 1e3 * n, "cloudfront"
    ),
    Price(
        "CloudFront: requests", 1.00, M, 10 * M, lambda n: (PAGE_FILES + 2 + FURTHER + MADE) * n, "cloudfront"
    ),
    Price("CloudFront: function calls", 0.10, M, 2 * M, lambda n: (PAGE_FILES + MADE) * n, "cloudfront"),
    Price("CloudWatch: GB of logs", 0.50, 1, 5, lambda n: (1.5 * CALLS + 0.4 * 4) / 1e6 * n, "cloudwatch"),
    Price("CloudWatch: own metrics", 0.30, 1, 10, lambda n: OWN_METRICS, "cloudwatch"),  # noqa: ARG005
    Price("CloudWatch: alarm metrics", 0.10, 1, 10, lambda n: ALARM_METRICS, "cloudwatch"),  # noqa: ARG005
    Price("X-Ray: traces", 5.00, M, 100_000, lambda n: sampled_traces(REQUESTS * n), "xray"),
)


def total_usd(visits: int) -> float:
    """Return the costs of one month in US dollars."""
    return sum(price.monthly_usd(visits) for price in PRICES)


def table() -> str:
    """Return the costs at each scale as a Markdown table."""
    rows = [
        (_label(price), [price.monthly_usd(n) for n in SCALES])
        for price in PRICES
        if any(round(price.monthly_usd(n), 2) for n in SCALES)
    ]
    rows.append(("**total** |", [total_usd(n) for n in SCALES]))
    rows.append(("**per 1,000 visits** |", [total_usd(n) / n * 1_000 for n in SCALES]))
    lines = ["| item | price |" + "".join(f" {n:,} visits |" for n in SCALES)]
    lines.append("|---|---|" + "---:|" * len(SCALES))
    lines += [f"| {label} |" + "".join(f" {usd:,.2f} |" for usd in amounts) for label, amounts in rows]
    return "\n".join(lines)


def _label(price: Price) -> str:
    per = " / million" if price.per == M else ""
    free = f", {price.free:,.0f} free" if price.free else ""
    return f"[{price.item}](https://aws.amazon.com/{price.source}/pricing/) | ${price.usd:g}{per}{free}"


if __name__ == "__main__":
    print(table())
