from __future__ import annotations

from bench.page_memory import Growth, Memory, growth


def test_growth_is_from_the_second_measurement_to_the_last_for_each_photo() -> None:
    found = {
        1: Memory(1, 1, 1, 1),
        5: Memory(100, 50, 20, 1),
        10: Memory(900, 900, 900, 900),
        20: Memory(250, 65, 50, 1),
    }
    assert growth(found) == Growth(10, 1, 2)
