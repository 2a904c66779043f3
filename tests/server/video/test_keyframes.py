"""When a key frame is due."""

from moof.server.video.keyframes import KEY_INTERVAL, KeyRequests


def test_nobody_waits_at_first() -> None:
    assert KeyRequests().due_at() is None
    assert not KeyRequests().due(1e9)


def test_a_newcomer_never_waits() -> None:
    keys = KeyRequests()
    keys.made(10.0)
    keys.newcomer()
    assert keys.due(10.0)


def test_the_first_loss_is_answered_at_once_and_the_next_after_the_interval() -> None:
    keys = KeyRequests()
    keys.lost()
    assert keys.due(10.0)
    keys.made(10.0)
    assert not keys.due(11.0)
    keys.lost()
    assert not keys.due(10.0)
    assert keys.due(10.0 + KEY_INTERVAL)


def test_a_loss_within_the_interval_is_not_forgotten() -> None:
    keys = KeyRequests()
    keys.made(10.0)
    keys.lost()
    assert not keys.due(10.0 + KEY_INTERVAL / 2)
    assert keys.due_at() == 10.0 + KEY_INTERVAL
    assert keys.due(10.0 + KEY_INTERVAL)


def test_one_key_frame_serves_all() -> None:
    keys = KeyRequests()
    keys.newcomer()
    keys.lost()
    keys.made(10.0)
    assert keys.due_at() is None
