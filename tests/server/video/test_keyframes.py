"""When a key frame is due."""

from moof.server.video.keyframes import KEY_FRAME_INTERVAL, KeyFrameScheduler


def test_nobody_waits_at_first() -> None:
    assert KeyFrameScheduler().due_at() is None
    assert not KeyFrameScheduler().due(1e9)


def test_a_newcomer_never_waits() -> None:
    keys = KeyFrameScheduler()
    keys.encoded(10.0)
    keys.viewer_joined()
    assert keys.due(10.0)


def test_the_first_loss_is_answered_at_once_and_the_next_after_the_interval() -> None:
    keys = KeyFrameScheduler()
    keys.picture_lost()
    assert keys.due(10.0)
    keys.encoded(10.0)
    assert not keys.due(11.0)
    keys.picture_lost()
    assert not keys.due(10.0)
    assert keys.due(10.0 + KEY_FRAME_INTERVAL)


def test_a_loss_within_the_interval_is_not_forgotten() -> None:
    keys = KeyFrameScheduler()
    keys.encoded(10.0)
    keys.picture_lost()
    assert not keys.due(10.0 + KEY_FRAME_INTERVAL / 2)
    assert keys.due_at() == 10.0 + KEY_FRAME_INTERVAL
    assert keys.due(10.0 + KEY_FRAME_INTERVAL)


def test_one_key_frame_serves_all() -> None:
    keys = KeyFrameScheduler()
    keys.viewer_joined()
    keys.picture_lost()
    keys.encoded(10.0)
    assert keys.due_at() is None
