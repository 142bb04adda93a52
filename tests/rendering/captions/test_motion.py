from __future__ import annotations

import pytest

from gifmill.effects import CAPTION_MOTION
from gifmill.rendering.captions.motion import ROOM_EM, Moment, Offset, piece_offset, visible_pieces

MOTIONS = CAPTION_MOTION.choices
MOMENTS = [Moment(frame / 40, frame, 2) for frame in range(40)]


@pytest.mark.parametrize("motion", MOTIONS)
def test_the_first_frame_shows_the_whole_text(motion: str) -> None:
    assert visible_pieces(motion, MOMENTS[0], 9) == 9


@pytest.mark.parametrize("motion", MOTIONS)
def test_no_piece_moves_further_than_there_is_room(motion: str) -> None:
    offsets = [piece_offset(motion, moment, x / 7) for moment in MOMENTS for x in range(50)]

    assert max(abs(length) for offset in offsets for length in offset) <= ROOM_EM.get(motion, 0) + 1e-9


def test_the_typewriter_writes_each_letter_once() -> None:
    counts = [visible_pieces("typewriter", moment, 9) for moment in MOMENTS]
    begin = counts.index(0)

    assert counts[:begin] == [9] * begin
    assert counts[begin:] == sorted(counts[begin:])
    assert set(counts) == set(range(10))
    assert counts[-1] == 9


@pytest.mark.parametrize("duration_s", [0.2, 1, 2.4, 10])
def test_the_wave_ends_where_it_began(duration_s: float) -> None:
    first, last = (piece_offset("wave", Moment(phase, 0, duration_s), 1.3) for phase in (0, 1))

    assert first == pytest.approx(last)


def test_the_wave_moves_letters_one_after_the_other() -> None:
    heights = [piece_offset("wave", MOMENTS[4], x / 4).y_em for x in range(14)]

    assert max(heights) > 0.1
    assert min(heights) < -0.1


def test_a_shake_begins_at_rest_and_never_stays() -> None:
    offsets = [piece_offset("shake", moment, 0) for moment in MOMENTS]

    assert offsets[0] == Offset(0, 0)
    assert len(set(offsets)) == len(offsets)
