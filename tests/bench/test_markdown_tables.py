from __future__ import annotations

from bench.markdown_tables import machine, table


def test_a_table_is_markdown_with_right_aligned_numbers() -> None:
    assert table(("name", "ms"), [("a", "1.5"), ("long name", "12.5")]).splitlines() == [
        "| name      |   ms |",
        "| --------- | ---: |",
        "| a         |  1.5 |",
        "| long name | 12.5 |",
    ]


def test_the_machine_line_has_versions() -> None:
    assert "numpy 2." in machine("numpy")
