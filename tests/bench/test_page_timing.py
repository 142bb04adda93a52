from __future__ import annotations

from bench.page_timing import HEADER, Visit, row


def visit(first_s: float) -> Visit:
    painted_s = tuple(first_s + number for number in range(15))
    return Visit(0.25, 0.5, painted_s, 308_000, 4_500_000, 55_500, 5_100_000)


def test_the_time_until_a_number_of_gifs_is_that_of_the_last_of_them() -> None:
    assert [visit(0.5).until_s(gifs) for gifs in (1, 3, 15)] == [0.5, 2.5, 14.5]


def test_a_row_holds_medians() -> None:
    found = row("phone, after", [visit(0.5), visit(0.75), visit(9)])
    assert dict(zip(HEADER, found, strict=True)) == {
        "visit": "phone, after",
        "sent from s": "0.25",
        "to s": "0.50",
        "first GIF": "0.75",
        "three": "2.75",
        "fifteen": "14.75",
        "upload kB": "308",
        "GIFs MB": "4.50",
        "first load kB": "55.5",
        "visit MB": "5.10",
    }
