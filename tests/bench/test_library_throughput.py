from __future__ import annotations

from bench.arrival_schedule import Arrival
from bench.library_throughput import Throughput, load_photos, overhead

TWICE = [Arrival(0, 0, 202, done=2), Arrival(0, 0, 202, done=2)]


def test_one_photo_in_ten_is_a_camera_photo() -> None:
    large = [path for path in load_photos() if path.stat().st_size > 1_000_000]
    assert (len(load_photos()), len(large)) == (10, 1)


def test_a_server_as_fast_as_the_library_has_no_overhead() -> None:
    library = Throughput(per_s=2, seconds=(1, 2))
    arrivals = [Arrival(0, 0, 202, done=1), Arrival(0, 1, 202, done=3), Arrival(0, 0, 202, done=2)]
    arrivals += [Arrival(0, 1, 202, done=3), Arrival(1, 0, 503, retry_after_s=1)]
    assert overhead(library, arrivals, client_cpu=0) == 0


def test_twice_the_time_is_an_overhead_of_half() -> None:
    library = Throughput(per_s=2, seconds=(1,))
    assert overhead(library, TWICE, client_cpu=0) == 0.5


def test_the_time_of_the_load_generator_is_excluded() -> None:
    library = Throughput(per_s=2, seconds=(1,))
    assert overhead(library, TWICE, client_cpu=1) == 0


def test_two_measurements_are_averaged_by_photo() -> None:
    assert Throughput.mean([Throughput(2, (1, 2)), Throughput(4, (3, 6))]) == Throughput(3, (2, 4))
