"""The rest of the Mac's threads: when it begins, and what ends it."""

from __future__ import annotations

import pytest

from moof.mac.activity import ACTIVE_SECONDS, PING_SECONDS, REST_STEPS, Activity, RestListener


class CountingListener(RestListener):
    def __init__(self) -> None:
        self.ends = 0

    def rest_ended(self) -> None:
        self.ends += 1


@pytest.fixture
def activity() -> Activity:
    return Activity()


def test_a_mac_in_which_nothing_happened_rests(activity: Activity) -> None:
    assert activity.steps(0.0) == REST_STEPS


def test_the_full_rate_lasts_for_a_while_after_the_last_cause(activity: Activity) -> None:
    activity.note(10.0)
    activity.note(10.5)
    assert activity.steps(10.5 + ACTIVE_SECONDS - 0.01) == 1
    assert activity.steps(10.5 + ACTIVE_SECONDS) == REST_STEPS


def test_a_ping_ends_a_rest_for_some_frames_and_shortens_nothing(activity: Activity) -> None:
    activity.note(10.0, PING_SECONDS)
    assert activity.steps(10.0) == 1
    assert activity.steps(10.0 + PING_SECONDS) == REST_STEPS
    activity.note(20.0)
    activity.note(20.0, PING_SECONDS)
    assert activity.steps(20.0 + PING_SECONDS) == 1


def test_an_open_sound_source_keeps_the_full_rate(activity: Activity) -> None:
    activity.audio_source_changed(True)
    assert activity.steps(100.0) == 1
    activity.audio_source_changed(False)
    assert activity.steps(100.0) == REST_STEPS


def test_listeners_are_told_once_of_each_end(activity: Activity) -> None:
    listener = CountingListener()
    activity.add_listener(listener)
    activity.note(0.0)
    assert listener.ends == 0
    activity.steps(50.0)
    activity.note(50.0)
    activity.note(50.1)
    assert listener.ends == 1
    activity.steps(60.0)
    activity.audio_source_changed(True)
    assert listener.ends == 2
