"""What a month on AWS costs, worked out from what one photo uses: `python -m infra.cost`.

A photo here is one visit: the page is loaded, a photo sent, all its GIFs are waited for and looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from gifmill.effects import EFFECTS, PACKS
from infra.prices import PRICES, PRICES_NOTED

MONTH_S = 30 * 86_400
SCALES = (1_000, 100_000, 10_000_000)
"""Photos a month."""

# Assumptions: measured where that is said, otherwise guesses to be replaced by what the dashboard shows.
GIF_MB = 1.04
"""Measured: all effects of the five photos of bench/, 360 px as the page orders, balanced, the mean of 75.
A card fetches its GIF when it comes near, so that who does not scroll takes fewer."""
ORDER_MB = 1.0  # a PNG of 1080 px; measured 1.4 for a grainy photo
PAGE_MB = 0.324  # measured: all files, not compressed
PAGE_FILES = 42
PHOTO_MB = 2.5  # of those that are posted directly
UPLOAD_SHARE = 0.5  # photos too large for that, which go straight to S3
STORED_DAYS = 1.5  # a day, and then until the next midnight, when S3 looks
LISTENING_MIN = 1.0  # a page with an open socket
RENDER_S = 0.5  # measured 0.52 on average at 480 px on one core, which is less at 360; five requests to S3
INTAKE_S = 0.6  # measured 0.4 on one core for 12 megapixels, and as many
CALL_S = 0.1
EVENT_KB = 1.0
LOG_KB = 1.5  # of a Lambda call: its start, its report, one line of ours, counts
ACCESS_KB = 0.4
COLD_S = 1.0  # measured 0.3 of it; the rest is Lambda's: a machine, the package
IDLE_MIN = 10  # how long Lambda keeps an environment that nobody calls
LEAST_COLD_SHARE = 0.01  # bursts start new ones, however busy it is

API_GB = 2048 / 1024
RENDER_GB = 1769 / 1024
INTAKE_GB = 2048 / 1024
LIVE_GB = 512 / 1024
SOCKETS_GB = 256 / 1024

POLLERS = 5
POLL_S = 20
"""How Lambda reads a queue, also one with nothing in it: five at once, each asking again after 20 s.

Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS"; the five from AWS's posts about it.
"""


@dataclass(frozen=True, slots=True)
class Used:
    """How much of one service is used, item by item.

    Attributes:
        a_photo: for each photo.
        a_month: whatever comes.
    """

    a_photo: dict[str, float]
    a_month: dict[str, float]

    def amount(self, photos: int) -> float:
        """Units of one month."""
        return photos * sum(self.a_photo.values()) + sum(self.a_month.values())


def cold_share(photos: int) -> float:
    """How many of the calls find no environment that is still warm, if photos come at random.

    That is, nobody came within `IDLE_MIN`: the first term of a Poisson distribution.
    """
    return max(LEAST_COLD_SHARE, exp(-photos * IDLE_MIN * 60 / MONTH_S))


def traced(requests: float) -> float:
    """How many of a month's requests X-Ray follows: one each second, and a twentieth of the others.

    Source: AWS X-Ray Developer Guide, "Configuring sampling rules", the default rule.
    """
    return min(requests, MONTH_S) + max(0.0, requests - MONTH_S) / 20


def usage(photos: int, effects: int = len(EFFECTS), gifs: int = len(PACKS["all"])) -> dict[str, Used]:
    """What is used of each service in a month.

    Args:
        photos: in that month.
        effects: how many the registry has: each has a queue and a function.
        gifs: how many are made of a photo.
    """
    direct = 1 - UPLOAD_SHARE
    posts, looks, connects = 1, 1, 2  # a photo or the wish for a form; a look at the status; and a farewell
    changes = gifs + 1  # each GIF, and the photo's end
    tellings = 1 + 1 + changes  # the greeting, the order, what changes
    calls = {
        "api": posts + looks,
        "intake": UPLOAD_SHARE,
        "render": gifs,
        "sockets": connects,
        "live": tellings,
    }
    seconds = {
        "api": API_GB * (direct * INTAKE_S + UPLOAD_SHARE * CALL_S + looks * CALL_S),
        "intake": INTAKE_GB * UPLOAD_SHARE * INTAKE_S,
        "render": RENDER_GB * gifs * RENDER_S,
        "sockets": SOCKETS_GB * connects * CALL_S,
        "live": LIVE_GB * tellings * CALL_S,
        "cold starts": cold_share(photos)
        * COLD_S
        * (API_GB + INTAKE_GB * UPLOAD_SHARE + RENDER_GB * gifs + SOCKETS_GB + LIVE_GB),
    }
    lists = {"looks list": 2 * (direct + looks), "greetings list": 4}
    queues = effects + 2  # and intake, and dead
    busy = min(1.0, photos * 3_600 / MONTH_S)  # metrics are paid for by the hour
    requests = posts + looks + connects + 1 + changes
    used: dict[str, tuple[dict[str, float], dict[str, float]]] = {
        "API Gateway: requests": ({"photo or form": posts, "status": looks}, {}),
        "API Gateway: socket messages": ({"greeting": 2, "ordered": gifs, "made": gifs}, {}),
        "API Gateway: socket minutes": ({"listening": LISTENING_MIN}, {}),
        "Lambda: calls": (calls, {}),
        "Lambda: GB-s, arm64": (seconds, {}),
        # Without notes beside GIFs: at their defaults none flashes, and nothing is asked of their bytes.
        "S3: PUT, POST, LIST": ({"order": 1, "uploads": UPLOAD_SHARE, "GIFs": gifs, **lists}, {}),
        "S3: GET, HEAD": (
            {
                "renders": 3 * gifs,
                "looks": direct + looks,
                "greeting": 2,
                "news": 6 * gifs,
                "intake": 3 * UPLOAD_SHARE,
                "edge": gifs,
            },
            {},
        ),
        "S3: GB-months": ({"stored": (ORDER_MB + gifs * GIF_MB) / 1e3 * STORED_DAYS / 30}, {}),
        "SNS: publications": ({"order": 1, "changes": changes}, {}),
        "SNS: GB filtered": ({"order, by effect": effects * EVENT_KB / 1e6}, {}),
        "SQS: requests": (
            {"sent, received, deleted": 3 * (gifs + UPLOAD_SHARE)},
            {f"{queues} idle queues": queues * POLLERS * MONTH_S / POLL_S},
        ),
        "DynamoDB: writes": ({"connect, with index": 2, "disconnect": 2}, {}),
        "DynamoDB: reads": ({"connect": 1, "listeners": 1 + changes, "disconnect": 1}, {}),
        "CloudFront: GB out": ({"GIFs": gifs * GIF_MB / 1e3, "page": PAGE_MB / 1e3}, {}),
        "CloudFront: GB to API": ({"photo": direct * PHOTO_MB / 1e3}, {}),
        "CloudFront: requests": ({"page": PAGE_FILES, "calls": posts + looks, "GIFs": gifs}, {}),
        "CloudWatch: GB of logs": (
            {
                "functions": sum(calls.values()) * LOG_KB / 1e6,
                "access": (posts + looks + connects) * ACCESS_KB / 1e6,
            },
            {},
        ),
        "CloudWatch: own metrics": ({}, {"of all functions": busy * 8}),
        "CloudWatch: alarm metrics": ({}, {"queues": effects + 1, "others": 5}),
        "CloudWatch: dashboards": ({}, {"dashboard": 1}),
        "X-Ray: traces": ({}, {"traced": traced(photos * requests)}),
    }
    return {service: Used(*amounts) for service, amounts in used.items()}


def dollars(photos: int, effects: int = len(EFFECTS)) -> dict[str, float]:
    """What each service costs in a month."""
    return {
        service: PRICES[service].of(used.amount(photos)) for service, used in usage(photos, effects).items()
    }


def arithmetic(photos: int) -> list[str]:
    """For each service a line that can be worked out again by hand."""
    lines = []
    for service, used in usage(photos).items():
        price, amount = PRICES[service], used.amount(photos)
        sums = [f"{photos:,} x ({_terms(used.a_photo)})"] if used.a_photo else []
        sums += [_terms(used.a_month)] if used.a_month else []
        free = f", {_number(price.free)} of them free," if price.free else ""
        rate = f"${price.usd:g}" + (f" / {price.per:,.0f}" if price.per > 1 else "")
        cost = f"${price.of(amount):,.2f}"
        lines.append(f"- {service}: {' + '.join(sums)} = {_number(amount)}{free} x {rate} = {cost}")
    return lines


def costs() -> str:
    """A table in Markdown: services that cost something at any of the scales, and sums."""
    columns = [dollars(photos) for photos in SCALES]
    rows = [
        (service, [column[service] for column in columns])
        for service in PRICES
        if any(round(column[service], 2) for column in columns)
    ]
    sums = [sum(column.values()) for column in columns]
    rows += [("**together**", sums)]
    heads = "".join(f" {photos:,} photos |" for photos in SCALES)
    body = (f"| {name} |" + "".join(f" {usd:,.2f} |" for usd in amounts) for name, amounts in rows)
    return "\n".join((f"| US dollars a month |{heads}", "|---|" + "---:|" * len(SCALES), *body))


def _terms(amounts: dict[str, float]) -> str:
    return " + ".join(f"{_number(amount)} {label}" for label, amount in amounts.items())


def _number(amount: float) -> str:
    """Whole from a hundred on, else three digits that tell something."""
    return f"{amount:,.0f}" if amount >= 100 or amount == int(amount) else f"{amount:,.3g}"


def main() -> None:
    """Print the arithmetic for each scale, and the table."""
    print(f"Prices noted {PRICES_NOTED}, us-east-1, arm64; {len(EFFECTS)} effects, no switch set.")
    for photos in SCALES:
        print(f"\n{photos:,} photos a month\n")
        print("\n".join(arithmetic(photos)))
    print(f"\n{costs()}")


if __name__ == "__main__":
    main()
