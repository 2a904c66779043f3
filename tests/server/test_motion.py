import pytest

from moof.server.motion import Motion

SIZE = (1024, 768)


def moving(box: tuple[int, int, int, int], times_a_second: int, seconds: float = 20.0) -> float:
    motion = Motion()
    for number in range(int(seconds * times_a_second)):
        motion.note(box, SIZE, 100 + number / times_a_second)
    return motion.rate(100 + seconds)


@pytest.mark.parametrize(
    ("box", "times_a_second", "rate"),
    [
        ((5, 5, 2, 16), 2, 0.0001),  # a caret
        ((0, 0, 512, 24), 10, 0.16),  # typing
        ((0, 0, 1024, 768), 1, 1.0),
        ((0, 0, 512, 384), 60, 15.0),  # a dragged window
    ],
)
def test_whole_pictures_a_second(box: tuple[int, int, int, int], times_a_second: int, rate: float) -> None:
    assert moving(box, times_a_second) == pytest.approx(rate, rel=0.3)


def test_what_was_drawn_long_ago_is_forgotten() -> None:
    motion = Motion()
    assert motion.rate(100) == 0
    motion.note(None, SIZE, 100)
    motion.note((0, 0, 1, 1), (0, 0), 100)
    assert motion.rate(100) == 0
    motion.note((0, 0, *SIZE), SIZE, 100)
    assert motion.rate(100) == 0.5
    assert motion.rate(110) < 0.005
