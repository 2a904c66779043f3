"""When the next frame of a resting picture is looked at."""

from __future__ import annotations

import pytest

from moof.ipc import AudioRequest, Key, Ping
from moof.server.video.picture_rest import ACTIVE_SECONDS, LOOK_SECONDS, PING_SECONDS, PictureRest


@pytest.fixture
def rest() -> PictureRest:
    rest = PictureRest()
    rest.looked(100.0)
    return rest


def test_the_frames_between_two_looks_pass(rest: PictureRest) -> None:
    assert rest.pause(100.0) == pytest.approx(LOOK_SECONDS)
    assert rest.pause(100.02) == pytest.approx(LOOK_SECONDS - 0.02)
    assert rest.pause(100.0 + LOOK_SECONDS + 0.001) == 0.0


def test_after_a_change_each_frame_is_looked_at_for_a_while(rest: PictureRest) -> None:
    rest.disturb(100.0)
    rest.looked(100.0 + ACTIVE_SECONDS - 0.01)
    assert rest.pause(100.0 + ACTIVE_SECONDS - 0.01) == 0.0
    assert rest.pause(100.0 + ACTIVE_SECONDS) > 0.0


def test_input_counts_longer_than_a_ping(rest: PictureRest) -> None:
    rest.disturb_by(Ping(1, 2, 3), 99.9)
    assert rest.pause(100.0) == 0.0
    rest.looked(99.9 + PING_SECONDS)
    assert rest.pause(99.9 + PING_SECONDS) == pytest.approx(LOOK_SECONDS)
    rest.disturb_by(Key(0, down=True), 100.0)
    rest.disturb_by(Ping(1, 2, 3), 100.0)
    rest.looked(100.5)
    assert rest.pause(100.5) == 0.0


def test_a_request_for_sound_ends_no_rest(rest: PictureRest) -> None:
    rest.waiting = True
    assert not rest.disturb_by(AudioRequest(960), 100.0)
    assert rest.pause(100.0) == pytest.approx(LOOK_SECONDS)


def test_input_wakes_the_picture_thread_if_it_waits(rest: PictureRest) -> None:
    assert not rest.disturb_by(Key(0, down=True), 100.0)
    rest.waiting = True
    assert rest.disturb_by(Key(0, down=True), 100.0)
