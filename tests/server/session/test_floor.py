"""Who has the mouse: requests, turns, silence, leaving, and that nothing is ever held by two."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from moof.server.config.floor_rules import FloorMode, FloorRules
from moof.server.session.floor import SILENCE_SECONDS, Floor, FloorListener

REQUEST = FloorRules(FloorMode.REQUEST)
QUEUE = FloorRules(FloorMode.QUEUE, turn_minutes=2)


@dataclass
class Listener(FloorListener):
    """Records who lost the floor."""

    lost: list[str] = field(default_factory=list)

    def floor_changed(self, previous: str) -> None:
        self.lost.append(previous)


def floor(rules: FloorRules, *viewers: str) -> Floor:
    """Return a floor at which these viewers are present."""
    made = Floor(rules)
    for viewer in viewers:
        made.join(viewer)
    return made


def test_free_for_all_has_no_holder() -> None:
    free = floor(FloorRules(), "a", "b")
    free.request("a", 0.0)
    assert free.admits("a", 0.0, moves_only=False)
    assert free.admits("b", 0.0, moves_only=True)
    assert (free.holder, free.waiting) == ("", ())


def test_a_press_takes_a_floor_that_nobody_has_and_a_movement_does_not() -> None:
    asked = floor(REQUEST, "a", "b")
    assert not asked.admits("a", 0.0, moves_only=True)
    assert asked.admits("a", 0.0, moves_only=False)
    assert not asked.admits("b", 0.0, moves_only=False)
    assert asked.admits("a", 0.0, moves_only=True)
    assert (asked.holder, asked.waiting) == ("a", ())


def test_who_requested_first_gets_it_when_it_is_released() -> None:
    asked = floor(REQUEST, "a", "b", "c")
    listener = Listener()
    for viewer in ("a", "b", "c", "b"):
        asked.request(viewer, 0.0)
    assert "".join(asked.waiting) == "bc"
    asked.add_listener(listener)
    asked.release("a", 1.0)
    assert (asked.holder, "".join(asked.waiting), listener.lost) == ("b", "c", ["a"])
    asked.release("c", 1.0)
    assert not asked.waiting
    asked.release("b", 1.0)
    assert asked.holder == ""


def test_the_floor_is_given_to_one_who_waits_or_does_not() -> None:
    asked = floor(REQUEST, "a", "b", "c")
    for viewer in ("a", "b"):
        asked.request(viewer, 0.0)
    asked.give("c", 1.0)
    assert (asked.holder, "".join(asked.waiting)) == ("c", "b")
    asked.give("b", 1.0)
    assert (asked.holder, "".join(asked.waiting)) == ("b", "")
    asked.give("stranger", 1.0)
    assert asked.holder == "b"


def test_who_leaves_holds_nothing_and_waits_for_nothing() -> None:
    asked = floor(QUEUE, "a", "b", "c")
    for viewer in ("a", "b", "c"):
        asked.request(viewer, 0.0)
    asked.leave("b", 1.0)
    asked.leave("a", 1.0)
    assert (asked.holder, asked.waiting) == ("c", ())
    asked.leave("c", 1.0)
    asked.request("a", 2.0)
    assert asked.holder == ""


def test_a_turn_ends_only_while_somebody_waits() -> None:
    queue = floor(QUEUE, "a", "b")
    queue.request("a", 0.0)
    assert queue.seconds_left(500.0) is None
    queue.review(500.0)
    assert queue.holder == "a"
    queue.request("b", 500.0)
    assert queue.seconds_left(500.0) == 0.0
    queue.review(500.0)
    assert queue.holder == "b"
    queue.request("a", 510.0)
    queue.admits("b", 590.0, moves_only=True)
    assert queue.seconds_left(600.0) == 20.0
    queue.review(619.0)
    assert queue.holder == "b"
    queue.review(620.0)
    assert (queue.holder, queue.waiting) == ("a", ())


def test_a_silent_holder_loses_the_floor_to_who_has_waited_for_a_minute() -> None:
    asked = floor(REQUEST, "a", "b")
    asked.request("a", 0.0)
    asked.request("b", 1000.0)
    asked.review(1000.0 + SILENCE_SECONDS - 1)
    assert asked.holder == "a"
    asked.admits("a", 1000.0 + SILENCE_SECONDS - 1, moves_only=True)
    asked.review(1000.0 + SILENCE_SECONDS)
    assert asked.holder == "a"
    asked.review(1000.0 + 2 * SILENCE_SECONDS - 1)
    assert asked.holder == "b"


def test_free_for_all_takes_the_floor_from_its_holder() -> None:
    asked = floor(REQUEST, "a", "b")
    listener = Listener()
    asked.request("a", 0.0)
    asked.request("b", 0.0)
    asked.add_listener(listener)
    asked.set_rules(FloorRules(), 1.0)
    assert (asked.holder, asked.waiting, listener.lost) == ("", (), ["a"])


ACTIONS = ("join", "leave", "request", "release", "give", "move", "press", "review", "free", "ask", "queue")


@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from("abc"), st.integers(0, 90))))
def test_the_holder_is_present_and_never_waits(steps: list[tuple[str, str, int]]) -> None:
    tried, present, now = Floor(REQUEST), set[str](), 0.0
    rules = {"free": FloorRules(), "ask": REQUEST, "queue": QUEUE}
    for action, viewer, seconds in steps:
        now += seconds
        match action:
            case "join":
                present.add(viewer)
                tried.join(viewer)
            case "leave":
                present.discard(viewer)
                tried.leave(viewer, now)
            case "move" | "press":
                admitted = tried.admits(viewer, now, moves_only=action == "move")
                assert admitted == (tried.rules.mode is FloorMode.FREE or tried.holder == viewer)
            case "review":
                tried.review(now)
            case "free" | "ask" | "queue":
                tried.set_rules(rules[action], now)
            case _:
                getattr(tried, action)(viewer, now)
        assert {tried.holder, *tried.waiting} - {""} <= present
        assert tried.holder not in tried.waiting
        assert len(set(tried.waiting)) == len(tried.waiting)
        assert not tried.waiting or tried.holder


def test_cleared_floor_is_nobodys() -> None:
    floor = Floor(FloorRules(FloorMode.QUEUE))
    for viewer in ("a", "b"):
        floor.join(viewer)
        floor.request(viewer, 0.0)
    floor.clear(1.0)
    assert (floor.holder, floor.waiting) == ("", ())
