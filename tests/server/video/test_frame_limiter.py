import pytest

from moof.server.video.frame_limiter import FrameRateLimiter


def test_what_fits_is_never_held_back() -> None:
    budget = FrameRateLimiter()
    for frame in range(600):
        now = frame / 60
        assert budget.ready_at <= now
        budget.spend(2000, 1e6, now)


def test_what_does_not_fit_comes_less_often() -> None:
    budget, now, pictures = FrameRateLimiter(), 0.0, 0
    while now < 10.0:
        if budget.ready_at <= now:
            budget.spend(12_500, 1e6, now)
            pictures += 1
        now += 1 / 60
    assert pictures == pytest.approx(10 * 1e6 / 100_000, abs=2)


def test_a_large_picture_makes_the_next_one_wait() -> None:
    budget = FrameRateLimiter()
    budget.spend(50_000, 1e6, 1.0)
    assert budget.ready_at == pytest.approx(1.3)
    budget.spend(1_000_000, 1e6, 1.0)
    assert budget.ready_at == pytest.approx(1.4)
